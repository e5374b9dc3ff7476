import type { Estimate, StreamRecord } from '@foreshadow/domain';
import type { SampleSums } from './estimators.ts';
import { type SampledRecord, SampleStore } from './sample-store.ts';
import { PASSED_OVER, type SampleDesign, type Sampler } from './sampler.ts';
import type { SampleSink } from './sink.ts';

/** What a sampler took of one partition's tick. */
export interface ShadowCounts {
  readonly sampled: number;
  readonly dropped: number;
  readonly sums: SampleSums;
  /** Totals of the stream by the sampler's own rule; undefined where each record was as likely as any other. */
  readonly own: { readonly records: Estimate; readonly bytes: Estimate | undefined } | undefined;
}

export interface ShadowTotals {
  kept: number;
  dropped: number;
  /** Records without key that `keyed` had to choose by their value, or by chance. */
  keyless: number;
}

export interface ShadowSetting {
  readonly partitions: number;
  readonly capacity: number;
  /** Where a shadow stream goes; undefined for the sample that loads are estimated from. */
  readonly sink: SampleSink | undefined;
}

/**
 * One sampler over the partitions of a stream, with what it holds of the present tick. Here a record that was chosen
 * stays chosen, and its weight is known at once.
 */
export class Shadow {
  /** Records to pass over before the next candidate; the tap counts it down. */
  readonly skip: Int32Array;
  readonly totals: ShadowTotals = { kept: 0, dropped: 0, keyless: 0 };
  readonly sampler: Sampler;
  protected readonly store: SampleStore;
  protected readonly sink: SampleSink | undefined;
  readonly #sampled: Float64Array;
  readonly #lost: Float64Array;
  readonly #bytes: Float64Array;
  readonly #squares: Float64Array;

  constructor(sampler: Sampler, { partitions, capacity, sink }: ShadowSetting) {
    this.sampler = sampler;
    this.sink = sink;
    this.store = new SampleStore(partitions, capacity);
    this.skip = Int32Array.from({ length: partitions }, (_, p) => sampler.nextSkip(p));
    this.#sampled = new Float64Array(partitions);
    this.#lost = new Float64Array(partitions);
    this.#bytes = new Float64Array(partitions);
    this.#squares = new Float64Array(partitions);
  }

  /** The record at the end of a skip: taken or left. The next skip begins. */
  candidate(
    partition: number,
    hash: Int32Array | undefined,
    sizeBytes: number,
    costClass: number,
    record: StreamRecord | undefined,
  ): void {
    const place = this.sampler.place(partition, hash, sizeBytes, costClass);
    this.skip[partition] = this.sampler.nextSkip(partition);
    if (place !== PASSED_OVER) this.keep(partition, place, hash, sizeBytes, costClass, record);
  }

  /**
   * Choose among the first `count` records of a batch at once. Only where every record is a candidate, chosen by its key.
   * @returns the records whose size was one, and their bytes
   */
  takeKeys?(
    partition: number,
    keys: readonly (string | Uint8Array | undefined)[],
    sizesBytes: Uint32Array | readonly number[],
    count: number,
  ): { readonly records: number; readonly bytes: number };

  design(partition: number): SampleDesign {
    return this.sampler.design(partition);
  }

  /** The records that are held, after `passed` have passed. */
  records(partition: number, _passed: number): SampledRecord[] {
    const held = this.store.held(partition);
    const { rate, feedRate } = this.design(partition);
    const weight = this.#sampled[partition]! / (held * rate * feedRate);
    return Array.from({ length: held }, (_, place) => this.store.record(partition, place, weight));
  }

  /** What was taken of the tick; does not end it. */
  close(partition: number, _passed: number): ShadowCounts {
    const sampled = this.#sampled[partition]!;
    const dropped = this.sink === undefined ? sampled - this.store.held(partition) : this.#lost[partition]!;
    this.totals.dropped += dropped;
    const sums = { count: sampled, sum: this.#bytes[partition]!, sumOfSquares: this.#squares[partition]! };
    return { sampled, dropped, sums, own: undefined };
  }

  /** Begin the next tick at this rate, after one of `passed` records. */
  begin(partition: number, rate: number, passed: number): void {
    this.store.clear(partition);
    this.#sampled[partition] = 0;
    this.#lost[partition] = 0;
    this.#bytes[partition] = 0;
    this.#squares[partition] = 0;
    if (this.sampler.begin(partition, rate, passed)) this.skip[partition] = this.sampler.nextSkip(partition);
  }

  protected keep(
    partition: number,
    place: number,
    hash: Int32Array | undefined,
    sizeBytes: number,
    costClass: number,
    record: StreamRecord | undefined,
  ): void {
    this.#sampled[partition]! += 1;
    this.#bytes[partition]! += sizeBytes;
    this.#squares[partition]! += sizeBytes * sizeBytes;
    this.totals.kept += 1;
    if (this.sink === undefined) {
      if (place >= 0) this.store.put(partition, place, sizeBytes, hash, costClass);
      return;
    }
    const { rate, feedRate } = this.design(partition);
    if (this.sink.sample(partition, 1 / (rate * feedRate), sizeBytes, costClass, hash, record)) return;
    this.#lost[partition]! += 1;
  }
}
