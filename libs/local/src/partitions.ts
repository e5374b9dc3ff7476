import type { PartitionKey, StreamRecord } from '@foreshadow/domain';
import { partitionKey } from '@foreshadow/domain';
import { checkStream, type StreamInfo, unknownPartition } from '@foreshadow/ports';
import { type Block, encodeBlocks } from './block.ts';
import type { Environment } from './environment.ts';
import { blockKey, blockPosition, partitionNumberKey } from './keys.ts';

/** A record of the table `streams`: its partitions are numbered `firstNumber …` across the environment. */
interface StreamEntry extends StreamInfo {
  readonly firstNumber: number;
}

/** Positions that a partition holds: `start ≤ position < end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The streams of an environment, and where the records of their partitions stand. */
export class Partitions {
  readonly #env: Environment;
  /** What was seen so far; streams are never removed. */
  readonly #numbers = new Map<PartitionKey, number>();

  constructor(env: Environment) {
    this.#env = env;
  }

  /** Inside a write transaction. Throws what `checkStream` throws. */
  create(name: string, partitions: number): void {
    const entries = this.#entries();
    checkStream(name, partitions, entries.find((e) => e.name === name)?.partitions);
    if (entries.some((e) => e.name === name)) return;
    const firstNumber = Math.max(0, ...entries.map((e) => e.firstNumber + e.partitions));
    const value = Buffer.allocUnsafe(8);
    value.writeUInt32LE(partitions, 0);
    value.writeUInt32LE(firstNumber, 4);
    void this.#env.tables.streams.put(Buffer.from(name), value);
  }

  list(): StreamInfo[] {
    return this.#env.read(() => this.#entries()).map(({ name, partitions }) => ({ name, partitions }));
  }

  /**
   * Number of a partition within the environment. Not inside a transaction.
   * @throws {PortError} `UNKNOWN_STREAM` or `UNKNOWN_PARTITION`.
   */
  number(partition: PartitionKey): number {
    const known = this.#numbers.get(partition);
    if (known !== undefined) return known;
    const entries = this.#env.read(() => this.#entries());
    for (const { name, partitions, firstNumber } of entries) {
      for (let i = 0; i < partitions; i++) this.#numbers.set(partitionKey(name, i), firstNumber + i);
    }
    const found = this.#numbers.get(partition);
    if (found === undefined) throw unknownPartition(partition, entries);
    return found;
  }

  /** Inside a transaction. */
  range(number: number): Range {
    const value = this.#env.tables.partitions.getBinary(partitionNumberKey(number));
    return value === undefined
      ? { start: 0, end: 0 }
      : { start: value.readDoubleLE(0), end: value.readDoubleLE(8) };
  }

  /** Inside a write transaction. */
  setRange(number: number, range: Range): void {
    const value = Buffer.allocUnsafe(16);
    value.writeDoubleLE(range.start, 0);
    value.writeDoubleLE(range.end, 8);
    void this.#env.tables.partitions.put(partitionNumberKey(number), value);
  }

  /** Inside a write transaction: put blocks at the end; returns the position of their first record. */
  append(number: number, blocks: readonly Block[]): number {
    const { start, end } = this.range(number);
    let next = end;
    for (const block of blocks) {
      void this.#env.tables.records.put(blockKey(number, next), block.bytes);
      next += block.count;
    }
    if (next > end) this.setRange(number, { start, end: next });
    return end;
  }

  /** Inside a transaction: position of the block that holds `position`, which must be within the range. */
  blockAt(number: number, position: number): number {
    const keys = this.#env.tables.records.getKeys({
      start: blockKey(number, position),
      end: blockKey(number, 0),
      inclusiveEnd: true,
      reverse: true,
      limit: 1,
    });
    for (const key of keys) return blockPosition(key);
    return position;
  }

  #entries(): StreamEntry[] {
    const entries: StreamEntry[] = [];
    for (const { key, value } of this.#env.tables.streams.getRange({ start: Buffer.of(0) })) {
      const name = Buffer.from(key).toString();
      entries.push({ name, partitions: value.readUInt32LE(0), firstNumber: value.readUInt32LE(4) });
    }
    return entries;
  }
}

/** What `append` is to write, packed outside of the transaction. */
export interface PackedBatch {
  readonly partition: PartitionKey;
  readonly number: number;
  readonly blocks: readonly Block[];
  readonly count: number;
}

export function packBatch(
  partitions: Partitions,
  batch: ReadonlyMap<PartitionKey, readonly StreamRecord[]>,
): PackedBatch[] {
  return [...batch].map(([partition, records]) => ({
    partition,
    number: partitions.number(partition),
    blocks: encodeBlocks(records),
    count: records.length,
  }));
}
