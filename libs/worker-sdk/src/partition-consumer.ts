import type { Clock, PartitionKey, PositionedRecord } from '@foreshadow/domain';
import { type Lease, PortError, type StreamLog } from '@foreshadow/ports';
import { Lane, laneOf } from './lane.ts';
import type { RetryOptions } from './options.ts';

/** Pause before the next look at a partition that had fewer records than asked for; it grows with empty looks. */
const FIRST_POLL_MS = 20;
const MAX_POLL_MS = 100;
const POLL_GROWTH = 1.25;
const FAILED_POLL_MS = 500;

/** Records may be handed out until this share of the lease's time is over; the rest is the margin for clocks that
 * run apart and for what is under way. */
const USABLE_SHARE_OF_LEASE = 0.9;

/** Positions from the first unhandled record to the last one read, at most: what a crash behind a lane that is stuck
 * would repeat. */
const MAX_SPAN = 8192;

export interface ConsumerOptions {
  readonly partition: PartitionKey;
  readonly group: string;
  readonly lease: Lease;
  readonly log: StreamLog;
  readonly clock: Clock;
  readonly retry: RetryOptions;
  /** Lanes among which its keys are shared; 1: the whole partition is handled in order. */
  readonly lanes: number;
  /** First position to handle: what the group has committed. */
  readonly from: number;
}

/**
 * One partition that this worker owns: reads ahead, shares records among lanes, knows what was handled and commits it
 * under the lease's token. Nothing is handed out once the lease may have run out.
 */
export class PartitionConsumer {
  readonly partition: PartitionKey;
  readonly lease: Lease;
  readonly lanes: readonly Lane[];
  readonly #options: ConsumerOptions;
  readonly #abort = new AbortController();
  readonly #inFlight = new Set<Promise<void>>();
  #readNext: number;
  #reading = false;
  #committed: number;
  #committedAtMs = Number.NEGATIVE_INFINITY;
  #committing: Promise<void> | undefined;
  #usableUntilMs = Number.NEGATIVE_INFINITY;
  #leasedUntilMs = Number.NEGATIVE_INFINITY;
  #stopping = false;
  #lost = false;
  #pollAtMs = Number.NEGATIVE_INFINITY;
  #pollPauseMs = FIRST_POLL_MS;
  #averageBytes = Number.NaN;
  /** Whether the log had at least as many records as were asked for last. */
  #hasMore = false;

  constructor(options: ConsumerOptions) {
    this.partition = options.partition;
    this.lease = options.lease;
    this.lanes = Array.from({ length: options.lanes }, () => new Lane(options.retry));
    this.#options = options;
    this.#readNext = options.from;
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

  /** First position that was not handled yet: all before it were. */
  get position(): number {
    return this.lanes.reduce((first, lane) => Math.min(first, lane.position ?? first), this.#readNext);
  }

  /** The lease was taken or renewed by a call that began at `calledAtMs` (monotonic). */
  extendLease(calledAtMs: number, ttlMs: number): void {
    this.#usableUntilMs = calledAtMs + ttlMs * USABLE_SHARE_OF_LEASE;
    this.#leasedUntilMs = calledAtMs + ttlMs;
  }

  /** Whether the lease surely lasts, with a margin. */
  mayHandle(nowMs: number): boolean {
    return !this.#stopping && nowMs < this.#usableUntilMs;
  }

  /** Whether the lease may have run out: it cannot be renewed, and somebody else may hold it. */
  isExpired(nowMs: number): boolean {
    return nowMs >= this.#leasedUntilMs;
  }

  /** When it is worth looking again, monotonic, if nothing may be read before `readableAtMs`. */
  nextLookMs(readableAtMs: number): number {
    const pollAtMs = Math.max(this.#pollAtMs, readableAtMs);
    return this.lanes.reduce((next, lane) => Math.min(next, lane.nextLookMs), pollAtMs);
  }

  /** Whether it has nothing to handle, though the log surely has. */
  get isStarved(): boolean {
    return this.#hasMore && !this.#reading && !this.#stopping && this.#waiting() === 0;
  }

  /** Whether more should be read, so that at most `max` records wait for the handler. */
  wantsRecords(nowMs: number, max: number): boolean {
    if (this.#reading || this.#stopping || nowMs < this.#pollAtMs) return false;
    return this.#waiting() <= max / 2 && this.#readNext - this.position < MAX_SPAN;
  }

  /**
   * Read ahead until `max` records wait, at most `most` of them at once, and share them among the lanes. Returns how
   * many bytes were read. Rejects as the log does.
   */
  async read(max: number, most: number): Promise<number> {
    const { clock, log } = this.#options;
    const count = Math.max(1, Math.min(most, max - this.#waiting()));
    this.#reading = true;
    // Should the read fail.
    this.#pollAtMs = clock.monotonicMs() + FAILED_POLL_MS;
    try {
      const records = await log.read(this.partition, this.#readNext, count, 0, this.signal);
      return this.#stopping ? 0 : this.#take(records, count);
    } finally {
      this.#reading = false;
    }
  }

  #take(records: readonly PositionedRecord[], asked: number): number {
    const { length } = records;
    for (const record of records) this.lanes[laneOf(record, this.lanes.length)]!.push(record);
    this.#readNext = (records.at(-1)?.position ?? this.#readNext - 1) + 1;
    const nowMs = this.#options.clock.monotonicMs();
    this.#pollPauseMs = length > 0 ? FIRST_POLL_MS : Math.min(MAX_POLL_MS, this.#pollPauseMs * POLL_GROWTH);
    this.#hasMore = length >= asked;
    this.#pollAtMs = this.#hasMore ? nowMs : nowMs + this.#pollPauseMs;
    const bytes = records.reduce((sum, r) => sum + r.value.byteLength + (r.key?.length ?? 0), 0);
    if (length > 0) this.#averageBytes = bytes / length;
    return bytes;
  }

  #waiting(): number {
    return this.lanes.reduce((sum, lane) => sum + lane.size, 0);
  }

  /** A batch of `lane` came back, `done` of its records handled. Does nothing once the partition is lost or cut off. */
  finish(lane: Lane, done: number): void {
    if (!this.signal.aborted) lane.finish(done);
  }

  /** Note work under way, so that giving up can wait for it. */
  track(work: Promise<void>): Promise<void> {
    const tracked = work.finally(() => this.#inFlight.delete(tracked));
    this.#inFlight.add(tracked);
    return tracked;
  }

  /** Hand out nothing more; resolves when nothing is in flight. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#inFlight);
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
    if (this.#committing !== undefined || nowMs - this.#committedAtMs < intervalMs) return false;
    return this.position > this.#committed;
  }

  /**
   * Commit what was handled. One commit at a time: a call during another waits for it and commits
   * what came since. Rejects with `FENCED`, and the partition is lost, if a newer owner has claimed it.
   */
  async commit(): Promise<void> {
    while (this.#committing !== undefined) await this.#committing.catch(() => undefined);
    if (this.position <= this.#committed) return;
    this.#committing = this.#commitNow();
    try {
      await this.#committing;
    } finally {
      this.#committing = undefined;
    }
  }

  async #commitNow(): Promise<void> {
    const { log, group, clock } = this.#options;
    const next = this.position;
    this.#committedAtMs = clock.monotonicMs();
    try {
      await log.commit(this.partition, group, next, this.lease.token);
    } catch (error) {
      if (error instanceof PortError && error.code === 'FENCED') this.lose('a newer owner has claimed it');
      throw error;
    }
    this.#committed = next;
  }
}
