import {
  type Clock,
  type PartitionKey,
  partitionKey,
  type PositionedRecord,
  type StreamRecord,
} from '@foreshadow/domain';
import { checkStream, requireCount, requireDuration, requireName, unknownPartition } from './checks.ts';
import { PortError } from './errors.ts';
import { MemoryPartition } from './memory-partition.ts';
import type { AppendResult, Lag, StreamInfo, StreamLog } from './stream-log.ts';

/** Timers of the platforms run out at once beyond 2³¹ ms. */
const LONGEST_SLEEP_MS = 1e9;

/**
 * A stream log in memory, for tests, browsers and in-process use. It keeps the records that it is given, not
 * copies: do not change a record's bytes after appending it.
 */
export class MemoryStreamLog implements StreamLog {
  readonly #clock: Clock;
  readonly #streams = new Map<string, number>();
  readonly #partitions = new Map<PartitionKey, MemoryPartition>();
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async createStream(name: string, partitions: number): Promise<void> {
    this.#requireOpen();
    checkStream(name, partitions, this.#streams.get(name));
    if (this.#streams.has(name)) return;
    this.#streams.set(name, partitions);
    for (let i = 0; i < partitions; i++) this.#partitions.set(partitionKey(name, i), new MemoryPartition());
  }

  async streams(): Promise<readonly StreamInfo[]> {
    this.#requireOpen();
    return this.#known();
  }

  async append(batch: ReadonlyMap<PartitionKey, readonly StreamRecord[]>): Promise<readonly AppendResult[]> {
    // Everything that can fail comes before the first change: all or nothing.
    for (const partition of batch.keys()) this.#at(partition);
    const results: AppendResult[] = [];
    for (const [partition, records] of batch) {
      results.push({ partition, first: this.#at(partition).append(records), count: records.length });
    }
    return results;
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
    const source = this.#at(partition);
    const deadlineMs = this.#clock.monotonicMs() + waitMs;
    for (;;) {
      const records = source.read(from, max);
      const leftMs = deadlineMs - this.#clock.monotonicMs();
      if (records.length > 0 || max === 0 || leftMs <= 0 || signal?.aborted === true) return records;
      await this.#appended(source, leftMs, signal);
      this.#requireOpen();
    }
  }

  async endPosition(partition: PartitionKey): Promise<number> {
    return this.#at(partition).end;
  }

  async committed(partition: PartitionKey, group: string): Promise<number> {
    requireName('group', group);
    return this.#at(partition).committed(group);
  }

  async claim(partition: PartitionKey, group: string, token: number): Promise<number> {
    requireName('group', group);
    requireCount('token', token);
    return this.#at(partition).claim(group, token);
  }

  async commit(partition: PartitionKey, group: string, next: number, token: number): Promise<void> {
    requireName('group', group);
    requireCount('next', next);
    requireCount('token', token);
    this.#at(partition).commit(group, next, token);
  }

  async lag(partition: PartitionKey, group: string): Promise<Lag> {
    requireName('group', group);
    return this.#at(partition).lag(group);
  }

  async trim(partition: PartitionKey, retain: number): Promise<number> {
    requireCount('retain', retain);
    return this.#at(partition).trim(retain);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const partition of this.#partitions.values()) partition.wake();
  }

  #known(): StreamInfo[] {
    return [...this.#streams].map(([name, partitions]) => ({ name, partitions }));
  }

  #at(partition: PartitionKey): MemoryPartition {
    this.#requireOpen();
    const found = this.#partitions.get(partition);
    if (found === undefined) throw unknownPartition(partition, this.#known());
    return found;
  }

  /** Resolves when something is appended, after `leftMs`, or when aborted. */
  async #appended(source: MemoryPartition, leftMs: number, signal: AbortSignal | undefined): Promise<void> {
    const woken = new AbortController();
    const stop = (): void => woken.abort();
    signal?.addEventListener('abort', stop, { once: true });
    // The sleep rejects when it is no longer needed; that is its normal end here.
    const timeout = this.#clock
      .sleep(Math.min(leftMs, LONGEST_SLEEP_MS), woken.signal)
      .catch(() => undefined);
    await Promise.race([source.appended(), timeout]);
    signal?.removeEventListener('abort', stop);
    stop();
  }

  #requireOpen(): void {
    if (this.#closed) throw new PortError('CLOSED', 'the stream log is closed');
  }
}
