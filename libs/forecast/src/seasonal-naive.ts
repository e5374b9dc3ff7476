/**
 * Seasonal naive forecast made at `origin` for `steps` steps ahead: the newest value at the same place of the season that
 * is not missing; NaN if there is none. Reads nothing past the origin.
 */
export function seasonalNaive(
  values: ArrayLike<number>,
  origin: number,
  steps: number,
  season: number,
): number {
  for (let t = origin + steps - season * Math.ceil(steps / season); t >= 0; t -= season) {
    const y = values[t] ?? NaN;
    if (Number.isFinite(y)) return y;
  }
  return NaN;
}

/**
 * Mean |difference| of values `lag` steps apart among the first `count`: the in-sample error of the (seasonal) naive
 * forecast, by which scaled errors are divided (R. J. Hyndman & A. B. Koehler, "Another look at measures of forecast
 * accuracy", International Journal of Forecasting 22 (2006), eq. 6). Pairs with a missing value are left out; NaN without a pair.
 */
export function naiveScale(values: ArrayLike<number>, count: number, lag: number): number {
  let sum = 0;
  let pairs = 0;
  for (let t = lag; t < count; t++) {
    const change = Math.abs((values[t] ?? NaN) - (values[t - lag] ?? NaN));
    if (!(change < Infinity)) continue;
    sum += change;
    pairs++;
  }
  return pairs > 0 ? sum / pairs : NaN;
}
