import type { Estimate } from '@foreshadow/domain';
import { SKETCH_REGISTERS } from '@foreshadow/wasm-sampler';
import type { SampleDesign } from './sampler.ts';

/** What the sample of one partition's tick adds up to. */
export interface SampleSums {
  readonly count: number;
  readonly sum: number;
  readonly sumOfSquares: number;
}

/**
 * Records in the population, Horvitz–Thompson: k / π (Horvitz & Thompson 1952; Särndal, Swensson & Wretman,
 * "Model Assisted Survey Sampling", 1992, §2.8). With own rate p and feed rate f, π = f·p.
 *
 * Variance: N(1 − f)/f of the feed, plus that of the tap's sampler over f²:
 * - bernoulli: k(1 − p)/p²; without a sampled record one is assumed, since no error would be a lie;
 * - stratified: blocks in full are exact; the two cut by the ends of the tick err by n²·(θ(1 − θ) + θ'(1 − θ')),
 *   n²/3 over all phases;
 * - systematic: n²·θ(1 − θ) with θ the fraction of a block left over, n²/6 over all lengths.
 */
export function estimateCount(sampled: number, design: SampleDesign): Estimate {
  const { rate, feedRate } = design;
  const value = sampled / (rate * feedRate);
  const present = Math.max(sampled, 1) / (rate * feedRate);
  const feed = (present * (1 - feedRate)) / feedRate;
  const own = samplerVariance(present * feedRate, design);
  return { value, standardError: Math.sqrt(feed + own / feedRate ** 2) };
}

function samplerVariance(offered: number, { kind, rate, interval }: SampleDesign): number {
  if (rate === 1) return 0;
  if (kind === 'bernoulli') return (offered * (1 - rate)) / rate;
  return interval ** 2 / (kind === 'stratified' ? 3 : 6);
}

/** A sampled value and how many records it stands for, 1/π. */
export interface WeightedValue {
  readonly weight: number;
  readonly value: number;
}

/**
 * Total over a population of `population` records by the weighted mean of the sample, N·Σωx/Σω, ω = 1/π: the ratio form
 * (Hájek 1971), with Taylor's variance (Särndal et al. 1992, §5.7) and, as s² has, k/(k − 1) for the mean that is taken
 * from the sample itself. Of a single record a coefficient of variation of 1 is assumed.
 * @returns undefined without a sampled record, unless the population is known to be empty.
 */
export function ratioTotal(sample: readonly WeightedValue[], population: Estimate): Estimate | undefined {
  const k = sample.length;
  if (k === 0) return isNone(population) ? population : undefined;
  let weights = 0;
  let total = 0;
  for (const { weight, value } of sample) {
    weights += weight;
    total += weight * value;
  }
  const mean = total / weights;
  let variance = 0;
  for (const { weight, value } of sample) {
    variance += weight * (weight - 1) * (k === 1 ? mean : value - mean) ** 2;
  }
  const ofMean = (population.value / weights) ** 2 * variance * (k / Math.max(1, k - 1));
  const ofCount = (mean * population.standardError) ** 2;
  return { value: population.value * mean, standardError: Math.sqrt(Math.max(0, ofMean) + ofCount) };
}

/**
 * Total of a quantity over a population of `population` records: N·ȳ. Variance ȳ²·Var(N) + N²(1 − π)s²/k: with
 * N from `estimateCount` and Bernoulli sampling that is Horvitz–Thompson's N(1 − π)/π·ȳ²(1 + CV²); with N exact
 * (standard error 0) it is the ratio estimator's, relative error CV·√((1 − π)/k) (Cochran, "Sampling
 * Techniques", 1977, §6.3). Sizes are taken as exchangeable within the tick.
 * @returns undefined without a sampled record, unless the population is known to be empty.
 */
export function estimateTotal(
  sums: SampleSums,
  population: Estimate,
  inclusion: number,
): Estimate | undefined {
  const { count, sum } = sums;
  if (count === 0) return isNone(population) ? population : undefined;
  const mean = sum / count;
  const ofCount = (mean * population.standardError) ** 2;
  const ofMean = (population.value ** 2 * (1 - inclusion) * sampleVariance(sums)) / count;
  return { value: population.value * mean, standardError: Math.sqrt(ofCount + ofMean) };
}

function isNone({ value, standardError }: Estimate): boolean {
  return value === 0 && standardError === 0;
}

/** Unbiased variance of the sampled values; of a single one, its square (coefficient of variation 1). */
function sampleVariance({ count, sum, sumOfSquares }: SampleSums): number {
  if (count < 2) return sumOfSquares;
  return Math.max(0, sumOfSquares - sum ** 2 / count) / (count - 1);
}

/**
 * Standard error of a HyperLogLog estimate of `distinct` keys. Up to one key a register it behaves as linear
 * counting, √(m(eᵗ − t − 1)) with t = n/m (Whang, Vander-Zanden & Taylor 1990); above, 1.04·n/√m (Flajolet et
 * al. 2007).
 */
export function distinctKeysError(distinct: number): number {
  const t = distinct / SKETCH_REGISTERS;
  if (t > 1) return (1.04 * distinct) / Math.sqrt(SKETCH_REGISTERS);
  // eᵗ − t − 1 by its series: engines differ in the last bit of exp.
  let term = t;
  let excess = 0;
  for (let i = 2; i <= 14; i++) {
    term *= t / i;
    excess += term;
  }
  return Math.sqrt(SKETCH_REGISTERS * excess);
}

/** An estimate over a window as a rate per second. */
export function perSecond(estimate: Estimate, windowMs: number): Estimate {
  const factor = 1000 / windowMs;
  return { value: estimate.value * factor, standardError: estimate.standardError * factor };
}
