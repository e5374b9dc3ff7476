import type { ResourceVector } from '@foreshadow/domain';
import type { Attempts } from './attempts.ts';
import { BatchSizer } from './batch-sizer.ts';
import { Governors } from './governors.ts';
import { Handling } from './handling.ts';
import type { Lane } from './lane.ts';
import { prefetchRecords, recordBytes } from './memory-governor.ts';
import type { UtilizationMeter } from './meter.ts';
import { Nap } from './nap.ts';
import type { ResolvedOptions } from './options.ts';
import type { Ownership } from './ownership.ts';
import type { PartitionConsumer } from './partition-consumer.ts';

/** Pause when no partition has anything. */
const MAX_IDLE_MS = 100;
const MIN_IDLE_MS = 10;
/** Longest sleep while in debt, so that a new allowance counts soon. */
const MAX_DEBT_SLEEP_MS = 100;
/** Memory is looked at this often; reading it costs a file access. */
const MEMORY_CHECK_MS = 250;

/**
 * Goes round the owned partitions with small batches, within the allowances: CPU, network and disk by paying for what
 * was used before the next batch and the next read, memory by how much is read ahead. At most `concurrency` batches are with the handler at a time, no two of
 * the same lane. Reading goes on meanwhile.
 */
export class WorkLoop {
  readonly #options: ResolvedOptions;
  readonly #ownership: Ownership;
  readonly #meter: UtilizationMeter;
  readonly #attempts: Attempts;
  readonly #handling: Handling;
  readonly #governors: Governors;
  readonly #sizer = new BatchSizer();
  readonly #running = new Set<Promise<void>>();
  readonly #nap: Nap;
  #allowance: ResourceVector;
  #residentBytes: number;
  #memoryCheckedAtMs: number;
  #stopping = false;

  constructor(options: ResolvedOptions, ownership: Ownership, meter: UtilizationMeter, attempts: Attempts) {
    const nowMs = options.clock.monotonicMs();
    this.#options = options;
    this.#ownership = ownership;
    this.#meter = meter;
    this.#attempts = attempts;
    this.#handling = new Handling(options, meter);
    this.#nap = new Nap(options.clock);
    this.#allowance = options.allowance;
    this.#governors = new Governors(options.allowance, meter.used(), nowMs);
    this.#sizer.setAllowance(options.allowance);
    this.#residentBytes = options.system.memoryBytes();
    this.#memoryCheckedAtMs = nowMs;
  }

  /** Records handled and records given up so far. */
  get counts(): Handling['counts'] {
    return this.#handling.counts;
  }

  setAllowance(allowance: ResourceVector): void {
    this.#allowance = allowance;
    this.#governors.setAllowance(allowance, this.#nowMs());
    this.#sizer.setAllowance(allowance);
  }

  /** Begin nothing new. */
  stop(): void {
    this.#stopping = true;
    this.#nap.wake();
  }

