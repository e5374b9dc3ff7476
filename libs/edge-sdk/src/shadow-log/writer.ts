import { type PartitionKey, partitionKey, type StreamRecord } from '@foreshadow/domain';
import type { AppendResult, StreamLog } from '@foreshadow/ports';
import type { SampleSink } from '@foreshadow/shadow';
import { encodeShadowRecord } from './shadow-record.ts';

export interface ShadowStreamWriterOptions {
  readonly log: StreamLog;
  /** Stream of the log that the samples go to; created with the primary's partitions. */
  readonly stream: string;
  readonly partitions: number;
  /** Samples that may wait for the log. Default 10 000. */
  readonly maxWaiting?: number;
  /** Newest records of a partition that are kept; older ones are dropped from the log once its readers have committed them. Default 100 000. */
  readonly retainRecords?: number;
}

export interface ShadowStreamWriterStats {
  readonly appended: number;
  /** Samples that found no room, or that the log did not take. */
  readonly dropped: number;
  readonly waiting: number;
}

/** Group whose commits let the log drop what is old. */
const RETENTION_GROUP = 'shadow-retention';

const NO_VALUE = new Uint8Array(0);

/**
 * Puts a shadow stream into a log, for others to read; the primary's workers read the primary. Give it to a tap or, better,
 * to the reader of a ring, and call `flush` now and then: only that waits for the log.
 */
export class ShadowStreamWriter implements SampleSink {
  readonly #options: Required<ShadowStreamWriterOptions>;
  #waiting = new Map<PartitionKey, StreamRecord[]>();
  readonly #trimmed = new Map<PartitionKey, number>();
  #count = 0;
  #appended = 0;
  #dropped = 0;
  #created = false;

  constructor(options: ShadowStreamWriterOptions) {
    this.#options = { maxWaiting: 10_000, retainRecords: 100_000, ...options };
  }

  sample(
    partition: number,
    weight: number,
    sizeBytes: number,
    costClass: number,
    _hash: Int32Array | undefined,
    record: StreamRecord | undefined,
  ): boolean {
    if (this.#count >= this.#options.maxWaiting) {
      this.#dropped += 1;
      return false;
    }
    const { key, value, timestampMs } = record ?? { key: undefined, value: NO_VALUE, timestampMs: 0 };
    const encoded = encodeShadowRecord({ key, value, timestampMs, weight, sizeBytes, costClass });
    const at = partitionKey(this.#options.stream, partition);
    const waiting = this.#waiting.get(at);
    if (waiting === undefined) this.#waiting.set(at, [encoded]);
    else waiting.push(encoded);
    this.#count += 1;
    return true;
  }

  /** Ticks are of the primary's load; the stream has the records alone. */
  tick(): void {}

  /** Append what waits. A log that refuses loses these samples, and no others; never rejects. */
  async flush(): Promise<void> {
    if (this.#count === 0) return;
    const [batch, count] = [this.#waiting, this.#count];
    this.#waiting = new Map();
    this.#count = 0;
    const { log, stream, partitions } = this.#options;
    try {
      if (!this.#created) await log.createStream(stream, partitions);
      this.#created = true;
      const results = await log.append(batch);
      this.#appended += count;
      await this.#trim(results);
    } catch {
      this.#dropped += count;
    }
  }

  /** Seldom: each time that a tenth of what is kept has been added to it. */
  async #trim(results: readonly AppendResult[]): Promise<void> {
    const { log, retainRecords } = this.#options;
    for (const { partition, first, count } of results) {
      const old = first + count - retainRecords;
      if (old < (this.#trimmed.get(partition) ?? 0) + retainRecords / 10) continue;
      this.#trimmed.set(partition, old);
      // Another writer may hold the group: then it trims.
      await log.commit(partition, RETENTION_GROUP, old, 1).catch(() => undefined);
      await log.trim(partition, 0).catch(() => undefined);
    }
  }

  stats(): ShadowStreamWriterStats {
    return { appended: this.#appended, dropped: this.#dropped, waiting: this.#count };
  }
}
