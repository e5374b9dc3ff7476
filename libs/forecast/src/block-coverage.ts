import { type Rng, Z95 } from '@foreshadow/domain';
import { autoregression, normalScores } from './error-dependence.ts';

/** Consecutive forecasts in which coverage is looked at. */
export const BLOCK = 100;

const SIMULATIONS = 200;
const MIN_SIMULATIONS = 20;
/** Bounds the work on long series: multiplications in all simulations. */
const MAX_OPERATIONS = 5e8;
const PERCENTILE = 0.1;
/** Values of a simulation before it counts: it starts from zeros, not from its stationary state. */
const SETTLE = 200;

/**
 * Smallest share of hits in any `block` consecutive ones.
 * @param hits 1 where the interval held the actual, else 0
 * @returns NaN with fewer than `block` of them
 */
export function worstBlockCoverage(hits: Uint8Array, block: number = BLOCK): number {
  if (hits.length < block) return NaN;
  let inside = 0;
  let fewest = block;
  for (let i = 0; i < hits.length; i++) {
    inside += (hits[i] ?? 0) - (i >= block ? (hits[i - block] ?? 0) : 0);
    if (i >= block - 1 && inside < fewest) fewest = inside;
  }
  return fewest / block;
}

/**
 * What intervals of exactly 90 % coverage would show as their worst block, were errors as autocorrelated as these: the 10th
 * percentile of the worst block over 200 simulations (fewer, at least 20, of very long series). Errors of forecasts of
 * h steps overlap, so even ideal intervals are missed in runs.
 *
 * A simulation draws a Gaussian autoregression of order 2h (at most 96) whose first 2h autocorrelations are those of the
 * errors' normal scores, i.e. ranks mapped to normal quantiles, so that neither scale nor tails of the errors matter. An
 * ideal interval holds it wherever it lies between its 5 % and 95 % quantile. Order h would be too lenient: sums of h
 * shocks are correlated up to lag h − 1 and not beyond, which an autoregression of order h only roughly follows.
 * @param errors of consecutive forecasts of `steps` steps
 * @returns NaN with fewer errors than a block
 */
export function idealWorstBlockCoverage(errors: Float64Array, steps: number, rng: Rng): number {
  const n = errors.length;
  if (n < BLOCK) return NaN;
  const { coefficients, innovation } = autoregression(normalScores(errors), 2 * steps);
  const count = Math.floor(MAX_OPERATIONS / (n * (coefficients.length + 8)));
  const worst = new Float64Array(Math.min(SIMULATIONS, Math.max(MIN_SIMULATIONS, count)));
  const hits = new Uint8Array(n);
  for (let s = 0; s < worst.length; s++) {
    simulateHits(hits, coefficients, innovation, rng);
    worst[s] = worstBlockCoverage(hits);
  }
  worst.sort();
  return worst[Math.max(0, Math.ceil(PERCENTILE * worst.length) - 1)] ?? NaN;
}

/** Hits of ideal 90 % intervals for a stationary Gaussian autoregression of unit variance. */
function simulateHits(hits: Uint8Array, coefficients: Float64Array, innovation: number, rng: Rng): void {
  const order = coefficients.length;
  // Each value is kept twice, so that the newest `order` ones always lie in one row.
  const past = new Float64Array(2 * order);
  const settle = SETTLE + 10 * order;
  let spare = NaN;
  for (let i = -settle, at = 0; i < hits.length; i++) {
    let normal = spare;
    spare = NaN;
    if (Number.isNaN(normal)) {
      // Box & Muller 1958; 1 − u lies in (0, 1].
      const radius = Math.sqrt(-2 * Math.log(1 - rng.next()));
      const angle = 2 * Math.PI * rng.next();
      normal = radius * Math.cos(angle);
      spare = radius * Math.sin(angle);
    }
    let z = innovation * normal;
    for (let k = 0; k < order; k++) z += (coefficients[k] ?? 0) * (past[at + k] ?? 0);
    at = (at + order - 1) % order;
    past[at] = z;
    past[at + order] = z;
    if (i >= 0) hits[i] = Math.abs(z) <= Z95 ? 1 : 0;
  }
}
