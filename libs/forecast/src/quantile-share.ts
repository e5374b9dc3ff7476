import { normalQuantile, Z95 } from '@foreshadow/domain';

/** Errors below which their own distribution says too little. */
const LEAST_ERRORS = 20;

/**
 * Where quantile `p` lies between the mean (0) and the bound of the 90 % interval on its side (1): halfway between what a
 * normal distribution says and what the errors say that were seen. Grows with the distance of p from the middle.
 * @param ratios newest errors in units of the margin on their side, below zero below the mean
 */
export function quantileShare(p: number, ratios: ArrayLike<number>): number {
  const normal = Math.abs(normalQuantile(p)) / Z95;
  if (ratios.length < LEAST_ERRORS) return normal;
  const side = p < 0.5 ? -1 : 1;
  const outward = Float64Array.from(ratios, (r) => side * r).sort();
  const seen = empiricalQuantile(outward, p < 0.5 ? 1 - p : p);
  // Within the interval at most its bound, beyond it at least that.
  return 0.5 * (normal + (normal <= 1 ? Math.min(1, Math.max(0, seen)) : Math.max(1, seen)));
}

/** Linear interpolation between order statistics (Hyndman & Fan 1996, type 7). */
function empiricalQuantile(sorted: Float64Array, p: number): number {
  const at = p * (sorted.length - 1);
  const i = Math.floor(at);
  const low = sorted[i] ?? NaN;
  return low + (at - i) * ((sorted[i + 1] ?? low) - low);
}
