import { type Rng, Xoshiro128 } from '@foreshadow/domain';
import { SkipTables } from './kernel.ts';
import { type SampleDesign, sampleDesign, type Sampler, type SamplerSetting } from './sampler.ts';
import { Places } from './places.ts';

/** `systematic`, `stratified` and `bernoulli`: a table says how many records to pass over; the next one is taken. */
export class SkipSampler implements Sampler {
  readonly #tables: SkipTables;
  readonly #places: Places;

  constructor({ options, partitions, feedRate, capacity, variant }: SamplerSetting) {
    const { kind, rate, seed } = options;
    const rng: Rng = new Xoshiro128(seed);
    this.#tables = new SkipTables(partitions, sampleDesign(kind, rate, feedRate), seed, variant);
    this.#places = new Places(partitions, capacity, rng);
  }

  nextSkip(partition: number): number {
    return this.#tables.nextSkip(partition);
  }

  place(partition: number): number {
    return this.#places.next(partition);
  }

  design(partition: number): SampleDesign {
    return this.#tables.design(partition);
  }

  begin(partition: number, rate: number): boolean {
    this.#places.clear(partition);
    const before = this.design(partition);
    const design = sampleDesign(before.kind, rate, before.feedRate);
    if (design.rate === before.rate) return false;
    this.#tables.redesign(partition, design);
    return true;
  }
}
