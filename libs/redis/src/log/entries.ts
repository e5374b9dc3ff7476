import type { PartitionKey, PositionedRecord, StreamRecord } from '@foreshadow/domain';
import { PortError } from '@foreshadow/ports';
import type { RedisArgument } from 'redis';
import type { Reply } from '../connection/link.ts';

/** Id of the entry that holds the record at `position`. */
export function entryId(position: number): string {
  return `0-${position + 1}`;
}

/**
 * What the append script takes for a partition; see there. The values go as one buffer: to the socket, each buffer is a
 * write of its own.
 */
export function encodeRecords(records: readonly StreamRecord[]): RedisArgument[] {
  let keyed = '';
  const args: RedisArgument[] = [String(records.length), keyed, keyed];
  for (const { key, value, timestampMs } of records) {
    keyed += key === undefined ? '0' : '1';
    args.push(String(timestampMs), String(value.length));
    if (key !== undefined) args.push(key);
  }
  args[1] = keyed;
  args[2] = Buffer.concat(records.map(({ value }) => value));
  return args;
}

/**
 * Records of entries as `XRANGE` and `XREAD` give them, at most `max`.
 * @throws {PortError} `CORRUPT` for an entry that no append of this adapter wrote
 */
export function decodeEntries(partition: PartitionKey, entries: Reply, max: number): PositionedRecord[] {
  if (!Array.isArray(entries)) return [];
  return (entries as readonly [Buffer, readonly Buffer[]][])
    .slice(0, max)
    .map(([id, fields]) => decodeEntry(partition, id.toString(), fields));
}

function decodeEntry(partition: PartitionKey, id: string, fields: readonly Buffer[]): PositionedRecord {
  const [t, timestamp, v, value, k, key] = fields;
  const isOurs = t?.toString() === 't' && v?.toString() === 'v' && (k === undefined || k.toString() === 'k');
  if (!id.startsWith('0-') || !isOurs || value === undefined) throw foreignEntry(partition, id);
  return {
    position: Number(id.slice(2)) - 1,
    timestampMs: Number(timestamp?.toString()),
    key: key?.toString(),
    value: new Uint8Array(value.buffer, value.byteOffset, value.length),
  };
}

/** The error for a stream that somebody else writes to as well. */
export function foreignEntry(where: string, id: string): PortError {
  return new PortError(
    'CORRUPT',
    `the stream of ${where} holds entry ${id}, which Foreshadow did not write; nothing of it is lost. Move it to a ` +
      'stream of its own, delete it (XDEL) and set the last id back (XSETID), or use another prefix',
  );
}

/** Bytes that a record takes while it waits, roughly. */
export function sizeOf(records: readonly StreamRecord[]): number {
  return records.reduce((sum, { key, value }) => sum + value.length + (key?.length ?? 0) + 64, 0);
}
