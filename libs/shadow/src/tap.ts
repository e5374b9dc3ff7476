import { type LoadSample, partitionKey, type StreamRecord } from '@foreshadow/domain';
import { hashKey } from '@foreshadow/wasm-sampler';
import { type TickCounts, TickCounters } from './counters.ts';
import type { WeightedValue } from './estimators.ts';
import { KeySketches } from './kernel.ts';
import type { SampledRecord } from './sample-store.ts';
import { isRate, type SamplerOptions } from './sampler.ts';
import { makeShadow } from './sampler-registry.ts';
import type { Shadow } from './shadow.ts';
import type { SampleSink } from './sink.ts';
import { checkTapOptions, MAX_CLASSES, type ShadowTapOptions, type TapStats } from './tap-options.ts';
import { tickLoad } from './tick-load.ts';

type Key = string | Uint8Array | undefined;

const OFFERED = 0;
const REFUSED = 1;
const FAULTS = 2;

interface SideShadow {
  readonly name: string;
  readonly shadow: Shadow;
  readonly sink: SampleSink;
  readonly rates: Float64Array;
}

/**
 * The shadow of one stream. `offer`, `offerRecord`, `offerBatch` and `refuse` stand in the record path: synchronous,
 * bounded, without allocation, and they never throw, whatever they are given.
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
  readonly #workOf: ((record: SampledRecord) => number) | undefined;
  readonly #sketches: KeySketches | undefined;
  readonly #hash: Int32Array;
  readonly #main: Shadow;
  readonly #sides: readonly SideShadow[];
  readonly #tick: TickCounters;
  readonly #bytes: Float64Array;
  readonly #skip: Int32Array;
  /** Whether a record that is not sampled has to be looked at. */
  readonly #looks: boolean;
  /** `#skip`; or, where every record has to be looked at, nothing to skip: the record path asks one question, not two. */
  readonly #pass: Int32Array;
  readonly #nextRates: Float64Array;
  #notify: ((notice: string) => void) | undefined;
  #seeKey: ((partition: number, key: string | Uint8Array, weight: number) => void) | undefined;
  /**
   * Offered in the ticks before, refused, faults. Not fields of their own: a field that turns from a small integer into
   * another number gives the object another shape, and the record path is compiled for one.
   */
  readonly #totals = new Float64Array(3);

  /** @throws {ShadowError} `INVALID_ARGUMENT` that names the option, its value and its range. */
  constructor(options: ShadowTapOptions) {
    checkTapOptions(options);
    const { stream, partitions, sampler, counting = 'exact', shadows = [] } = options;
    this.#stream = stream;
    this.#partitions = partitions;
    this.#exact = counting === 'exact';
    this.#workOf = options.workOf;
    this.#notify = options.onNotice;
    const sketches = this.#exact && (options.distinctKeys ?? true);
    this.#sketches = sketches ? new KeySketches(partitions, options.variant) : undefined;
    this.#hash = this.#sketches?.hash ?? new Int32Array(2);
    const shadowOf = (own: SamplerOptions, sink?: SampleSink): Shadow => {
      const { feedRate = 1, classCosts = [], ringCapacity = 64, variant } = options;
      const { capacity = ringCapacity } = own;
      return makeShadow({ options: own, partitions, feedRate, capacity, classCosts, sink, variant });
    };
    this.#main = shadowOf(sampler);
    this.#sides = shadows.map(({ name, sampler: own, sink }) => ({
      name,
      sink,
      shadow: shadowOf(own, sink),
      rates: new Float64Array(partitions).fill(own.rate),
    }));
    this.#looks = sketches || shadows.length > 0;
    this.#nextRates = new Float64Array(partitions).fill(sampler.rate);
    this.#tick = new TickCounters(partitions);
    this.#bytes = this.#tick.bytes;
    this.#skip = this.#main.skip;
    this.#pass = this.#looks ? new Int32Array(partitions) : this.#skip;
    for (let p = 0; p < partitions; p++) this.#tick.begin(p, 0, this.#skip[p]!);
  }

  /** Show the tap one record: its partition, routing key and size; `costClass` is a small integer. */
  offer(partition: number, key: Key, sizeBytes: number, costClass = 0): void {
    if (this.#passes(partition, sizeBytes)) return;
    this.#attend(partition, key, sizeBytes, costClass, undefined);
  }

  /** The same with the record itself, of which shadow streams take a copy. */
  offerRecord(partition: number, record: StreamRecord, costClass = 0): void {
    try {
      const sizeBytes = record.value.length;
      if (this.#passes(partition, sizeBytes)) return;
      this.#attend(partition, record.key, sizeBytes, costClass, record);
    } catch {
      this.#totals[FAULTS]! += 1;
    }
  }

  /** Show the tap the first `count` records of parallel arrays. Without `keys` no record has one. */
  offerBatch(
    partition: number,
    keys: readonly Key[] | undefined,
    sizesBytes: Uint32Array | readonly number[],
    count: number,
  ): void {
    try {
      if (!this.#has(partition) || !this.#isCount(count)) return;
      const { length } = sizesBytes;
      const present = length > 0 ? Math.min(count, length) : 0;
      this.#takeBatch(partition, keys, sizesBytes, present);
      this.#totals[FAULTS]! += count - present;
    } catch {
      this.#totals[FAULTS]! += 1;
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
      this.#totals[FAULTS]! += 1;
    }
  }

  /**
   * Sample at this rate from the next tick on: within a tick the rate is constant. Out of range: a fault.
   * @param partition the one partition that it is for; all by default
   */
  setRate(rate: number, partition?: number): void {
    if (!isRate(rate)) this.#totals[FAULTS]! += 1;
    else if (partition === undefined) this.#nextRates.fill(rate);
    else if (this.#has(partition)) this.#nextRates[partition] = rate;
  }

  /** The same for a shadow stream. A name that there is not: a fault. */
  setShadowRate(name: string, rate: number): void {
    const side = this.#sides.find((candidate) => candidate.name === name);
    if (side === undefined || !isRate(rate)) this.#totals[FAULTS]! += 1;
    else side.rates.fill(rate);
  }

  /**
   * Show each sampled record's key to a counter, with the records that it stands for. Only where records are drawn by themselves,
   * not as whole keys or by size.
   */
  showKeys(see: (partition: number, key: string | Uint8Array, weight: number) => void): void {
    this.#seeKey = see;
  }

  /** Rate of the present tick, as carried out: block samplers round it to one in a whole number. */
  rate(partition = 0): number {
    return this.#main.design(partition).rate;
  }

  /** The same of a shadow stream; `undefined` where there is none of that name. */
  shadowRate(name: string, partition = 0): number | undefined {
    return this.#sides.find((side) => side.name === name)?.shadow.design(partition).rate;
  }

  /** The sampled records of the present tick that are held. */
  sampledRecords(partition: number): readonly SampledRecord[] {
    return this.#has(partition) ? this.#main.records(partition, this.#records(partition)) : [];
  }

  /**
   * Close the tick that ends at `atMs` (wall-clock) and lasted `windowMs`: one sample a partition, in order.
   * A window that is no duration (zero, negative, NaN: the clock went back) gives samples without loads.
   */
  tick(atMs: number, windowMs: number): LoadSample[] {
    const samples: LoadSample[] = [];
    for (let p = 0; p < this.#partitions; p++) samples.push(this.#close(p, atMs, windowMs));
    this.#tellOfKeyless();
    return samples;
  }

  stats(): TapStats {
    let offered = this.#totals[OFFERED]!;
    for (let p = 0; p < this.#partitions; p++) offered += this.#records(p);
    const shadows = Object.fromEntries(this.#sides.map(({ name, shadow }) => [name, { ...shadow.totals }]));
    const [refused, faults] = [this.#totals[REFUSED]!, this.#totals[FAULTS]!];
    return { offered, refused, ...this.#main.totals, faults, shadows };
  }

  /**
   * What nearly every record comes to: it is counted, and no one looks at it. False for all that is out of the ordinary. Nothing
   * here can throw: what is not a number is asked for nothing.
   */
  #passes(partition: number, sizeBytes: number): boolean {
    if (typeof partition !== 'number' || !isSize(sizeBytes)) return false;
    const pass = this.#pass;
    const skip = pass[partition]!;
    if (!(skip > 0)) return false;
    pass[partition] = skip - 1;
    this.#bytes[partition]! += sizeBytes;
    return true;
  }

  /** Everything else, whatever it is. */
  #attend(
    partition: number,
    key: Key,
    sizeBytes: number,
    costClass: number,
    record: StreamRecord | undefined,
  ): void {
    try {
      if (this.#fits(partition, sizeBytes)) this.#take(partition, key, sizeBytes, costClass, record);
    } catch {
      this.#totals[FAULTS]! += 1;
    }
  }

  #take(
    partition: number,
    key: Key,
    sizeBytes: number,
    costClass: number,
    record: StreamRecord | undefined,
  ): void {
    this.#bytes[partition]! += sizeBytes;
    const skip = this.#skip[partition]! - 1;
    this.#skip[partition] = skip;
    if (skip < 0 || this.#looks) this.#look(partition, key, sizeBytes, costClass, record, skip < 0);
  }

  /** Look closer at a record: its key is hashed once, for the sketch and for whoever samples it. */
  #look(
    partition: number,
    key: Key,
    sizeBytes: number,
    costClass: number,
    record: StreamRecord | undefined,
    isCandidate: boolean,
  ): void {
    const records = this.#records(partition);
    let hash: Int32Array | undefined;
    if (key !== undefined && (isCandidate || this.#sketches !== undefined)) hash = this.#hashOf(key);
    if (hash !== undefined && this.#sketches !== undefined) {
      this.#tick.keyed[partition]! += 1;
      this.#sketches.add(partition);
    }
    const costs = costClass >= 0 && costClass < MAX_CLASSES ? costClass : 0;
    if (isCandidate) {
      if (hash !== undefined) this.#seeKey?.(partition, key!, 1 / this.#main.design(partition).rate);
      this.#main.candidate(partition, hash, sizeBytes, costs, record);
      this.#tick.begin(partition, records, this.#skip[partition]!);
    }
    for (const { shadow } of this.#sides) {
      if (--shadow.skip[partition]! >= 0) continue;
      if (hash === undefined && key !== undefined) hash = this.#hashOf(key);
      shadow.candidate(partition, hash, sizeBytes, costs, record);
    }
  }

  /** As `#take` for each record, with the counters in locals. */
  #takeBatch(
    partition: number,
    keys: readonly Key[] | undefined,
    sizesBytes: Uint32Array | readonly number[],
    count: number,
  ): void {
    if (!this.#looks && keys !== undefined && this.#main.takeKeys !== undefined) {
      const { records, bytes } = this.#main.takeKeys(partition, keys, sizesBytes, count);
      this.#totals[FAULTS]! += count - records;
      this.#bytes[partition]! += bytes;
      this.#tick.begin(partition, this.#records(partition) + records, this.#skip[partition]!);
      return;
    }
    const looks = this.#looks;
    let bytes = 0;
    let skip = this.#skip[partition]!;
    for (let i = 0; i < count; i++) {
      const sizeBytes = sizesBytes[i]!;
      if (!isSize(sizeBytes)) {
        this.#totals[FAULTS]! += 1;
        continue;
      }
      bytes += sizeBytes;
      skip -= 1;
      if (skip >= 0 && !looks) continue;
      this.#skip[partition] = skip;
      this.#look(partition, keys?.[i], sizeBytes, 0, undefined, skip < 0);
      skip = this.#skip[partition]!;
    }
    this.#skip[partition] = skip;
    this.#bytes[partition]! += bytes;
  }

  /** Hashes of the key; undefined, and a fault, if it is none. */
  #hashOf(key: string | Uint8Array): Int32Array | undefined {
    if (typeof key !== 'string' && !ArrayBuffer.isView(key)) {
      this.#totals[FAULTS]! += 1;
      return undefined;
    }
    hashKey(key, this.#hash);
    return this.#hash;
  }

  #records(partition: number): number {
    return this.#tick.records(partition, this.#skip[partition]!);
  }

  #fits(partition: number, sizeBytes: number): boolean {
    if (!isSize(sizeBytes)) {
      this.#totals[FAULTS]! += 1;
      return false;
    }
    return this.#has(partition);
  }

  #has(partition: number): boolean {
    if (typeof partition === 'number' && this.#skip[partition] !== undefined) return true;
    this.#totals[FAULTS]! += 1;
    return false;
  }

  #isCount(count: number): boolean {
    if (Number.isSafeInteger(count) && count >= 0) return true;
    this.#totals[FAULTS]! += 1;
    return false;
  }

  #close(p: number, atMs: number, windowMs: number): LoadSample {
    const counts = this.#tick.take(p, this.#records(p));
    const shadow = this.#main.close(p, counts.records);
    const design = this.#main.design(p);
    const load = tickLoad({
      windowMs,
      counts,
      shadow,
      design,
      exact: this.#exact,
      distinctKeys: this.#distinctKeys(p, counts.keyed),
      work: this.#workOf === undefined ? undefined : this.#work(p, counts.records, this.#workOf),
    });
    this.#closeSides(p, counts, atMs, windowMs);
    this.#begin(p, counts.records);
    const { sampled, dropped } = shadow;
    const { refused } = counts;
    return { partition: partitionKey(this.#stream, p), atMs, windowMs, ...load, sampled, dropped, refused };
  }

  #closeSides(partition: number, counts: TickCounts, atMs: number, windowMs: number): void {
    const { records, bytes, refused } = counts;
    for (const { shadow, sink, rates } of this.#sides) {
      const { sampled, dropped } = shadow.close(partition, records);
      sink.tick({ partition, atMs, windowMs, records, bytes, refused, sampled, dropped });
      shadow.begin(partition, rates[partition]!, records);
    }
  }

  #begin(partition: number, records: number): void {
    this.#totals[OFFERED]! += records;
    this.#main.begin(partition, this.#nextRates[partition]!, records);
    this.#tick.begin(partition, 0, this.#skip[partition]!);
  }

  /** An untouched sketch is not read: most partitions of a large stream are idle in most ticks. */
  #distinctKeys(p: number, keyed: number): number | undefined {
    if (this.#sketches === undefined) return undefined;
    return keyed === 0 ? 0 : this.#sketches.take(p);
  }

  #work(p: number, records: number, workOf: (record: SampledRecord) => number): WeightedValue[] {
    return this.#main.records(p, records).flatMap((record) => {
      const value = this.#workOfRecord(record, workOf);
      return value === undefined ? [] : [{ weight: record.weight, value }];
    });
  }

  /** Work that is no number, and a function that throws, are faults of that record alone. */
  #workOfRecord(record: SampledRecord, workOf: (record: SampledRecord) => number): number | undefined {
    try {
      const work = workOf(record);
      if (Number.isFinite(work) && work >= 0) return work;
    } catch {
      // Counted as any other fault.
    }
    this.#totals[FAULTS]! += 1;
    return undefined;
  }

  #tellOfKeyless(): void {
    const notify = this.#notify;
    if (notify === undefined) return;
    const keyless = this.#sides.reduce(
      (n, { shadow }) => n + shadow.totals.keyless,
      this.#main.totals.keyless,
    );
    if (keyless === 0) return;
    this.#notify = undefined;
    notify(
      `stream ${this.#stream}: ${keyless} records without key under the sampler 'keyed'; they are chosen by their value`,
    );
  }
}

function isSize(sizeBytes: number): boolean {
  return typeof sizeBytes === 'number' && sizeBytes >= 0 && sizeBytes <= Number.MAX_SAFE_INTEGER;
}
