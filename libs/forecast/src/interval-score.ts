// Interval score, also named after Winkler: T. Gneiting & A. E. Raftery, "Strictly Proper Scoring Rules, Prediction,
// and Estimation", Journal of the American Statistical Association 102 (2007), eq. 43.

/**
 * Score of a central interval that should be missed with probability `alpha`: its width, and 2/α for every unit by which
 * it was missed. Smaller is better; in the unit of the values.
 */
export function intervalScore(actual: number, lower: number, upper: number, alpha: number): number {
  const missed = Math.max(lower - actual, 0) + Math.max(actual - upper, 0);
  return upper - lower + (2 / alpha) * missed;
}

/** Loss of a quantile forecast at probability `p`; its mean is least at the true quantile (Koenker & Bassett 1978). */
export function pinballLoss(actual: number, quantile: number, p: number): number {
  const above = actual - quantile;
  return above >= 0 ? p * above : (p - 1) * above;
}

/**
 * Mean interval score of the best band [forecast + a, forecast + b] with a and b chosen in hindsight: the rival that an
 * interval must beat to be worth its while. As the interval score is 2/α times the pinball losses of its bounds, the best
 * a and b are the α/2 and 1 − α/2 quantiles of the errors.
 * @param errors actual minus forecast, finite; in any order
 * @returns NaN without errors
 */
export function bestConstantBandScore(errors: Float64Array, alpha: number): number {
  const n = errors.length;
  if (n === 0) return NaN;
  const sorted = errors.slice().sort();
  const lower = sorted[sampleQuantileIndex(n, alpha / 2)] ?? NaN;
  const upper = sorted[sampleQuantileIndex(n, 1 - alpha / 2)] ?? NaN;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += intervalScore(sorted[i] ?? NaN, lower, upper, alpha);
  return sum / n;
}

/** Place of the `p` quantile among n ascending values: the one that makes the mean pinball loss least. */
function sampleQuantileIndex(n: number, p: number): number {
  return Math.min(n - 1, Math.max(0, Math.ceil(n * p) - 1));
}
