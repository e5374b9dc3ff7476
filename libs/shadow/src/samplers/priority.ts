import {
  instantiateSelection,
  PRIORITY_ENTRY_BYTES,
  PRIORITY_STATE_BYTES,
  type SelectionExports,
} from '@foreshadow/wasm-sampler/selection';
import { align, seedOf } from '../kernel.ts';
import {
  PASSED_OVER,
  type SampleDesign,
  sampleDesign,
  type Sampler,
  type SamplerSetting,
} from '../sampler.ts';
import { FixedSizes } from './fixed-size.ts';

/** A fixed number of records a tick, large ones likelier, by priority sampling. Every record is a candidate. */
export class PrioritySampler implements Sampler {
  readonly #exports: SelectionExports;
  readonly #base: number;
  readonly #stride: number;
  readonly #sizes: FixedSizes;
  readonly #byClass: boolean;
  readonly #classCosts: readonly number[];
  readonly #designs: SampleDesign[];

  constructor({ options, partitions, feedRate, capacity, classCosts, variant }: SamplerSetting) {
    this.#byClass = options.by === 'class';
    this.#classCosts = classCosts;
    const design = sampleDesign('priority', options.rate, feedRate);
    this.#exports = instantiateSelection(variant);
    this.#base = align(this.#exports.HEAP_BASE.value);
    // One place is for the record whose priority is the threshold, which is not of the sample.
    const places = capacity - 1;
    this.#stride = align(PRIORITY_STATE_BYTES + PRIORITY_ENTRY_BYTES * (places + 1));
    const { memory } = this.#exports;
    const missing = this.#base + partitions * this.#stride - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / 65_536));
    this.#sizes = new FixedSizes(partitions, places);
    this.#designs = Array.from({ length: partitions }, () => design);
    for (let p = 0; p < partitions; p++) {
      this.#exports.seedState(this.#at(p), seedOf(options.seed, p));
      this.#exports.clearPriority(this.#at(p), this.#sizes.at(p));
    }
  }

  /** What makes a record likely: > 0, so that empty records and unknown classes have their chance too. */
  importance(sizeBytes: number, costClass: number): number {
    return this.#byClass ? (this.#classCosts[costClass] ?? 1) : Math.max(1, sizeBytes);
  }

  nextSkip(): number {
    return 0;
  }

  place(partition: number, _hash: Int32Array | undefined, sizeBytes: number, costClass: number): number {
    const place = this.#exports.offerPriority(this.#at(partition), this.importance(sizeBytes, costClass));
    return place < 0 ? PASSED_OVER : place;
  }

  /** τ; 0 while no record had to be left out. */
  threshold(partition: number): number {
    return this.#exports.priorityThreshold(this.#at(partition));
  }

  /** Place that is held and not of the sample; −1 if there is none. */
  leftOut(partition: number): number {
    return this.#exports.priorityLeftOut(this.#at(partition));
  }

  design(partition: number): SampleDesign {
    return this.#designs[partition]!;
  }

  begin(partition: number, rate: number, records: number): boolean {
    this.#sizes.begin(partition, rate, records);
    this.#exports.clearPriority(this.#at(partition), this.#sizes.at(partition));
    const before = this.#designs[partition]!;
    if (rate !== before.rate) {
      this.#designs[partition] = sampleDesign('priority', rate, before.feedRate);
    }
    return false;
  }

  #at(partition: number): number {
    return this.#base + partition * this.#stride;
  }
}