  async run(): Promise<void> {
    while (!this.#stopping) {
      if (await this.#round()) continue;
      // What idling costs is paid while idle: added up, it would hold back the records that end it.
      this.#charge();
      if (!this.#stopping) await this.#idle();
    }
  }

  /** One batch of each lane that has any; whether there was one. */
  async #round(): Promise<boolean> {
    let didWork = false;
    const mayRead = this.#governors.readWaitMs(this.#nowMs()) === 0;
    for (const consumer of this.#ownership.active()) {
      if (this.#stopping) return didWork;
      if (mayRead) this.#readAhead(consumer);
      for (const lane of consumer.lanes) if (await this.#serve(consumer, lane)) didWork = true;
      if (consumer.isCommitDue(this.#nowMs(), this.#options.commitIntervalMs)) {
        void this.#ownership.commit(consumer);
      }
    }
    return didWork;
  }

  #readAhead(consumer: PartitionConsumer): void {
    const nowMs = this.#nowMs();
    // What is read under a lease that may have run out, its next owner handles.
    if (!consumer.mayHandle(nowMs)) return;
    const most = this.#prefetch(consumer);
    if (!consumer.wantsRecords(nowMs, most)) return;
    const bytes = this.#governors.readableBytes(nowMs) / Math.max(1, this.#ownership.active().length);
    const affordable = Math.floor(bytes / recordBytes(consumer.averageRecordBytes));
    void this.#attempts.run(`read ${consumer.partition}`, async () => {
      const read = await consumer.read(most, affordable);
      this.#meter.transferred(read);
      if (read > 0) this.#nap.wake();
    });
  }

  async #serve(consumer: PartitionConsumer, lane: Lane): Promise<boolean> {
    if (!this.#mayStart(consumer, lane)) return false;
    while (this.#running.size >= this.#options.concurrency) await Promise.race(this.#running);
    await this.#payDebt();
    // Time has passed: the lease may have run out meanwhile.
    if (!this.#mayStart(consumer, lane)) return false;
    const call = consumer.track(this.#call(consumer, lane)).finally(() => {
      this.#running.delete(call);
      this.#nap.wake();
    });
    this.#running.add(call);
    if (this.#options.concurrency === 1) await call;
    await this.#options.system.yieldTurn();
    return true;
  }

  #mayStart(consumer: PartitionConsumer, lane: Lane): boolean {
    const nowMs = this.#nowMs();
    return !this.#stopping && consumer.mayHandle(nowMs) && lane.isReady(nowMs);
  }

  async #call(consumer: PartitionConsumer, lane: Lane): Promise<void> {
    const cost = await this.#handling.handle(consumer, lane, this.#sizer.records);
    this.#sizer.observe(cost.records, cost);
    this.#charge();
  }

  /** Sleep until what was used is paid for. Called only while records wait: that is what `throttled` means. */
  async #payDebt(): Promise<void> {
    this.#charge();
    for (;;) {
      const nowMs = this.#nowMs();
      const waitMs = this.#governors.waitMs(nowMs);
      if (waitMs === 0 || this.#stopping) break;
      this.#meter.throttled.start(nowMs);
      await this.#options.clock.sleep(Math.max(1, Math.min(waitMs, MAX_DEBT_SLEEP_MS)));
      this.#charge();
    }
    this.#meter.throttled.stop(this.#nowMs());
  }

  /** Everything the process has used counts, not the handler alone. */
  #charge(): void {
    this.#governors.charge(this.#meter.used(), this.#nowMs());
  }

  #prefetch(consumer: PartitionConsumer): number {
    const nowMs = this.#nowMs();
    if (nowMs - this.#memoryCheckedAtMs >= MEMORY_CHECK_MS) {
      this.#memoryCheckedAtMs = nowMs;
      this.#residentBytes = this.#options.system.memoryBytes();
    }
    const records = prefetchRecords({
      residentBytes: this.#residentBytes,
      // What the process may never get is no room to read into.
      allowanceBytes: Math.min(this.#allowance.memoryBytes, this.#options.system.heapLimitBytes),
      averageRecordBytes: consumer.averageRecordBytes,
      partitions: this.#ownership.active().length,
    });
    return Math.min(records, this.#options.maxPrefetchRecords);
  }

  /**
   * Sleep until a partition is worth a look, 10–100 ms; a batch that comes back or records that come in end it. While
   * the network allowance keeps the records of a partition in the log, work is held back.
   */
  async #idle(): Promise<void> {
    const nowMs = this.#nowMs();
    const active = this.#ownership.active();
    const readWaitMs = this.#governors.readWaitMs(nowMs);
    const nextMs = active.reduce(
      (t, c) => Math.min(t, c.nextLookMs(nowMs + readWaitMs)),
      Number.POSITIVE_INFINITY,
    );
    if (readWaitMs > 0 && active.some((c) => c.isStarved)) this.#meter.throttled.start(nowMs);
    await this.#nap.sleep(Math.max(MIN_IDLE_MS, Math.min(MAX_IDLE_MS, nextMs - nowMs)));
    this.#meter.throttled.stop(this.#nowMs());
  }

  #nowMs(): number {
    return this.#options.clock.monotonicMs();
  }
}
