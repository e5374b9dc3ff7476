// Coefficients of the rational approximations, lowest power first.
const CENTRE_TOP = [
  2.506628277459239, -30.66479806614716, 138.357751867269, -275.9285104469687, 220.9460984245205,
  -39.69683028665376,
];
const CENTRE_BOTTOM = [
  1, -13.28068155288572, 66.80131188771972, -155.6989798598866, 161.5858368580409, -54.47609879822406,
];
const TAIL_TOP = [
  2.938163982698783, 4.374664141464968, -2.549732539343734, -2.400758277161838, -0.3223964580411365,
  -0.007784894002430293,
];
const TAIL_BOTTOM = [1, 3.754408661907416, 2.445134137142996, 0.3224671290700398, 0.007784695709041462];
/** Where the approximation of the centre ends. */
const TAIL = 0.02425;

/** Quantile of the standard normal distribution, relative error below 1.2e-9 (P. J. Acklam, 2003). */
export function standardNormalQuantile(p: number): number {
  if (p > 0.5) return -standardNormalQuantile(1 - p);
  if (p < TAIL) {
    const q = Math.sqrt(-2 * Math.log(p));
    return polynomial(TAIL_TOP, q) / polynomial(TAIL_BOTTOM, q);
  }
  const q = p - 0.5;
  const r = q * q;
  return (q * polynomial(CENTRE_TOP, r)) / polynomial(CENTRE_BOTTOM, r);
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, c) => sum * x + c, 0);
}
