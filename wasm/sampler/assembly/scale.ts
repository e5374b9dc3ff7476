import { log } from "./log";

/**
 * Scale of geometric gaps for the sampling probability `p`: 1 / ln(1 − p), 0 for p = 1 (every gap is 0). Below 10⁻⁴ by
 * the series of the logarithm, since 1 − p loses its digits.
 */
export function scaleOf(p: f64): f64 {
  if (p >= 1.0) return 0.0;
  if (p < 1e-4) return -1.0 / (p * (1.0 + p * (1.0 / 2.0 + p * (1.0 / 3.0))));
  return 1.0 / log(1.0 - p);
}
