import {
  instantiateSelection,
  NOWHERE,
  RESERVOIR_STATE_BYTES,
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

/** Gaps that are drawn at a time: after the first k records only some k·ln(N/k) more are taken. */
const TABLE = 16;
const STRIDE = align(RESERVOIR_STATE_BYTES + 8 * TABLE);

/** A fixed number of records a tick, each as likely, by algorithm L: most records are passed over without a draw. */
export class ReservoirSampler implements Sampler {
  readonly #exports: SelectionExports;
  readonly #words: Int32Array;
  readonly #base: number;
  readonly #sizes: FixedSizes;
  readonly #filled: Int32Array;
  readonly #cursor: Int32Array;
  readonly #designs: SampleDesign[];

  constructor({ options, partitions, feedRate, capacity, variant }: SamplerSetting) {
    const design = sampleDesign('reservoir', options.rate, feedRate);
    this.#exports = instantiateSelection(variant);
    this.#base = align(this.#exports.HEAP_BASE.value);
    const { memory } = this.#exports;
    const missing = this.#base + partitions * STRIDE - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / 65_536));
    this.#words = new Int32Array(memory.buffer);
    this.#sizes = new FixedSizes(partitions, capacity);
    this.#filled = new Int32Array(partitions);
    this.#cursor = new Int32Array(partitions);
    this.#designs = Array.from({ length: partitions }, () => design);
    for (let p = 0; p < partitions; p++) this.#exports.seedState(this.#at(p), seedOf(options.seed, p));
  }

  /** Called behind `place`: the gap that stands at the cursor leads to the place that `place` gives next. */
  nextSkip(partition: number): number {
    if (this.#filled[partition]! < this.#sizes.at(partition)) return 0;
    return this.#entry(partition, 0);
  }

  place(partition: number): number {
    const filled = this.#filled[partition]!;
    const size = this.#sizes.at(partition);
    if (filled < size) return this.#fillUp(partition, filled, size);
    const place = this.#entry(partition, TABLE);
    this.#cursor[partition] = this.#cursor[partition]! + 1;
    if (this.#cursor[partition] === TABLE) this.#draw(partition, size);
    return place === NOWHERE ? PASSED_OVER : place;
  }

  design(partition: number): SampleDesign {
    return this.#designs[partition]!;
  }

  begin(partition: number, rate: number, records: number): boolean {
    this.#sizes.begin(partition, rate, records);
    this.#filled[partition] = 0;
    const before = this.#designs[partition]!;
    if (rate !== before.rate) {
      this.#designs[partition] = sampleDesign('reservoir', rate, before.feedRate);
    }
    return true;
  }

  #fillUp(partition: number, filled: number, size: number): number {
    this.#filled[partition] = filled + 1;
    if (filled + 1 === size) {
      this.#exports.startReservoir(this.#at(partition), size);
      this.#draw(partition, size);
    }
    return filled;
  }

  #draw(partition: number, size: number): void {
    const gaps = this.#at(partition) + RESERVOIR_STATE_BYTES;
    this.#exports.fillReservoir(this.#at(partition), gaps, gaps + 4 * TABLE, TABLE, size);
    this.#cursor[partition] = 0;
  }

  #entry(partition: number, table: number): number {
    const start = (this.#at(partition) + RESERVOIR_STATE_BYTES) >> 2;
    return this.#words[start + table + this.#cursor[partition]!]!;
  }

  #at(partition: number): number {
    return this.#base + partition * STRIDE;
  }
}
