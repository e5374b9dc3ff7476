import type { Clock, PartitionKey, PositionedRecord } from '@foreshadow/domain';
import { type Lease, PortError, type StreamLog } from '@foreshadow/ports';
import type { RetryOptions } from './options.ts';
import { RetryState } from './retry-state.ts';

/** Pause before the next look at a partition that had fewer records than asked for; it grows with empty looks. */
const FIRST_POLL_MS = 20;
const MAX_POLL_MS = 100;
const POLL_GROWTH = 1.25;
const FAILED_POLL_MS = 500;

/** Records may be handled until this share of the lease's time is over; the rest is for what is under way. */
const USABLE_SHARE_OF_LEASE = 0.9;

export interface ConsumerOptions {
  readonly partition: PartitionKey;
  readonly group: string;
  readonly lease: Lease;
  readonly log: StreamLog;
  readonly clock: Clock;
  readonly retry: RetryOptions;
  /** First position to handle: what the group has committed. */
  readonly from: number;
}

/**
 * One partition that this worker owns: reads ahead, hands out batches in order, knows what was handled and commits it
 * under the lease's token. Nothing is handed out once the lease may have run out.
 */
export class PartitionConsumer {
  readonly partition: PartitionKey;
  readonly lease: Lease;
  readonly retry: RetryState;
  readonly #options: ConsumerOptions;
  readonly #abort = new AbortController();
  #buffer: readonly PositionedRecord[] = [];
  #handled = 0;
  #next: number;
  #committed: number;
  #committedAtMs = Number.NEGATIVE_INFINITY;
  #uncommittedBytes = 0;
  #committing: Promise<number> | undefined;
  #usableUntilMs = Number.NEGATIVE_INFINITY;
  #stopping = false;
  #lost = false;
  #inFlight: Promise<void> = Promise.resolve();
  #pollAtMs = Number.NEGATIVE_INFINITY;
  #pollPauseMs = FIRST_POLL_MS;
  #averageBytes = Number.NaN;

  constructor(options: ConsumerOptions) {
    this.partition = options.partition;
    this.lease = options.lease;
    this.retry = new RetryState(options.retry);
    this.#options = options;
    this.#next = options.from;
    this.#committed = options.from;
  }

  /** Aborted when the partition is lost or must be given up at once. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Another worker owns it now, or may. */
  get isLost(): boolean {
    return this.#lost;
  }

  get isStopping(): boolean {
    return this.#stopping;
  }

  /** Mean size of the records read lately; NaN before the first. */
  get averageRecordBytes(): number {
    return this.#averageBytes;
  }

  /** First position that was not handled yet. */
  get position(): number {
    return this.#next;
  }

  /** The lease was taken or renewed by a call that began at `calledAtMs` (monotonic). */
  extendLease(calledAtMs: number, ttlMs: number): void {
    this.#usableUntilMs = calledAtMs + ttlMs * USABLE_SHARE_OF_LEASE;
  }

  mayHandle(nowMs: number): boolean {
    return !this.#stopping && nowMs < this.#usableUntilMs && nowMs >= this.retry.readyAtMs;
  }

  /** When it is worth looking again, monotonic. */
  get nextLookMs(): number {
    return Math.max(this.#pollAtMs, this.retry.readyAtMs);
  }

  /**
   * Make sure that records wait if there are any: reads at most `max` when the buffer is empty.
   * Returns how many bytes were read; `hasRecords` tells the rest. Rejects as the log does.
   */
  async fill(max: number): Promise<number> {
    const nowMs = this.#options.clock.monotonicMs();
    if (this.hasRecords || nowMs < this.#pollAtMs) return 0;
    // Should the read fail.
    this.#pollAtMs = nowMs + FAILED_POLL_MS;
    const records = await this.#options.log.read(this.partition, this.#next, max, 0);
    this.#buffer = records;
    this.#handled = 0;
    this.#pollPauseMs =
      records.length > 0 ? FIRST_POLL_MS : Math.min(MAX_POLL_MS, this.#pollPauseMs * POLL_GROWTH);
    this.#pollAtMs = records.length >= max ? nowMs : nowMs + this.#pollPauseMs;
    const bytes = records.reduce((sum, r) => sum + r.value.byteLength + (r.key?.length ?? 0), 0);
    if (records.length > 0) this.#averageBytes = bytes / records.length;
    return bytes;
  }

  get hasRecords(): boolean {
    return this.#handled < this.#buffer.length;
  }

  /** The next records, at most `count`, without taking them. */
  peek(count: number): readonly PositionedRecord[] {
    const limit = this.retry.batchLimit(this.#buffer[this.#handled]?.position ?? 0, count);
    return this.#buffer.slice(this.#handled, this.#handled + limit);
  }

  /** Go on behind `records`, which are the next ones. Does nothing once the partition is lost or cut off. */
  advance(records: readonly PositionedRecord[], bytes: number): void {
    const last = records.at(-1);
    if (last === undefined || this.signal.aborted) return;
    this.#handled += records.length;
    this.#next = last.position + 1;
    this.#uncommittedBytes += bytes;
  }

  /** Note work under way, so that giving up can wait for it. */
  track(work: Promise<void>): Promise<void> {
    this.#inFlight = work;
    return work;
  }

  /** Hand out nothing more; resolves when nothing is in flight. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#inFlight;
  }

  /** Wait no longer for what is in flight: its result does not count any more. */
  cutOff(reason: string): void {
    this.#stopping = true;
    this.#abort.abort(new Error(reason));
  }

  /** The partition is no longer ours. */
  lose(reason: string): void {
    this.#lost = true;
    this.cutOff(reason);
  }

  /** Whether something was handled and `intervalMs` have passed since the last commit. */
  isCommitDue(nowMs: number, intervalMs: number): boolean {
    if (this.#committing !== undefined || this.#next <= this.#committed) return false;
    return nowMs - this.#committedAtMs >= intervalMs;
  }

  /**
   * Commit what was handled; returns its bytes. One commit at a time: a call during another waits for it and commits
   * what came since. Rejects with `FENCED`, and the partition is lost, if a newer owner has claimed it.
   */
  async commit(): Promise<number> {
    while (this.#committing !== undefined) await this.#committing.catch(() => 0);
    if (this.#next <= this.#committed) return 0;
    this.#committing = this.#commitNow();
    try {
      return await this.#committing;
    } finally {
      this.#committing = undefined;
    }
  }

  async #commitNow(): Promise<number> {
    const { log, group, clock } = this.#options;
    const next = this.#next;
    const bytes = this.#uncommittedBytes;
    this.#committedAtMs = clock.monotonicMs();
    try {
      await log.commit(this.partition, group, next, this.lease.token);
    } catch (error) {
      if (error instanceof PortError && error.code === 'FENCED') this.lose('a newer owner has claimed it');
      throw error;
    }
    this.#committed = next;
    this.#uncommittedBytes -= bytes;
    return bytes;
  }
}
