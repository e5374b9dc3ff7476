import type { Clock, PartitionKey, PositionedRecord, StreamRecord } from '@foreshadow/domain';
import {
  type AppendResult,
  checkStream,
  type Lag,
  PortError,
  requireCount,
  requireDuration,
  requireName,
  type StreamInfo,
  type StreamLog,
} from '@foreshadow/ports';
import { decodeBlock, timestampInBlock } from './block.ts';
import type { Environment } from './environment.ts';
import { Groups } from './groups.ts';
import { blockKey, blockPosition } from './keys.ts';
import { packBatch, Partitions } from './partitions.ts';

const SHORTEST_POLL_MS = 5;
const LONGEST_POLL_MS = 50;
/** Bounds how long one transaction of `trim` holds the write lock. */
const TRIM_BLOCKS = 1000;

/**
 * A stream log in LMDB. An append resolves once its transaction is committed: what it holds survives the death of any
 * process; a power failure only with the option `sync` (see `openLocal`). LMDB cannot notify another process, so a
 * read that waits looks again after 5 ms, then less often, up to every 50 ms.
 */
export class LmdbStreamLog implements StreamLog {
  readonly #env: Environment;
  readonly #clock: Clock;
  readonly #partitions: Partitions;
  readonly #groups: Groups;
  #closed = false;

  constructor(env: Environment, clock: Clock) {
    this.#env = env;
    this.#clock = clock;
    this.#partitions = new Partitions(env);
    this.#groups = new Groups(env);
  }

  async createStream(name: string, partitions: number): Promise<void> {
    this.#requireOpen();
    checkStream(name, partitions, undefined);
    await this.#env.write(() => this.#partitions.create(name, partitions));
  }

  async streams(): Promise<readonly StreamInfo[]> {
    this.#requireOpen();
    return this.#partitions.list();
  }

  async append(batch: ReadonlyMap<PartitionKey, readonly StreamRecord[]>): Promise<readonly AppendResult[]> {
    this.#requireOpen();
    const packed = packBatch(this.#partitions, batch);
    if (packed.length === 0) return [];
    return this.#env.write(() =>
      packed.map(({ partition, number, blocks, count }) => ({
        partition,
        first: this.#partitions.append(number, blocks),
        count,
      })),
    );
  }

  async read(
    partition: PartitionKey,
    from: number,
    max: number,
    waitMs: number,
    signal?: AbortSignal,
  ): Promise<readonly PositionedRecord[]> {
    requireCount('from', from);
    requireCount('max', max);
    requireDuration('waitMs', waitMs);
    const number = this.#number(partition);
    const deadlineMs = this.#clock.monotonicMs() + waitMs;
    for (let pollMs = SHORTEST_POLL_MS; ; pollMs = Math.min(LONGEST_POLL_MS, pollMs * 2)) {
      this.#requireOpen();
      const records = this.#env.read(() => this.#records(number, from, max));
      const leftMs = deadlineMs - this.#clock.monotonicMs();
      if (records.length > 0 || max === 0 || leftMs <= 0 || signal?.aborted === true) return records;
      // An abort ends the sleep early; the next turn sees it.
      await this.#clock.sleep(Math.min(pollMs, leftMs), signal).catch(() => undefined);
    }
  }

  async endPosition(partition: PartitionKey): Promise<number> {
    const number = this.#number(partition);
    return this.#env.read(() => this.#partitions.range(number)).end;
  }

  async committed(partition: PartitionKey, group: string): Promise<number> {
    requireName('group', group);
    const number = this.#number(partition);
    return this.#env.read(() => this.#groups.committed(number, group));
  }

  async claim(partition: PartitionKey, group: string, token: number): Promise<number> {
    requireName('group', group);
    requireCount('token', token);
    const number = this.#number(partition);
    return this.#env.write(() => this.#groups.claim(number, group, token));
  }

  async commit(partition: PartitionKey, group: string, next: number, token: number): Promise<void> {
    requireName('group', group);
    requireCount('next', next);
    requireCount('token', token);
    const number = this.#number(partition);
    await this.#env.write(() => {
      const { end } = this.#partitions.range(number);
      if (next > end) {
        throw new PortError('INVALID_ARGUMENT', `cannot commit ${next}: the partition ends at ${end}`);
      }
      this.#groups.commit(number, group, next, token);
    });
  }

  async lag(partition: PartitionKey, group: string): Promise<Lag> {
    requireName('group', group);
    const number = this.#number(partition);
    return this.#env.read(() => {
      const { start, end } = this.#partitions.range(number);
      const next = Math.max(start, this.#groups.committed(number, group));
      if (next >= end) return { records: 0, oldestTimestampMs: undefined };
      return { records: end - next, oldestTimestampMs: this.#timestampAt(number, next) };
    });
  }

  async trim(partition: PartitionKey, retain: number): Promise<number> {
    requireCount('retain', retain);
    const number = this.#number(partition);
    const dropped = await this.#env.write(() => this.#moveStart(number, retain));
    // Blocks go in steps; what a crash leaves below the start is removed by the next trim.
    while ((await this.#env.write(() => this.#removeBlocks(number))) === TRIM_BLOCKS);
    return dropped;
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #records(number: number, from: number, max: number): PositionedRecord[] {
    const { start, end } = this.#partitions.range(number);
    const first = Math.max(from, start);
    const records: PositionedRecord[] = [];
    if (first >= end || max === 0) return records;
    const blocks = this.#env.tables.records.getRange({
      start: blockKey(number, this.#partitions.blockAt(number, first)),
      end: blockKey(number, end),
    });
    for (const { key, value } of blocks) {
      decodeBlock(value, blockPosition(key), first, max, records);
      if (records.length >= max) break;
    }
    return records;
  }

  #timestampAt(number: number, position: number): number | undefined {
    const blockStart = this.#partitions.blockAt(number, position);
    const bytes = this.#env.tables.records.getBinary(blockKey(number, blockStart));
    return bytes === undefined ? undefined : timestampInBlock(bytes, position - blockStart);
  }

  /** Returns how many positions were dropped. */
  #moveStart(number: number, retain: number): number {
    const { start, end } = this.#partitions.range(number);
    const next = Math.max(start, (this.#groups.slowest(number) ?? 0) - retain);
    if (next > start) this.#partitions.setRange(number, { start: next, end });
    return next - start;
  }

  /** Remove at most `TRIM_BLOCKS` blocks that lie wholly below the start; returns how many. */
  #removeBlocks(number: number): number {
    const { start, end } = this.#partitions.range(number);
    const keys = [
      ...this.#env.tables.records.getKeys({
        start: blockKey(number, 0),
        end: blockKey(number, start),
        inclusiveEnd: true,
        limit: TRIM_BLOCKS + 1,
      }),
    ];
    // The last of them may reach beyond the start, unless nothing lies there.
    const removable = start === end ? keys.slice(0, TRIM_BLOCKS) : keys.slice(0, -1);
    for (const key of removable) void this.#env.tables.records.remove(Buffer.from(key));
    return removable.length;
  }

  #number(partition: PartitionKey): number {
    this.#requireOpen();
    return this.#partitions.number(partition);
  }

  #requireOpen(): void {
    if (this.#closed) throw new PortError('CLOSED', 'the stream log is closed');
  }
}
