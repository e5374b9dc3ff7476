import type { PositionedRecord } from '@foreshadow/domain';
import type { BatchCost } from './batch-sizer.ts';
import { CpuShares } from './cpu-shares.ts';
import { DeadLetters } from './dead-letters.ts';
import type { Lane } from './lane.ts';
import type { UtilizationMeter } from './meter.ts';
import type { HandlerContext, ResolvedOptions } from './options.ts';
import type { PartitionConsumer } from './partition-consumer.ts';

/** What one call of the handler cost. */
export interface CallCost extends BatchCost {
  readonly records: number;
}

/** What a handler reports of its own use in one call. */
interface Reported {
  networkBytes: number;
  diskBytes: number;
}

/** Calls the handler, one batch of a lane at a time, and deals with what it throws. */
export class Handling {
  readonly #options: ResolvedOptions;
  readonly #meter: UtilizationMeter;
  readonly #cpu: CpuShares;
  readonly #deadLetters: DeadLetters | undefined;
  #processed = 0;
  #givenUp = 0;

  constructor(options: ResolvedOptions, meter: UtilizationMeter) {
    this.#options = options;
    this.#meter = meter;
    this.#cpu = new CpuShares(() => options.system.cpuMs());
    const { log, deadLetterStream } = options;
    this.#deadLetters = deadLetterStream === null ? undefined : new DeadLetters(log, deadLetterStream);
  }

  /** Records handled and records given up so far. */
  get counts(): { readonly processed: number; readonly givenUp: number } {
    return { processed: this.#processed, givenUp: this.#givenUp };
  }

  /** Handle the next batch of a lane, at most `count` records; never rejects. */
  async handle(consumer: PartitionConsumer, lane: Lane, count: number): Promise<CallCost> {
    const records = lane.begin(count);
    const { length } = records;
    const bytes = records.reduce((sum, r) => sum + r.value.byteLength, 0);
    this.#meter.busy.start(this.#nowMs());
    const mark = this.#cpu.begin();
    const reported: Reported = { networkBytes: 0, diskBytes: 0 };
    let done = length;
    try {
      await this.#options.handler(records, this.#context(consumer, reported));
      lane.retry.succeeded();
      this.#meter.processed(consumer.partition, length, bytes);
      this.#processed += length;
    } catch (error) {
      done = (await this.#failed(consumer, lane, records, error)) ? length : 0;
    }
    const cpuMs = this.#cpu.end(mark);
    if (this.#cpu.active === 0) this.#meter.busy.stop(this.#nowMs());
    this.#meter.spent(consumer.partition, cpuMs);
    consumer.finish(lane, done);
    const diskBytes = this.#meter.reportsDisk ? reported.diskBytes : bytes;
    return { records: length, cpuMs, networkBytes: reported.networkBytes, diskBytes };
  }

  /** The handler threw. Returns whether to go on behind the batch. */
  async #failed(
    consumer: PartitionConsumer,
    lane: Lane,
    records: readonly PositionedRecord[],
    error: unknown,
  ): Promise<boolean> {
    const { logger } = this.#options;
    const { partition } = consumer;
    const record = records.at(-1)!;
    const { token } = consumer.lease;
    const details = { err: error, partition, position: record.position, records: records.length, token };
    if (lane.retry.failed(records.length, record.position, this.#nowMs()) === 'retry') {
      logger.warn(details, 'the handler threw; trying again');
      return false;
    }
    try {
      await this.#bury(consumer, record, error);
    } catch (cause) {
      logger.error(
        { ...details, cause },
        'cannot give the record up: the dead-letter stream did not take it',
      );
      return false;
    }
    lane.retry.gaveUp();
    this.#givenUp++;
    const { deadLetterStream } = this.#options;
    const where = deadLetterStream === null ? 'skipped' : `put into ${deadLetterStream}`;
    logger.error(details, `the handler threw again and again; record ${where}`);
    return true;
  }

  async #bury(
    { partition, lease }: PartitionConsumer,
    record: PositionedRecord,
    error: unknown,
  ): Promise<void> {
    const { pool, group, id, retry, clock } = this.#options;
    const bytes = await this.#deadLetters?.put(record, error, {
      partition,
      attempts: retry.attempts,
      pool,
      group,
      worker: id,
      token: lease.token,
      failedAtMs: clock.nowMs(),
    });
    this.#meter.transferred(bytes ?? 0);
  }

  #context(consumer: PartitionConsumer, reported: Reported): HandlerContext {
    const { partition, lease, signal } = consumer;
    return {
      partition,
      token: lease.token,
      signal,
      addWork: (units) => this.#meter.worked(partition, units),
      addNetworkBytes: (bytes) => {
        this.#meter.transferred(bytes);
        reported.networkBytes += bytes;
      },
      addDiskBytes: (bytes) => {
        this.#meter.wroteToDisk(bytes);
        reported.diskBytes += bytes;
      },
    };
  }

  #nowMs(): number {
    return this.#options.clock.monotonicMs();
  }
}
