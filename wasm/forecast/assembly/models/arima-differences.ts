import { MOST_D } from './arima-model';
import { seasonalStrength } from './arima-strength';

// How often to difference: once over the season where it is strong, then until the KPSS test is content, as R's nsdiffs and
// ndiffs do.

/** Strength from which a season is differenced. */
const STRONG: f64 = 0.64;
/** 5 % point of the KPSS statistic for a level (Kwiatkowski et al. 1992, Table 1). */
const CRITICAL: f64 = 0.463;
/** As R's all.equal: differences below this, of the mean size, are none. */
const EQUAL: f64 = 1.5e-8;

// @ts-ignore: decorator
@inline
function at(a: usize, i: i32): f64 { return load<f64>(a + (<usize>i << 3)); }
// @ts-ignore: decorator
@inline
function put(a: usize, i: i32, v: f64): void { store<f64>(a + (<usize>i << 3), v); }

/** Copy the values that are there; returns their number. */
export function copyPresent(from: usize, n: i32, to: usize): i32 {
  let count = 0;
  for (let i = 0; i < n; i++) {
    const v = at(from, i);
    if (!isNaN(v)) put(to, count++, v);
  }
  return count;
}

/** Whether the values are one and the same but for rounding, of their own or of the values that they are differences of. */
export function isConstant(a: usize, n: i32, size: f64): bool {
  if (n < 2) return true;
  let mean: f64 = 0.0;
  let spread: f64 = 0.0;
  for (let i = 0; i < n; i++) {
    mean += abs<f64>(at(a, i));
    spread += abs<f64>(at(a, i) - at(a, 0));
  }
  return spread <= EQUAL * mean || spread <= 1e-13 * size * <f64>n;
}

/** to[i] = from[i + lag] − from[i]; NaN where either is missing. Returns their number. */
export function differences(from: usize, n: i32, lag: i32, to: usize): i32 {
  for (let i = 0; i + lag < n; i++) put(to, i, at(from, i + lag) - at(from, i));
  return max<i32>(0, n - lag);
}

/** Whether to difference over the season; only for the test missing values are filled with lines. */
export function needsSeasonalDifference(y: usize, n: i32, m: i32, scratch: usize): bool {
  if (n <= 2 * m) return false;
  const filled = scratch;
  let last = 0;
  for (let i = 0; i < n; i++) {
    const v = at(y, i);
    if (isNaN(v)) continue;
    put(filled, i, v);
    for (let j = last + 1; j < i; j++) {
      put(filled, j, at(y, last) + (v - at(y, last)) * <f64>(j - last) / <f64>(i - last));
    }
    last = i;
  }
  return seasonalStrength(filled, y, n, m, scratch + (<usize>n << 3)) > STRONG;
}

/** How many first differences: until the level is stationary at 5 %. Works in place. */
export function differencesNeeded(a: usize, n: i32, size: f64): i32 {
  let count = n;
  let d = 0;
  while (d < MOST_D && !isConstant(a, count, size) && isNonStationary(a, count)) {
    count = differences(a, count, 1, a);
    d++;
  }
  return d;
}

/** KPSS test for a level, Bartlett window of ⌊3√n/13⌋ lags. */
function isNonStationary(a: usize, n: i32): bool {
  if (n < 2) return false;
  let mean: f64 = 0.0;
  for (let i = 0; i < n; i++) mean += at(a, i);
  mean /= <f64>n;
  let partial: f64 = 0.0;
  let squares: f64 = 0.0;
  let variance: f64 = 0.0;
  for (let i = 0; i < n; i++) {
    const r = at(a, i) - mean;
    partial += r;
    squares += partial * partial;
    variance += r * r;
  }
  const lags = <i32>(3.0 * sqrt<f64>(<f64>n) / 13.0);
  for (let k = 1; k <= lags; k++) {
    let sum: f64 = 0.0;
    for (let i = k; i < n; i++) sum += (at(a, i) - mean) * (at(a, i - k) - mean);
    variance += 2.0 * (1.0 - <f64>k / <f64>(lags + 1)) * sum;
  }
  return squares > CRITICAL * <f64>n * variance;
}
