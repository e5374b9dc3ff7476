/**
 * Dispersion of a sum whose parts have dispersions `widths` and errors of one common correlation:
 * `√((1 − ρ)·Σwᵢ² + ρ·(Σwᵢ)²)`. Never less than a hundredth of the sum: no parts cancel out exactly.
 */
export function combinedWidth(widths: readonly number[], correlation: number): number {
  let sum = 0;
  let squares = 0;
  for (const w of widths) {
    sum += w;
    squares += w * w;
  }
  return Math.sqrt(Math.max(1e-4 * sum * sum, squares + correlation * (sum * sum - squares)));
}

/** What is known of the common correlation of several errors: plain data. */
export interface Correlation {
  /** Forgotten sums of the products of different parts' errors, and of the products of their sizes. */
  readonly products: number;
  readonly sizes: number;
  /** Effective scores behind them. */
  readonly weight: number;
}

export const NO_CORRELATION: Correlation = { products: 0, sizes: 0, weight: 0 };

const FORGET = 0.998;
/** Independent scores that the assumed correlation weighs as much as. */
const PRIOR_SCORES = 10;

/**
 * Take in the errors that several parts made at the same time.
 * @param sizes root mean squared error of each part, in the order of `errors`
 */
export function correlated(c: Correlation, errors: readonly number[], sizes: readonly number[]): Correlation {
  const products = pairs(errors);
  const scale = pairs(sizes);
  if (errors.length < 2 || !Number.isFinite(products) || !(scale > 0) || !Number.isFinite(scale)) return c;
  return {
    products: FORGET * c.products + products,
    sizes: FORGET * c.sizes + scale,
    weight: FORGET * c.weight + 1,
  };
}

/** Σ over i ≠ j of vᵢ·vⱼ. */
function pairs(values: readonly number[]): number {
  let sum = 0;
  let squares = 0;
  for (const v of values) {
    sum += v;
    squares += v * v;
  }
  return sum * sum - squares;
}

/**
 * The common correlation: the mean product of errors over that of their sizes, shrunk toward `assumed` while there is
 * little evidence; errors of forecasts that overlap by `steps` count as one in `steps`. Within what k parts can have.
 */
export function correlationOf(c: Correlation, assumed: number, steps: number, parts: number): number {
  const evidence = c.weight / Math.max(1, steps);
  const observed = c.sizes > 0 ? c.products / c.sizes : assumed;
  const estimate = (PRIOR_SCORES * assumed + evidence * observed) / (PRIOR_SCORES + evidence);
  return Math.max(-1 / Math.max(1, parts - 1), Math.min(1, estimate));
}
