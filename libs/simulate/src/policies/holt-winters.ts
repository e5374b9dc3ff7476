export interface HoltWintersParams {
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
  readonly seasonalPeriods: number;
}

/**
 * One step past the end by additive Holt–Winters with fixed parameters; `undefined` with less than two seasons. Level and
 * trend begin with the means of the first two seasons, the season with the first one's distances from its mean.
 * Source: Holt (1957), Winters (1960), in the form of Hyndman & Athanasopoulos, "Forecasting: Principles and Practice",
 * 3rd ed., section 8.3.
 */
export function holtWintersNext(values: readonly number[], p: HoltWintersParams): number | undefined {
  const m = p.seasonalPeriods;
  if (values.length < 2 * m) return undefined;
  const mean = (from: number): number => values.slice(from, from + m).reduce((a, b) => a + b, 0) / m;
  let level = mean(0);
  let trend = (mean(m) - level) / m;
  const season = values.slice(0, m).map((y) => y - level);
  for (let t = m; t < values.length; t++) {
    const y = values[t]!;
    const s = season[t % m]!;
    const before = level;
    level = p.alpha * (y - s) + (1 - p.alpha) * (level + trend);
    trend = p.beta * (level - before) + (1 - p.beta) * trend;
    season[t % m] = p.gamma * (y - before - trend) + (1 - p.gamma) * s;
  }
  return level + trend + season[values.length % m]!;
}
