import { type PartitionKey, STREAM_NAME_PATTERN } from '@foreshadow/domain';
import { PortError } from './errors.ts';
import type { PutOptions } from './state-store.ts';
import type { StreamInfo } from './stream-log.ts';

/**
 * Check a position, count, token or version: a non-negative safe integer.
 * @throws {PortError} `INVALID_ARGUMENT` with name and value.
 */
export function requireCount(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
  throw new PortError('INVALID_ARGUMENT', `${name} must be a non-negative integer, not ${String(value)}`);
}

/**
 * Check a duration: a non-negative number; `Infinity` only where it is allowed.
 * @throws {PortError} `INVALID_ARGUMENT` with name and value.
 */
export function requireDuration(name: string, valueMs: number, most: number = Number.MAX_VALUE): void {
  if (valueMs >= 0 && valueMs <= most) return;
  throw new PortError('INVALID_ARGUMENT', `${name} must be a non-negative number, not ${String(valueMs)}`);
}

const MAX_NAME_BYTES = 512;

/**
 * Check a key of the state store or the name of a lease or group: 1 to 512 bytes of UTF-8.
 * @throws {PortError} `INVALID_ARGUMENT` with what was wrong.
 */
export function requireName(what: string, name: string): void {
  const bytes = utf8Length(name);
  if (bytes >= 1 && bytes <= MAX_NAME_BYTES) return;
  throw new PortError('INVALID_ARGUMENT', `${what} must have 1 to ${MAX_NAME_BYTES} bytes, not ${bytes}`);
}

/** The error for a partition that the log does not hold: tells an unknown stream from an index out of range. */
export function unknownPartition(partition: PartitionKey, known: readonly StreamInfo[]): PortError {
  const name = partition.slice(0, partition.lastIndexOf('/'));
  const stream = known.find((s) => s.name === name);
  if (stream !== undefined) {
    const last = stream.partitions - 1;
    return new PortError('UNKNOWN_PARTITION', `no partition '${partition}': '${name}' has 0 … ${last}`);
  }
  const names = known.map((s) => s.name).join(', ');
  return new PortError('UNKNOWN_STREAM', `no stream '${name}'; known: ${names === '' ? 'none' : names}`);
}

const MAX_PARTITIONS = 65_536;

/**
 * Check what `createStream` is given against the partition count that the log knows, `undefined` if none.
 * @throws {PortError} `INVALID_ARGUMENT` or `STREAM_MISMATCH`.
 */
export function checkStream(name: string, partitions: number, known: number | undefined): void {
  if (!STREAM_NAME_PATTERN.test(name)) {
    throw new PortError('INVALID_ARGUMENT', `stream name '${name}' must match ${STREAM_NAME_PATTERN.source}`);
  }
  if (!Number.isInteger(partitions) || partitions < 1 || partitions > MAX_PARTITIONS) {
    throw new PortError(
      'INVALID_ARGUMENT',
      `partitions of '${name}' must be 1 to ${MAX_PARTITIONS}, not ${partitions}`,
    );
  }
  if (known !== undefined && known !== partitions) {
    throw new PortError('STREAM_MISMATCH', `stream '${name}' has ${known} partitions, not ${partitions}`);
  }
}

/**
 * Check what `put` is given.
 * @throws {PortError} `INVALID_ARGUMENT`.
 */
export function checkPut(key: string, options: PutOptions): void {
  requireName('key', key);
  if (options.ifVersion !== undefined) requireCount('ifVersion', options.ifVersion);
  if (options.ttlMs !== undefined) requireDuration('ttlMs', options.ttlMs);
}

/** The error of a conditional `put` whose condition does not hold. */
export function versionConflict(key: string, found: number, wanted: number): PortError {
  return new PortError('VERSION_CONFLICT', `key '${key}' has version ${found}, not ${wanted}`);
}

/** Length in UTF-8 without encoding; a lone surrogate counts three bytes, as its replacement character does. */
function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
