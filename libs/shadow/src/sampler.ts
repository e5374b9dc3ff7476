import { MIN_RATE, type Variant } from '@foreshadow/wasm-sampler';
import { ShadowError } from './errors.ts';
import type { SampleSink } from './sink.ts';

/** How the shadow chooses records. */
export type SamplerKind = 'systematic' | 'stratified' | 'bernoulli' | 'keyed' | 'reservoir' | 'priority';

export interface SamplerOptions {
  /**
   * - `bernoulli`: each record with probability `rate`, independently;
   * - `stratified`: one at random in each block of round(1/rate) records;
   * - `systematic`: every round(1/rate)-th from a random phase on. It aliases with traffic of its own period: a
   *   record in every hundred that is 50 times as large, sampled 1 in 100, is either all of the sample or none;
   * - `keyed`: all records of a share `rate` of the keys, the same keys at every edge, and nested: those of a smaller
   *   rate are among those of a larger one. For sequences and distinct keys; a poor measure of rates;
   * - `reservoir`: a number of records a partition and tick that is fixed before the tick begins, each as likely;
   * - `priority`: such a number, the likelier the larger (or the dearer by class) a record is.
   *
   * The last three need `import '@foreshadow/shadow/samplers'`.
   */
  readonly kind: SamplerKind;
  /**
   * Share of the records that is sampled, (0, 1]. With `reservoir` and `priority` the number is that share of the
   * tick before, between 1 and `capacity`; rate 1 asks for `capacity` records always.
   */
  readonly rate: number;
  /** 32-bit seed; equal seeds sample alike. */
  readonly seed: number;
  /** What makes a record likely under `priority`: its size (default), or the cost of its class. */
  readonly by?: 'size' | 'class' | undefined;
  /** Records that are held, and by `reservoir` and `priority` taken, a partition and tick. Default 64. */
  readonly capacity?: number | undefined;
}

/** How likely a record is to be in the sample, and what is known of the dependence between records. */
export interface SampleDesign {
  readonly kind: SamplerKind;
  /** Inclusion probability at the tap; `1 / interval` where blocks are used. */
  readonly rate: number;
  /** Records in a block; 1 / rate for others, where it has no meaning of its own. */
  readonly interval: number;
  /** Share of the stream that reaches the tap, by independent draws; 1 where the tap sees every record. */
  readonly feedRate: number;
}

/** Not chosen. */
export const PASSED_OVER = -1;
/** Chosen, and lost since there was no room. */
export const LOST = -2;

/**
 * Chooses records, partition by partition. Every record counts down the skip; at its end comes a candidate, which
 * `place` takes or leaves. Nothing is allocated after construction.
 */
export interface Sampler {
  /** Records to pass over before the next candidate; 0 where every record must be looked at. */
  nextSkip(partition: number): number;
  /** Where to keep the candidate, `PASSED_OVER` or `LOST`. `hash` is of its key. */
  place(partition: number, hash: Int32Array | undefined, sizeBytes: number, costClass: number): number;
  design(partition: number): SampleDesign;
  /**
   * Begin the next tick at this rate, after one of `records` records. True where it starts afresh, so that `nextSkip`
   * must be taken anew.
   */
  begin(partition: number, rate: number, records: number): boolean;
}

/** What a sampler is made for. */
export interface SamplerSetting {
  readonly options: SamplerOptions;
  readonly partitions: number;
  readonly feedRate: number;
  /** Records that are held a partition and tick. */
  readonly capacity: number;
  /** Relative cost of a record of each class. */
  readonly classCosts: readonly number[];
  readonly sink: SampleSink | undefined;
  readonly variant: Variant | undefined;
}

export const SKIP_KINDS: readonly SamplerKind[] = ['systematic', 'stratified', 'bernoulli'];
const KINDS: readonly SamplerKind[] = [...SKIP_KINDS, 'keyed', 'reservoir', 'priority'];

/** The design that a sampler carries out: block samplers round the rate to one in a whole number. */
export function sampleDesign(kind: SamplerKind, rate: number, feedRate = 1): SampleDesign {
  if (kind !== 'systematic' && kind !== 'stratified') return { kind, rate, interval: 1 / rate, feedRate };
  const interval = Math.max(1, Math.round(1 / rate));
  return { kind, rate: 1 / interval, interval, feedRate };
}

/** True for rates that the samplers can carry out. */
export function isRate(rate: number): boolean {
  return typeof rate === 'number' && rate >= MIN_RATE && rate <= 1;
}

/** @throws {ShadowError} `INVALID_ARGUMENT` that names the option, its value and its range. */
export function checkSampler({ kind, rate, seed, by }: SamplerOptions): void {
  if (!KINDS.includes(kind)) throw invalid('sampler.kind', kind, `one of ${KINDS.join(', ')}`);
  if (!isRate(rate)) throw invalid('sampler.rate', rate, `in [${MIN_RATE}, 1]`);
  if (!Number.isInteger(seed)) throw invalid('sampler.seed', seed, 'an integer');
  if (by !== undefined && by !== 'size' && by !== 'class') throw invalid('sampler.by', by, 'size or class');
}

export function invalid(option: string, value: unknown, range: string): ShadowError {
  return new ShadowError('INVALID_ARGUMENT', `${option}: ${range}; got ${String(value)}`);
}
