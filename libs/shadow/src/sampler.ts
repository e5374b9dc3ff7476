import { MIN_RATE } from '@foreshadow/wasm-sampler';
import { ShadowError } from './errors.ts';

/** How the shadow chooses records. */
export type SamplerKind = 'systematic' | 'stratified' | 'bernoulli';

export interface SamplerOptions {
  /**
   * - `bernoulli`: each record with probability `rate`, independently;
   * - `stratified`: one at random in each block of round(1/rate) records;
   * - `systematic`: every round(1/rate)-th from a random phase on. It aliases with traffic of its own period: a
   *   record in every hundred that is 50 times as large, sampled 1 in 100, is either all of the sample or none.
   */
  readonly kind: SamplerKind;
  /** Share of the records that is sampled, (0, 1]. */
  readonly rate: number;
  /** 32-bit seed; equal seeds sample alike. */
  readonly seed: number;
}

/** How likely a record is to be in the sample, and what is known of the dependence between records. */
export interface SampleDesign {
  readonly kind: SamplerKind;
  /** Inclusion probability at the tap; `1 / interval` where blocks are used. */
  readonly rate: number;
  /** Records in a block; 1 / rate for `bernoulli`, where it has no meaning of its own. */
  readonly interval: number;
  /** Share of the stream that reaches the tap, by independent draws; 1 where the tap sees every record. */
  readonly feedRate: number;
}

/** The design that a sampler carries out: block samplers round the rate to one in a whole number. */
export function sampleDesign(kind: SamplerKind, rate: number, feedRate = 1): SampleDesign {
  if (kind === 'bernoulli') return { kind, rate, interval: 1 / rate, feedRate };
  const interval = Math.max(1, Math.round(1 / rate));
  return { kind, rate: 1 / interval, interval, feedRate };
}

/** True for rates that the samplers can carry out. */
export function isRate(rate: number): boolean {
  return typeof rate === 'number' && rate >= MIN_RATE && rate <= 1;
}

/** @throws {ShadowError} `INVALID_ARGUMENT` that names the option, its value and its range. */
export function checkSampler({ kind, rate, seed }: SamplerOptions): void {
  if (kind !== 'systematic' && kind !== 'stratified' && kind !== 'bernoulli') {
    throw invalid('sampler.kind', kind, 'one of systematic, stratified, bernoulli');
  }
  if (!isRate(rate)) throw invalid('sampler.rate', rate, `in [${MIN_RATE}, 1]`);
  if (!Number.isInteger(seed)) throw invalid('sampler.seed', seed, 'an integer');
}

export function invalid(option: string, value: unknown, range: string): ShadowError {
  return new ShadowError('INVALID_ARGUMENT', `${option}: ${range}; got ${String(value)}`);
}
