import type { StreamRecord } from '@foreshadow/domain';
import { estimateTotal } from '../estimators.ts';
import type { SampledRecord } from '../sample-store.ts';
import { PASSED_OVER, type SamplerSetting } from '../sampler.ts';
import { Shadow, type ShadowCounts } from '../shadow.ts';
import { estimatePassed, horvitzThompson } from '../weighted.ts';
import { PrioritySampler } from './priority.ts';
import type { ReservoirSampler } from './reservoir.ts';

/** A sample of a fixed number of records: what is of it, and each one's weight, is settled when the tick ends. */
export class SettlingShadow extends Shadow {
  readonly #choice: ReservoirSampler | PrioritySampler;
  readonly #capacity: number;
  readonly #hash = new Int32Array(2);
  /** The records themselves, for a sink: they must stay as they are until the tick ends. */
  readonly #bodies: (StreamRecord | undefined)[];

  constructor(sampler: ReservoirSampler | PrioritySampler, setting: SamplerSetting) {
    super(sampler, setting);
    this.#choice = sampler;
    this.#capacity = setting.capacity;
    const bodies = setting.sink === undefined ? 0 : setting.partitions * setting.capacity;
    this.#bodies = new Array<StreamRecord | undefined>(bodies).fill(undefined);
  }

  override candidate(
    partition: number,
    hash: Int32Array | undefined,
    sizeBytes: number,
    costClass: number,
    record: StreamRecord | undefined,
  ): void {
    const place = this.sampler.place(partition, hash, sizeBytes, costClass);
    this.skip[partition] = this.sampler.nextSkip(partition);
    if (place === PASSED_OVER) return;
    this.store.put(partition, place, sizeBytes, hash, costClass);
    if (this.sink !== undefined) this.#bodies[partition * this.#capacity + place] = record;
  }

  override records(partition: number, passed: number): SampledRecord[] {
    const places = this.#places(partition);
    const { feedRate } = this.design(partition);
    const even = passed / (places.length * feedRate);
    return places.map((place) => {
      const record = this.store.record(partition, place, even);
      if (!(this.#choice instanceof PrioritySampler)) return record;
      const importance = this.#choice.importance(record.sizeBytes, record.costClass);
      const weight = Math.max(1, this.#choice.threshold(partition) / importance) / feedRate;
      return { ...record, weight };
    });
  }

  override close(partition: number, passed: number): ShadowCounts {
    const held = this.records(partition, passed);
    const dropped = this.sink === undefined ? 0 : this.#handOver(partition, held);
    this.totals.kept += held.length;
    this.totals.dropped += dropped;
    const sums = {
      count: held.length,
      sum: held.reduce((total, { sizeBytes }) => total + sizeBytes, 0),
      sumOfSquares: held.reduce((total, { sizeBytes }) => total + sizeBytes * sizeBytes, 0),
    };
    const records = estimatePassed(passed, this.design(partition));
    const bytes =
      this.#choice instanceof PrioritySampler && held.length > 0
        ? horvitzThompson(held.map(({ weight, sizeBytes }) => ({ weight, value: sizeBytes })))
        : estimateTotal(sums, records, held.length / records.value);
    return { sampled: held.length, dropped, sums, own: { records, bytes } };
  }

  override begin(partition: number, rate: number, passed: number): void {
    const start = partition * this.#capacity;
    if (this.sink !== undefined) this.#bodies.fill(undefined, start, start + this.store.held(partition));
    super.begin(partition, rate, passed);
  }

  /** Gives the settled records to the sink; returns how many it had no room for. */
  #handOver(partition: number, held: readonly SampledRecord[]): number {
    const places = this.#places(partition);
    return held.filter(({ weight, sizeBytes, costClass, keyHash }, i) => {
      if (keyHash !== undefined) this.#hash.set(keyHash);
      const hash = keyHash === undefined ? undefined : this.#hash;
      const body = this.#bodies[partition * this.#capacity + places[i]!];
      return !this.sink!.sample(partition, weight, sizeBytes, costClass, hash, body);
    }).length;
  }

  /** Places that hold a record of the sample. */
  #places(partition: number): number[] {
    const leftOut = this.#choice instanceof PrioritySampler ? this.#choice.leftOut(partition) : -1;
    const held = Array.from({ length: this.store.held(partition) }, (_, place) => place);
    return held.filter((place) => place !== leftOut);
  }
}
