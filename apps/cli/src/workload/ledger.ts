import { mkdirSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type PartitionKey, parsePartitionKey } from '@foreshadow/domain';
import type { PositionRange } from './acked-positions.ts';

/** Partition index (u32) and position (f64), little-endian. */
const ENTRY_BYTES = 12;
const SUFFIX = '.ledger';

/**
 * Notes every record that a worker has handled, before it is committed: a file of its own per process, appended to in
 * whole entries, so that a killed process leaves a valid one.
 */
export class LedgerWriter {
  readonly #fd: number;

  constructor(dir: string, name: string) {
    mkdirSync(dir, { recursive: true });
    this.#fd = openSync(join(dir, `${name}${SUFFIX}`), 'a');
  }

  /** Returns how many bytes were written. */
  append(partition: number, positions: readonly number[]): number {
    const buffer = Buffer.allocUnsafe(positions.length * ENTRY_BYTES);
    for (const [i, position] of positions.entries()) {
      buffer.writeUInt32LE(partition, i * ENTRY_BYTES);
      buffer.writeDoubleLE(position, i * ENTRY_BYTES + 4);
    }
    for (let done = 0; done < buffer.length; ) done += writeSync(this.#fd, buffer, done);
    return buffer.length;
  }
}

export interface LedgerAudit {
  /** Records in the log. */
  readonly recordsIn: number;
  /** Of these, how many were handled at least once. */
  readonly recordsProcessed: number;
  /** Never handled, and acknowledged to the producer but not in the log. */
  readonly lost: number;
  /** Handlings beyond the first. */
  readonly duplicates: number;
}

/**
 * Compare what workers have handled with what the log holds.
 * @param dir the ledgers of the workers of one stream
 * @param ends end position of every partition of the stream
 * @param acked positions that the producer was promised
 */
export function auditLedger(
  dir: string,
  ends: ReadonlyMap<PartitionKey, number>,
  acked: ReadonlyMap<PartitionKey, readonly PositionRange[]>,
): LedgerAudit {
  const handled = new Map<number, Uint8Array>();
  for (const [partition, end] of ends) handled.set(parsePartitionKey(partition).index, new Uint8Array(end));
  let duplicates = 0;
  for (const { partition, position } of entries(dir)) {
    const seen = handled.get(partition);
    if (seen === undefined || position >= seen.length) continue;
    if (seen[position] === 1) duplicates++;
    seen[position] = 1;
  }
  const recordsIn = [...ends.values()].reduce((a, b) => a + b, 0);
  let recordsProcessed = 0;
  for (const seen of handled.values()) recordsProcessed += seen.reduce((a, b) => a + b, 0);
  const vanished = ackedBeyond(ends, acked);
  return { recordsIn, recordsProcessed, lost: recordsIn - recordsProcessed + vanished, duplicates };
}

function* entries(dir: string): Generator<{ readonly partition: number; readonly position: number }> {
  for (const name of readdirSync(dir).filter((n) => n.endsWith(SUFFIX))) {
    const bytes = readFileSync(join(dir, name));
    for (let at = 0; at + ENTRY_BYTES <= bytes.length; at += ENTRY_BYTES) {
      yield { partition: bytes.readUInt32LE(at), position: bytes.readDoubleLE(at + 4) };
    }
  }
}

/** Acknowledged positions that the log does not reach. */
function ackedBeyond(
  ends: ReadonlyMap<PartitionKey, number>,
  acked: ReadonlyMap<PartitionKey, readonly PositionRange[]>,
): number {
  let beyond = 0;
  for (const [partition, ranges] of acked) {
    const end = ends.get(partition) ?? 0;
    for (const range of ranges) beyond += Math.max(0, range.end - Math.max(range.first, end));
  }
  return beyond;
}
