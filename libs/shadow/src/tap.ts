import { type LoadSample, partitionKey, Xoshiro128 } from '@foreshadow/domain';
import { hashKey } from '@foreshadow/wasm-sampler';
import { TickCounters } from './counters.ts';
import type { SampleSums } from './estimators.ts';
import { TapKernel } from './kernel.ts';
import { type SampledRecord, SampleRing } from './ring.ts';
import { isRate, type SampleDesign, sampleDesign } from './sampler.ts';
import { checkTapOptions, type ShadowTapOptions, type TapStats } from './tap-options.ts';
import { tickLoad } from './tick-load.ts';

const OFFERED = 0;
const REFUSED = 1;
const KEPT = 2;
const DROPPED = 3;
const FAULTS = 4;

/**
 * The shadow of one stream. `offer`, `offerBatch` and `refuse` stand in the record path: synchronous, bounded,
 * without allocation, and they never throw, whatever they are given.
 *
 * @example
 * const tap = new ShadowTap({ stream: 'orders', partitions: 8, sampler: { kind: 'bernoulli', rate: 0.01, seed: 1 } });
 * tap.offer(3, 'customer-17', 420);
 * const samples = tap.tick(clock.nowMs(), 1000);
 */
export class ShadowTap {
  readonly #stream: string;
  readonly #partitions: number;
  readonly #exact: boolean;
  readonly #sketches: boolean;
  readonly #workOf: ((record: SampledRecord) => number) | undefined;
  readonly #kernel: TapKernel;
  readonly #ring: SampleRing;
  readonly #tick: TickCounters;
  readonly #skip: Int32Array;
  readonly #totals = new Float64Array(5);
  #design: SampleDesign;
  #nextRate: number;

  /** @throws {ShadowError} `INVALID_ARGUMENT` that names the option, its value and its range. */
  constructor(options: ShadowTapOptions) {
    checkTapOptions(options);
    const { stream, partitions, sampler, counting = 'exact', feedRate = 1, ringCapacity = 64 } = options;
    this.#stream = stream;
    this.#partitions = partitions;
    this.#exact = counting === 'exact';
    this.#sketches = this.#exact && (options.distinctKeys ?? true);
    this.#workOf = options.workOf;
    this.#design = sampleDesign(sampler.kind, sampler.rate, feedRate);
    this.#nextRate = sampler.rate;
    this.#kernel = new TapKernel(partitions, this.#design, sampler.seed, this.#sketches, options.variant);
    this.#ring = new SampleRing(partitions, ringCapacity, new Xoshiro128(sampler.seed));
    this.#tick = new TickCounters(partitions);
    this.#skip = Int32Array.from({ length: partitions }, (_, p) => this.#kernel.nextSkip(p));
  }

