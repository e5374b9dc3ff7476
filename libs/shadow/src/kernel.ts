import {
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

/** Blocks of kernel memory, one a partition, 16-byte aligned. */
class Blocks {
  readonly exports: SamplerExports;
  readonly #base: number;
  readonly #stride: number;

  constructor(partitions: number, bytes: number, variant: Variant | undefined) {
    this.exports = instantiate(variant);
    this.#base = align(this.exports.HEAP_BASE.value) + 16;
    this.#stride = align(bytes);
    const { memory } = this.exports;
    const missing = this.#base + partitions * this.#stride - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
  }

  /** 16 bytes before the blocks. */
  get front(): number {
    return this.#base - 16;
  }

  at(partition: number): number {
    return this.#base + partition * this.#stride;
  }
}

/** Tables of skip counts, one a partition with its sampler state. Nothing is allocated after construction. */
export class SkipTables {
  readonly #blocks: Blocks;
  readonly #words: Int32Array;
  readonly #cursor: Int32Array;
  readonly #designs: SampleDesign[];
  readonly #scales: Float64Array;

  constructor(partitions: number, design: SampleDesign, seed: number, variant: Variant | undefined) {
    this.#blocks = new Blocks(partitions, STATE_BYTES + 4 * TABLE, variant);
    this.#words = new Int32Array(this.#blocks.exports.memory.buffer);
    this.#cursor = new Int32Array(partitions);
    this.#designs = Array.from({ length: partitions }, () => design);
    this.#scales = new Float64Array(partitions).fill(this.#blocks.exports.scaleOf(design.rate));
    for (let p = 0; p < partitions; p++) {
      this.#blocks.exports.seedState(this.#blocks.at(p), seedOf(seed, p));
      this.#fill(p);
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
    return this.#words[((this.#blocks.at(partition) + STATE_BYTES) >> 2) + cursor]!;
  }

  design(partition: number): SampleDesign {
    return this.#designs[partition]!;
  }

  /** Change the design of a partition, which starts afresh: take its `nextSkip` anew. */
  redesign(partition: number, design: SampleDesign): void {
    this.#designs[partition] = design;
    this.#scales[partition] = this.#blocks.exports.scaleOf(design.rate);
    this.#words[(this.#blocks.at(partition) >> 2) + CARRY_WORD] = FRESH;
    this.#fill(partition);
  }

  #fill(partition: number): void {
    const state = this.#blocks.at(partition);
    const table = state + STATE_BYTES;
    const { kind, interval } = this.#designs[partition]!;
    const { exports } = this.#blocks;
    if (kind === 'bernoulli') exports.fillBernoulli(state, table, TABLE, this.#scales[partition]!);
    else if (kind === 'stratified') exports.fillStratified(state, table, TABLE, interval);
    else exports.fillSystematic(state, table, TABLE, interval);
    this.#cursor[partition] = 0;
  }
}

/** A HyperLogLog sketch of the keys of each partition. Nothing is allocated after construction. */
export class KeySketches {
  /** Where the hashes of the key at hand are put: the kernel's memory. */
  readonly hash: Int32Array;
  readonly #blocks: Blocks;

  constructor(partitions: number, variant: Variant | undefined) {
    this.#blocks = new Blocks(partitions, SKETCH_BYTES, variant);
    this.hash = new Int32Array(this.#blocks.exports.memory.buffer, this.#blocks.front, 2);
    for (let p = 0; p < partitions; p++) this.#blocks.exports.hllClear(this.#blocks.at(p));
  }

  /** Add the key whose hashes are in `hash`. */
  add(partition: number): void {
    this.#blocks.exports.hllAdd(this.#blocks.at(partition), this.#blocks.front, 1);
  }

  /** Distinct keys since the last call; empties the sketch. */
  take(partition: number): number {
    const at = this.#blocks.at(partition);
    const distinct = this.#blocks.exports.hllEstimate(at);
    this.#blocks.exports.hllClear(at);
    return distinct;
  }
}

/** Seed of one partition's generators: neighbours have nothing in common. */
export function seedOf(seed: number, partition: number): number {
  return Math.imul(seed, 0x9e3779b1) ^ Math.imul(partition + 1, 0x85ebca6b);
}

export function align(bytes: number): number {
  return (bytes + 15) & ~15;
}
