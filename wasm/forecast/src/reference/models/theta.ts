/** Theta in the form of the papers, without regard to cost. Missing values are NaN. */

export type Seasonal = 'none' | 'additive' | 'multiplicative';

/** Parameters of the dynamic optimised model; of the standard method without θ. */
export interface ThetaParameters {
  readonly alpha: number;
  readonly initialLevel: number;
  readonly theta: number;
}

export interface ThetaRun {
  /** One-step errors of the values, NaN where missing and where the model does not score. */
  readonly errors: readonly number[];
  /** Forecasts of steps 1 … count. */
  forecasts(count: number): number[];
  /** Their variances over that of the one-step errors. */
  variances(count: number): number[];
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const present = (values: readonly number[]): number[] => values.filter((v) => !Number.isNaN(v));

/** Intercept and slope of the least squares line through (time, value) pairs. */
function line(points: readonly (readonly [number, number])[]): { intercept: number; slope: number } {
  const time = mean(points.map(([t]) => t));
  const value = mean(points.map(([, v]) => v));
  const sxx = points.reduce((sum, [t]) => sum + (t - time) ** 2, 0);
  const sxy = points.reduce((sum, [t, v]) => sum + (t - time) * (v - value), 0);
  const slope = points.length > 1 ? sxy / sxx : 0;
  return { intercept: value - slope * time, slope };
}

/** Test of Fiorucci et al. 2016, section 5: |r_m| against the 90 % limit by Bartlett's formula. Needs over two cycles. */
export function isSeasonal(values: readonly number[], m: number): boolean {
  const known = present(values);
  if (m < 2 || known.length <= 2 * m) return false;
  const centre = mean(known);
  const c = values.map((v) => (Number.isNaN(v) ? 0 : v - centre));
  const power = c.reduce((sum, v) => sum + v * v, 0);
  if (power <= 1e-16 * centre * centre * known.length) return false;
  const r = Array.from({ length: m }, (_, k) => c.slice(k + 1).reduce((s, v, i) => s + v * c[i]!, 0) / power);
  const squares = r.slice(0, m - 1).reduce((sum, v) => sum + v * v, 0);
  return Math.abs(r[m - 1]!) > 1.6448536269514722 * Math.sqrt((1 + 2 * squares) / known.length);
}

/** Centred moving average over a cycle, of what is there if that is at least half of it. */
function movingAverage(x: readonly number[], m: number): number[] {
  const half = Math.floor(m / 2);
  return x.map((_, i) => {
    if (i < half || i >= x.length - half) return NaN;
    let sum = 0;
    let weights = 0;
    for (let j = i - half; j <= i + half; j++) {
      if (Number.isNaN(x[j])) continue;
      const weight = m % 2 === 0 && Math.abs(j - i) === half ? 0.5 : 1;
      sum += weight * x[j]!;
      weights += weight;
    }
    return 2 * weights >= m ? sum / weights : NaN;
  });
}

const removed = (y: number, s: number, kind: Seasonal): number => (kind === 'multiplicative' ? y / s : y - s);

/** Indices by phase of the classical decomposition; with gaps, the trend is taken anew from the adjusted series. */
export function classicalIndices(y: readonly number[], m: number, kind: Seasonal): number[] {
  let indices = new Array<number>(m).fill(kind === 'multiplicative' ? 1 : 0);
  const passes = y.some(Number.isNaN) ? 3 : 1;
  for (let pass = 0; pass < passes; pass++) {
    const trend = movingAverage(
      y.map((v, i) => removed(v, indices[i % m]!, kind)),
      m,
    );
    const usable = (i: number): boolean => kind !== 'multiplicative' || trend[i]! > 0;
    const left = y.map((v, i) => (usable(i) ? removed(v, trend[i]!, kind) : NaN));
    const raw = Array.from({ length: m }, (_, j) => mean(present(left.filter((_, i) => i % m === j))));
    const centre = mean(present(raw));
    const neutral = kind === 'multiplicative' ? 1 : 0;
    indices = raw.map((v) => (Number.isNaN(v) ? neutral : removed(v, centre, kind)));
  }
  return indices;
}

/** The decomposition that the model uses: multiplicative where all is positive and no index is below 0.01. */
export function seasonOf(y: readonly number[], m: number): { kind: Seasonal; indices: number[] } {
  if (!isSeasonal(y, m)) return { kind: 'none', indices: [] };
  if (!y.some((v) => v <= 0)) {
    const indices = classicalIndices(y, m, 'multiplicative');
    if (indices.every((s) => s >= 0.01)) return { kind: 'multiplicative', indices };
  }
  return { kind: 'additive', indices: classicalIndices(y, m, 'additive') };
}

/** The series without its season. */
export function adjust(
  y: readonly number[],
  season: { kind: Seasonal; indices: readonly number[] },
): number[] {
  if (season.kind === 'none') return [...y];
  return y.map((v, i) => removed(v, season.indices[i % season.indices.length]!, season.kind));
}

/**
 * Dynamic optimised theta model (Fiorucci et al. 2016, section 4) over an adjusted series: μ_t = ℓ + (1 − 1/θ)
 * [(1 − α)^(t−1) A + (1 − (1 − α)^t)/α B], where A and B are of the line through the values before t. The first three
 * values are not scored. In a gap Y_t = μ_t for the level, while the line stays that of the values.
 */
export function dynamicTheta(
  x: readonly number[],
  { alpha, initialLevel, theta }: ThetaParameters,
): ThetaRun {
  const first = x.findIndex((v) => !Number.isNaN(v));
  const values = x.slice(first);
  const ahead = (points: readonly (readonly [number, number])[], level: number, t: number): number => {
    if (points.length === 0) return level;
    const { intercept, slope } = line(points);
    return (
      level +
      (1 - 1 / theta) * ((1 - alpha) ** (t - 1) * intercept + ((1 - (1 - alpha) ** t) / alpha) * slope)
    );
  };
  const points: [number, number][] = [];
  const errors = new Array<number>(first).fill(NaN);
  let level = initialLevel;
  let gap = 0;
  for (const [i, value] of values.entries()) {
    const t = i + 1;
    const expected = ahead(points, level, t);
    const isMissing = Number.isNaN(value);
    errors.push(isMissing || points.length < 3 ? NaN : value - expected);
    level = alpha * (isMissing ? expected : value) + (1 - alpha) * level;
    gap = isMissing ? gap + 1 : 0;
    if (!isMissing) points.push([t, value]);
  }
  /** The forecasts if errors came: each step's value is its forecast and its error. */
  const follow = (count: number, shocks: (step: number) => number, start: number): number[] => {
    const seen = [...points];
    let l = start;
    return Array.from({ length: count }, (_, i) => {
      const t = values.length + i + 1;
      const expected = ahead(seen, l, t);
      const value = expected + shocks(i);
      l = alpha * value + (1 - alpha) * l;
      seen.push([t, value]);
      return expected;
    });
  };
  const forecasts = (count: number): number[] => follow(count, () => 0, level);
  return {
    errors,
    forecasts,
    variances: (count) => {
      const base = forecasts(count);
      const unit = Math.max(1e-300, Math.abs(level), ...base.map(Math.abs));
      const impulses = Array.from({ length: count }, (_, j) =>
        follow(count, (i) => (i === j ? unit : 0), level).map((f, i) => (f - base[i]!) / unit),
      );
      const ofLevel = follow(count, () => 0, level + unit).map((f, i) => (f - base[i]!) / unit);
      return base.map(
        (_, i) =>
          1 +
          gap * (alpha * ofLevel[i]!) ** 2 +
          impulses.reduce((sum, response) => sum + response[i]! ** 2, 0),
      );
    },
  };
}

/**
 * Standard theta method over an adjusted series: simple exponential smoothing with half of the regression's slope as
 * drift (Hyndman & Billah 2003). In a gap the level stays, and lags one step further behind the line.
 */
export function standardTheta(
  x: readonly number[],
  { alpha, initialLevel }: Omit<ThetaParameters, 'theta'>,
): ThetaRun {
  const first = x.findIndex((v) => !Number.isNaN(v));
  const values = x.slice(first);
  const errors = new Array<number>(first).fill(NaN);
  let level = initialLevel;
  let lag = 0;
  let gap = 0;
  for (const value of values) {
    errors.push(value - level);
    if (Number.isNaN(value)) {
      lag += 1;
      gap += 1;
      continue;
    }
    level += alpha * (value - level);
    lag = (1 - alpha) * lag + 1;
    gap = 0;
  }
  const points = values.flatMap((v, i): [number, number][] => (Number.isNaN(v) ? [] : [[i + 1, v]]));
  const drift = line(points).slope / 2;
  return {
    errors,
    forecasts: (count) => Array.from({ length: count }, (_, i) => level + drift * (i + lag)),
    variances: (count) => Array.from({ length: count }, (_, i) => 1 + alpha ** 2 * (i + gap)),
  };
}

/** Sum of the squared errors that are scored: what a fit makes small. */
export function sumOfSquares(run: ThetaRun): number {
  return present(run.errors).reduce((sum, e) => sum + e * e, 0);
}