  /** Show the tap one record: its partition, routing key and size. */
  offer(partition: number, key: string | Uint8Array | undefined, sizeBytes: number): void {
    try {
      if (this.#has(partition)) this.#take(partition, key, sizeBytes);
    } catch {
      this.#fault(1);
    }
  }

  /** Show the tap the first `count` records of parallel arrays. Without `keys` no record has one. */
  offerBatch(
    partition: number,
    keys: readonly (string | Uint8Array | undefined)[] | undefined,
    sizesBytes: Uint32Array | readonly number[],
    count: number,
  ): void {
    try {
      if (!this.#has(partition) || !this.#isCount(count)) return;
      const { length } = sizesBytes;
      const present = length > 0 ? Math.min(count, length) : 0;
      this.#takeBatch(partition, keys, sizesBytes, present);
      this.#fault(count - present);
    } catch {
      this.#fault(1);
    }
  }

  /**
   * Records that were turned away (refused, held back, failed to append) *instead of* being offered. They are
   * demand all the same: rates include them, at the mean size of the records offered.
   */
  refuse(partition: number, count: number): void {
    try {
      if (!this.#has(partition) || !this.#isCount(count)) return;
      this.#tick.refused[partition]! += count;
      this.#totals[REFUSED]! += count;
    } catch {
      this.#fault(1);
    }
  }

  /** Sample at this rate from the next tick on: within a tick the rate is constant. Out of range: a fault. */
  setRate(rate: number): void {
    if (isRate(rate)) this.#nextRate = rate;
    else this.#fault(1);
  }

  /** Rate of the present tick, as carried out: block samplers round it to one in a whole number. */
  rate(): number {
    return this.#design.rate;
  }

  /** The sampled records of the present tick that are held. */
  sampledRecords(partition: number): readonly SampledRecord[] {
    return this.#has(partition) ? this.#ring.records(partition, 1 / this.#inclusion()) : [];
  }

  /**
   * Close the tick that ends at `atMs` (wall-clock) and lasted `windowMs`: one sample a partition, in order.
   * A window that is no duration (zero, negative, NaN: the clock went back) gives samples without loads.
   */
  tick(atMs: number, windowMs: number): LoadSample[] {
    const samples: LoadSample[] = [];
    for (let p = 0; p < this.#partitions; p++) samples.push(this.#close(p, atMs, windowMs));
    this.#applyRate();
    return samples;
  }

  stats(): TapStats {
    const t = this.#totals;
    return {
      offered: t[OFFERED]!,
      refused: t[REFUSED]!,
      kept: t[KEPT]!,
      dropped: t[DROPPED]!,
      faults: t[FAULTS]!,
    };
  }

  #take(partition: number, key: string | Uint8Array | undefined, sizeBytes: number): void {
    if (!isSize(sizeBytes)) return this.#fault(1);
    this.#tick.records[partition]! += 1;
    this.#tick.bytes[partition]! += sizeBytes;
    this.#totals[OFFERED]! += 1;
    const skip = this.#skip[partition]! - 1;
    this.#skip[partition] = skip;
    if (skip < 0) this.#sample(partition, key, sizeBytes);
    else if (this.#sketches && key !== undefined) this.#sketch(partition, key);
  }

  /** As `#take` for each record, with the counters in locals. */
  #takeBatch(
    partition: number,
    keys: readonly (string | Uint8Array | undefined)[] | undefined,
    sizesBytes: Uint32Array | readonly number[],
    count: number,
  ): void {
    const sketchKeys = this.#sketches ? keys : undefined;
    let records = 0;
    let bytes = 0;
    let skip = this.#skip[partition]!;
    for (let i = 0; i < count; i++) {
      const sizeBytes = sizesBytes[i]!;
      if (!isSize(sizeBytes)) {
        this.#fault(1);
        continue;
      }
      records += 1;
      bytes += sizeBytes;
      skip -= 1;
      if (skip < 0) {
        this.#sample(partition, keys?.[i], sizeBytes);
        skip = this.#skip[partition]!;
      } else if (sketchKeys?.[i] !== undefined) {
        this.#sketch(partition, sketchKeys[i]!);
      }
    }
    this.#skip[partition] = skip;
    this.#tick.records[partition]! += records;
    this.#tick.bytes[partition]! += bytes;
    this.#totals[OFFERED]! += records;
  }

  /** Take the record into the sample. The next one is chosen first: a key that makes trouble must not stop it. */
  #sample(partition: number, key: string | Uint8Array | undefined, sizeBytes: number): void {
    this.#skip[partition] = this.#kernel.nextSkip(partition);
    const keyed = key !== undefined && (this.#sketches ? this.#sketch(partition, key) : this.#hash(key));
    this.#keep(partition, sizeBytes, keyed);
  }

  /** Count the key among the tick's distinct ones; false if it is none. */
  #sketch(partition: number, key: string | Uint8Array): boolean {
    if (!this.#hash(key)) return false;
    this.#tick.keyed[partition]! += 1;
    this.#kernel.addKey(partition);
    return true;
  }

  #keep(partition: number, sizeBytes: number, keyed: boolean): void {
    const tick = this.#tick;
    tick.sampled[partition]! += 1;
    tick.sampledBytes[partition]! += sizeBytes;
    tick.sampledSquares[partition]! += sizeBytes * sizeBytes;
    this.#totals[KEPT]! += 1;
    if (this.#ring.push(partition, sizeBytes, keyed, this.#kernel.hash)) return;
    tick.dropped[partition]! += 1;
    this.#totals[DROPPED]! += 1;
  }

  /** Hash the key; false, and a fault, if it is none. */
  #hash(key: string | Uint8Array): boolean {
    if (typeof key !== 'string' && !ArrayBuffer.isView(key)) {
      this.#fault(1);
      return false;
    }
    hashKey(key, this.#kernel.hash);
    return true;
  }

  #has(partition: number): boolean {
    if (Number.isInteger(partition) && partition >= 0 && partition < this.#partitions) return true;
    this.#fault(1);
    return false;
  }

  #isCount(count: number): boolean {
    if (Number.isSafeInteger(count) && count >= 0) return true;
    this.#fault(1);
    return false;
  }

  #fault(count: number): void {
    this.#totals[FAULTS]! += count;
  }

  /** Probability that a record of the stream is in the sample. */
  #inclusion(): number {
    return this.#design.rate * this.#design.feedRate;
  }

  #close(p: number, atMs: number, windowMs: number): LoadSample {
    const counts = this.#tick.take(p);
    const load = tickLoad({
      windowMs,
      counts,
      design: this.#design,
      exact: this.#exact,
      distinctKeys: this.#sketches ? this.#distinctKeys(p, counts.keyed) : undefined,
      work: this.#workOf === undefined ? undefined : this.#work(p, this.#workOf),
    });
    this.#ring.clear(p);
    const { sampled, dropped, refused } = counts;
    return { partition: partitionKey(this.#stream, p), atMs, windowMs, ...load, sampled, dropped, refused };
  }

  /** An untouched sketch is not read: most partitions of a large stream are idle in most ticks. */
  #distinctKeys(p: number, keyed: number): number {
    return keyed === 0 ? 0 : this.#kernel.takeDistinctKeys(p);
  }

  #work(p: number, workOf: (record: SampledRecord) => number): SampleSums {
    const works = this.#ring
      .records(p, 1 / this.#inclusion())
      .map((record) => this.#workOfRecord(record, workOf))
      .filter((work) => work !== undefined);
    const sum = works.reduce((total, work) => total + work, 0);
    return { count: works.length, sum, sumOfSquares: works.reduce((total, work) => total + work * work, 0) };
  }

  /** Work that is no number, and a function that throws, are faults of that record alone. */
  #workOfRecord(record: SampledRecord, workOf: (record: SampledRecord) => number): number | undefined {
    try {
      const work = workOf(record);
      if (Number.isFinite(work) && work >= 0) return work;
    } catch {
      // Counted as any other fault.
    }
    this.#fault(1);
    return undefined;
  }

  #applyRate(): void {
    const { kind, feedRate } = this.#design;
    const design = sampleDesign(kind, this.#nextRate, feedRate);
    if (design.rate === this.#design.rate) return;
    this.#design = design;
    this.#kernel.redesign(design);
    for (let p = 0; p < this.#partitions; p++) this.#skip[p] = this.#kernel.nextSkip(p);
  }
}

function isSize(sizeBytes: number): boolean {
  return typeof sizeBytes === 'number' && sizeBytes >= 0 && sizeBytes <= Number.MAX_SAFE_INTEGER;
}
