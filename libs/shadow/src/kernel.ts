import {
  geometricScale,
  instantiate,
  type SamplerExports,
  SKETCH_BYTES,
  STATE_BYTES,
  type Variant,
} from '@foreshadow/wasm-sampler';
import type { SampleDesign } from './sampler.ts';

/** Skip counts that a partition holds; a multiple of 4. Refilled once in so many samples. */
const TABLE = 64;
const CARRY_WORD = 16;
const FRESH = -1;
const PAGE_BYTES = 65_536;

/**
 * One instance of the sampling kernel with a block of memory for each partition: sampler state, skip table and,
 * where distinct keys are counted, a HyperLogLog sketch. Nothing is allocated after construction.
 */
export class TapKernel {
  /** Where `hashKey` puts the two hashes of the key at hand. */
  readonly hash: Int32Array;
  readonly #exports: SamplerExports;
  readonly #words: Int32Array;
  readonly #base: number;
  readonly #stride: number;
  readonly #hashAt: number;
  readonly #cursor: Int32Array;
  #design: SampleDesign;
  #scale: number;

  constructor(
    partitions: number,
    design: SampleDesign,
    seed: number,
    sketches: boolean,
    variant: Variant | undefined,
  ) {
    this.#exports = instantiate(variant);
    this.#hashAt = align(this.#exports.HEAP_BASE.value);
    this.#base = this.#hashAt + 16;
    this.#stride = align(STATE_BYTES + 4 * TABLE + (sketches ? SKETCH_BYTES : 0));
    this.#cursor = new Int32Array(partitions);
    this.#design = design;
    this.#scale = geometricScale(design.rate);
    const { memory } = this.#exports;
    const missing = this.#base + partitions * this.#stride - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
    this.#words = new Int32Array(memory.buffer);
    this.hash = new Int32Array(memory.buffer, this.#hashAt, 2);
    for (let p = 0; p < partitions; p++) {
      this.#exports.seedState(this.#at(p), Math.imul(seed, 0x9e3779b1) ^ Math.imul(p + 1, 0x85ebca6b));
      this.#fill(p);
      if (sketches) this.#exports.hllClear(this.#sketch(p));
    }
  }

  /** Records to pass over before the partition's next sampled one. */
  nextSkip(partition: number): number {
    let cursor = this.#cursor[partition]!;
    if (cursor === TABLE) {
      this.#fill(partition);
      cursor = 0;
    }
    this.#cursor[partition] = cursor + 1;
    return this.#words[((this.#at(partition) + STATE_BYTES) >> 2) + cursor]!;
  }

  /** Change the design; every partition starts afresh, so take its `nextSkip` anew. */
  redesign(design: SampleDesign): void {
    this.#design = design;
    this.#scale = geometricScale(design.rate);
    for (let p = 0; p < this.#cursor.length; p++) {
      this.#words[(this.#at(p) >> 2) + CARRY_WORD] = FRESH;
      this.#fill(p);
    }
  }

  /** Add the key whose hashes are in `hash` to the partition's sketch. */
  addKey(partition: number): void {
    this.#exports.hllAdd(this.#sketch(partition), this.#hashAt, 1);
  }

  /** Distinct keys since the last call; empties the sketch. */
  takeDistinctKeys(partition: number): number {
    const sketch = this.#sketch(partition);
    const distinct = this.#exports.hllEstimate(sketch);
    this.#exports.hllClear(sketch);
    return distinct;
  }

  #at(partition: number): number {
    return this.#base + partition * this.#stride;
  }

  #sketch(partition: number): number {
    return this.#at(partition) + STATE_BYTES + 4 * TABLE;
  }

  #fill(partition: number): void {
    const state = this.#at(partition);
    const table = state + STATE_BYTES;
    const { kind, interval } = this.#design;
    if (kind === 'bernoulli') this.#exports.fillBernoulli(state, table, TABLE, this.#scale);
    else if (kind === 'stratified') this.#exports.fillStratified(state, table, TABLE, interval);
    else this.#exports.fillSystematic(state, table, TABLE, interval);
    this.#cursor[partition] = 0;
  }
}

function align(bytes: number): number {
  return (bytes + 15) & ~15;
}
