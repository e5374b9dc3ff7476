import type { PositionedRecord, ResourceVector } from '@foreshadow/domain';
import type { Attempts } from './attempts.ts';
import { BatchSizer } from './batch-sizer.ts';
import { CpuGovernor } from './cpu-governor.ts';
import { prefetchRecords } from './memory-governor.ts';
import type { UtilizationMeter } from './meter.ts';
import type { HandlerContext, ResolvedOptions } from './options.ts';
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
 * Goes round the owned partitions with small batches, within the allowances: CPU by paying for each batch before the
 * next, memory by how much is read ahead. One batch at a time.
 */
export class WorkLoop {
  readonly #options: ResolvedOptions;
  readonly #ownership: Ownership;
  readonly #meter: UtilizationMeter;
  readonly #attempts: Attempts;
  readonly #governor: CpuGovernor;
  readonly #sizer = new BatchSizer();
  #allowance: ResourceVector;
  #chargedCpuMs: number;
  #residentBytes: number;
  #memoryCheckedAtMs: number;
  #stopping = false;
  #processed = 0;
  #skipped = 0;

  constructor(options: ResolvedOptions, ownership: Ownership, meter: UtilizationMeter, attempts: Attempts) {
    const nowMs = options.clock.monotonicMs();
    this.#options = options;
    this.#ownership = ownership;
    this.#meter = meter;
    this.#attempts = attempts;
    this.#allowance = options.allowance;
    this.#governor = new CpuGovernor(options.allowance.cpuCores, nowMs);
    this.#sizer.setAllowance(options.allowance.cpuCores);
    this.#chargedCpuMs = options.system.cpuMs();
    this.#residentBytes = options.system.memoryBytes();
    this.#memoryCheckedAtMs = nowMs;
  }

  /** Records handled and records given up so far. */
  get counts(): { readonly processed: number; readonly skipped: number } {
    return { processed: this.#processed, skipped: this.#skipped };
  }

  setAllowance(allowance: ResourceVector): void {
    this.#allowance = allowance;
    this.#governor.setAllowance(allowance.cpuCores, this.#options.clock.monotonicMs());
    this.#sizer.setAllowance(allowance.cpuCores);
  }

  /** Begin nothing new. */
  stop(): void {
    this.#stopping = true;
  }

  async run(): Promise<void> {
    while (!this.#stopping) {
      if (await this.#round()) continue;
      // What idling costs is paid while idle: added up, it would hold back the records that end it.
      this.#charge();
      if (!this.#stopping) await this.#options.clock.sleep(this.#idleMs());
    }
  }

  /** One batch of each partition that has any; whether there was one. */
  async #round(): Promise<boolean> {
    let didWork = false;
    for (const consumer of this.#ownership.active()) {
      if (this.#stopping) return didWork;
      if (await this.#serve(consumer)) didWork = true;
      if (consumer.isCommitDue(this.#nowMs(), this.#options.commitIntervalMs)) {
        void this.#ownership.commit(consumer);
      }
    }
    return didWork;
  }

  async #serve(consumer: PartitionConsumer): Promise<boolean> {
    const nowMs = this.#nowMs();
    if (!consumer.mayHandle(nowMs) || (!consumer.hasRecords && nowMs < consumer.nextLookMs)) return false;
    const read = await this.#attempts.run(`read ${consumer.partition}`, () =>
      consumer.fill(this.#prefetch(consumer)),
    );
    this.#meter.read(read ?? 0);
    if (!consumer.hasRecords) return false;
    await this.#payDebt();
    if (this.#stopping || !consumer.mayHandle(this.#nowMs())) return false;
    await consumer.track(this.#handle(consumer, consumer.peek(this.#sizer.records)));
    await this.#options.system.yieldTurn();
    return true;
  }

  async #handle(consumer: PartitionConsumer, records: readonly PositionedRecord[]): Promise<void> {
    const { partition } = consumer;
    const bytes = records.reduce((sum, r) => sum + r.value.byteLength, 0);
    const cpuBeforeMs = this.#options.system.cpuMs();
    this.#meter.busy.start(this.#nowMs());
    try {
      await this.#options.handler(records, this.#context(consumer));
      consumer.retry.succeeded();
      consumer.advance(records, bytes);
      this.#meter.processed(partition, records.length, bytes);
      this.#processed += records.length;
    } catch (error) {
      this.#failed(consumer, records, bytes, error);
    } finally {
      this.#meter.busy.stop(this.#nowMs());
      const cpuMs = this.#options.system.cpuMs() - cpuBeforeMs;
      this.#meter.spent(partition, cpuMs);
      this.#sizer.observe(records.length, cpuMs);
      this.#charge();
    }
  }

  #failed(
    consumer: PartitionConsumer,
    records: readonly PositionedRecord[],
    bytes: number,
    error: unknown,
  ): void {
    const { logger } = this.#options;
    const { partition } = consumer;
    const position = records.at(-1)?.position ?? consumer.position;
    const details = { err: error, partition, position };
    if (consumer.retry.failed(records.length, position, this.#nowMs()) === 'retry') {
      logger.warn(details, 'the handler threw; trying again');
      return;
    }
    this.#skipped++;
    consumer.advance(records, bytes);
    logger.error(details, 'the handler threw again and again; record skipped');
  }

  #context(consumer: PartitionConsumer): HandlerContext {
    const { partition, lease, signal } = consumer;
    return {
      partition,
      token: lease.token,
      signal,
      addWork: (units) => this.#meter.worked(partition, units),
      addDiskBytes: (bytes) => this.#meter.wroteToDisk(bytes),
    };
  }

  /** Sleep until used CPU time is paid for. Called only while records wait: that is what `throttled` means. */
  async #payDebt(): Promise<void> {
    this.#charge();
    for (;;) {
      const nowMs = this.#nowMs();
      const waitMs = this.#governor.waitMs(nowMs);
      if (waitMs === 0 || this.#stopping) break;
      this.#meter.throttled.start(nowMs);
      await this.#options.clock.sleep(Math.max(1, Math.min(waitMs, MAX_DEBT_SLEEP_MS)));
      this.#charge();
    }
    this.#meter.throttled.stop(this.#nowMs());
  }

  /** Everything the process has used counts, not the handler alone. */
  #charge(): void {
    const cpuMs = this.#options.system.cpuMs();
    this.#governor.charge(cpuMs - this.#chargedCpuMs, this.#nowMs());
    this.#chargedCpuMs = cpuMs;
  }

  #prefetch(consumer: PartitionConsumer): number {
    const nowMs = this.#nowMs();
    if (nowMs - this.#memoryCheckedAtMs >= MEMORY_CHECK_MS) {
      this.#memoryCheckedAtMs = nowMs;
      this.#residentBytes = this.#options.system.memoryBytes();
    }
    return prefetchRecords({
      residentBytes: this.#residentBytes,
      allowanceBytes: this.#allowance.memoryBytes,
      averageRecordBytes: consumer.averageRecordBytes,
      partitions: this.#ownership.active().length,
    });
  }

  /** Until a partition is worth a look, 10–100 ms. */
  #idleMs(): number {
    const nowMs = this.#nowMs();
    const nextMs = this.#ownership
      .active()
      .reduce((t, c) => Math.min(t, c.nextLookMs), Number.POSITIVE_INFINITY);
    return Math.max(MIN_IDLE_MS, Math.min(MAX_IDLE_MS, nextMs - nowMs));
  }

  #nowMs(): number {
    return this.#options.clock.monotonicMs();
  }
}
