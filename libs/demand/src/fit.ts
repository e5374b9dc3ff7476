import { FEATURES, dot } from './features.ts';
import { solveNonNegative } from './matrix.ts';
import type { Moments } from './moments.ts';
import { isPositive } from './quantity.ts';

/** What is known of the coefficients before the evidence: a normal prior, independent by coordinate. */
export interface Prior {
  /** In the units of the coefficients. */
  readonly mean: readonly number[];
  /** As shares of the mean use, for a coefficient's contribution at mean load. */
  readonly spread: readonly number[];
}

/** Coefficients `use = dot(coefficients, features)` with their uncertainty. */
export interface Fit {
  readonly coefficients: readonly number[];
  /** Row-major 4 × 4; rows and columns of coefficients held at 0 are 0. */
  readonly covariance: readonly number[];
  /** Variance of one observation about the fit. */
  readonly residualVariance: number;
  /** Mean use over the evidence. */
  readonly meanUse: number;
}

/** Before there is a fit, one observation is taken to scatter by this share of its mean. */
const INITIAL_SCATTER = 0.3;
/** No resource is measured more exactly than this share of its mean. */
const LEAST_SCATTER = 0.002;

/**
 * Posterior mode under `coefficients ≥ 0`: recursive least squares in information form (the moments) with the prior
 * as ridge. Works on features divided by their means, so that a coordinate is a contribution in units of use and
 * collinear features (bytes that follow records) stay well conditioned. `noise ≥ 1` tells how many correlated
 * observations are worth one.
 */
export function fit(m: Moments, prior: Prior, noise: number, before: Fit | undefined): Fit | undefined {
  if (!(m.weight > 0)) return undefined;
  const meanUse = m.y / m.weight;
  const scale = Array.from({ length: FEATURES }, (_, i) => Math.sqrt(m.xx[i * FEATURES + i]! / m.weight));
  if (!isPositive(meanUse)) return unusedFit(prior, scale);
  const assumed = before?.residualVariance ?? (INITIAL_SCATTER * meanUse) ** 2;
  const residual = Math.max(assumed, (LEAST_SCATTER * meanUse) ** 2);
  const system = m.xx.map(
    (v, i) => scaled(v, scale[Math.floor(i / FEATURES)]!, scale[i % FEATURES]!) / noise,
  );
  const right = m.xy.map((v, i) => scaled(v, scale[i]!, 1) / noise);
  for (let i = 0; i < FEATURES; i++) {
    const precision = residual / (prior.spread[i]! * meanUse) ** 2;
    system[i * FEATURES + i]! += precision;
    right[i]! += precision * prior.mean[i]! * scale[i]!;
  }
  // A feature that never occurred has nothing to say.
  const present = right.map((v, i) => (isPositive(scale[i]!) ? v : -1));
  const solution = solveNonNegative(system, present);
  const coefficients = solution.x.map((v, i) => (isPositive(scale[i]!) ? v / scale[i]! : prior.mean[i]!));
  const covariance = priorCovariance(prior, scale);
  const n = solution.free.length;
  solution.free.forEach((row, i) =>
    solution.free.forEach((column, j) => {
      const value = residual * solution.inverse[i * n + j]!;
      covariance[row * FEATURES + column] = scaled(value, scale[row]!, scale[column]!);
    }),
  );
  return { coefficients, covariance, residualVariance: residualOf(m, coefficients), meanUse };
}

const scaled = (value: number, a: number, b: number): number =>
  isPositive(a) && isPositive(b) ? value / a / b : 0;

/** Nothing of the resource was used: features that occurred cost nothing, the others stay with the prior. */
function unusedFit(prior: Prior, scale: readonly number[]): Fit {
  const coefficients = prior.mean.map((mean, i) => (isPositive(scale[i]!) ? 0 : mean));
  return { coefficients, covariance: priorCovariance(prior, scale), residualVariance: 0, meanUse: 0 };
}

/** Features that never occurred keep their prior, known to about half its value. */
function priorCovariance(prior: Prior, scale: readonly number[]): number[] {
  const covariance = new Array<number>(FEATURES * FEATURES).fill(0);
  prior.mean.forEach((mean, i) => {
    if (!isPositive(scale[i]!)) covariance[i * (FEATURES + 1)] = (mean / 2) ** 2;
  });
  return covariance;
}

/** Mean squared residual, with the usual correction for the coordinates that were fitted. */
function residualOf(m: Moments, coefficients: readonly number[]): number {
  const fitted = coefficients.reduce(
    (sum, c, i) => sum + c * dot(m.xx.slice(i * FEATURES, (i + 1) * FEATURES), coefficients),
    0,
  );
  const squares = Math.max(0, m.yy - 2 * dot(m.xy, coefficients) + fitted);
  const used = coefficients.filter((c) => c > 0).length;
  return squares / Math.max(1, m.weight - used);
}

/** Variance of `dot(coefficients, features)` that stems from the coefficients. */
export function varianceOf(f: Fit, features: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < FEATURES; i++) {
    for (let j = 0; j < FEATURES; j++) sum += features[i]! * f.covariance[i * FEATURES + j]! * features[j]!;
  }
  return Math.max(0, sum);
}
