/** exp of the mean logarithm; NaN of nothing. */
export function geometricMean(values: readonly number[]): number {
  return Math.exp(mean(values.map((v) => Math.log(v))));
}

/** NaN of nothing. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/** |a − b|, entry by entry. */
export function absoluteErrors(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: a.length }, (_, i) => Math.abs(a[i]! - b[i]!));
}

/** Sum over sum: of absolute errors of two forecasts of the same rows it is the ratio of their WAPEs and MAEs. */
export function ratioOfSums(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return (mean(a) * a.length) / (mean(b) * b.length);
}

/** The last present value up to and with each step; NaN before the first. */
export function lastValues(values: Float64Array): Float64Array {
  let last = NaN;
  return values.map((y) => (last = Number.isNaN(y) ? last : y));
}
