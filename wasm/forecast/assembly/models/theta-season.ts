import {
  ADDITIVE, adjustedOf, at, AVERAGE, CORRELATIONS, countsOf, CURSOR, indicesOf, interceptsOf, isThere, M, MULTIPLICATIVE, N,
  NONE, POWER_SUM, PRESENT, put, SEASONAL, windowOf,
} from './theta-work';

// Whether the window has the season offered, and its classical decomposition, as the theta method uses them
// (Assimakopoulos & Nikolopoulos 2000, section 2; R's forecast::thetaf and stats::decompose).

/** 95 % quantile of the standard normal: a two-sided test at 90 %. */
const QUANTILE: f64 = 1.6448536269514722;
/** Indices below this would blow up what is divided by them; then the season is additive. */
const LEAST_INDEX: f64 = 0.01;
/** Multiplications in one piece. */
const PIECE: i32 = 1 << 17;
/** Passes over a window with gaps: the moving average of adjusted values does not depend on which phases are missing. */
const PASSES: i32 = 3;

/** Mean and deviations; the deviations go where the adjusted window will be, 0 where missing. */
export function centre(work: usize): void {
  const n = load<i32>(work, N);
  const y = windowOf(work);
  let sum: f64 = 0.0;
  for (let i = 0; i < n; i++) sum += there(y, i);
  const mean = sum / <f64>load<i32>(work, PRESENT);
  let power: f64 = 0.0;
  for (let i = 0; i < n; i++) {
    const deviation = weight(y, i) * (there(y, i) - mean);
    put(adjustedOf(work), i, deviation);
    power += deviation * deviation;
  }
  store<f64>(work, mean, AVERAGE);
  store<f64>(work, power, POWER_SUM);
  store<f64>(work, 0.0, CORRELATIONS);
  store<i32>(work, 1, CURSOR);
}

/**
 * Some more lags of the autocorrelation; true once all were taken, and SEASONAL then says ADDITIVE or NONE. Gaps count
 * as nothing in the sums.
 */
export function correlate(work: usize): bool {
  const n = load<i32>(work, N);
  const m = load<i32>(work, M);
  const present = load<i32>(work, PRESENT);
  const power = load<f64>(work, POWER_SUM);
  const mean = load<f64>(work, AVERAGE);
  store<i32>(work, NONE, SEASONAL);
  // A constant has no season (all.equal's tolerance); nor is one seen in less than two cycles.
  if (m < 2 || present <= 2 * m || power <= 1e-16 * mean * mean * <f64>present) return true;
  const first = load<i32>(work, CURSOR);
  const end = min<i32>(m, first + max<i32>(1, PIECE / n));
  let squares = load<f64>(work, CORRELATIONS);
  for (let lag = first; lag < end; lag++) {
    const r = correlation(work, lag) / power;
    squares += r * r;
  }
  store<f64>(work, squares, CORRELATIONS);
  store<i32>(work, end, CURSOR);
  if (end < m) return false;
  const limit = QUANTILE * sqrt<f64>((1.0 + 2.0 * squares) / <f64>present);
  if (abs<f64>(correlation(work, m)) > limit * power) store<i32>(work, ADDITIVE, SEASONAL);
  return true;
}

function correlation(work: usize, lag: i32): f64 {
  const n = load<i32>(work, N);
  const a = adjustedOf(work);
  const b = a + (<usize>lag << 3);
  const count = n - lag;
  // Four sums: one alone would wait for each of its additions.
  let s0: f64 = 0.0, s1: f64 = 0.0, s2: f64 = 0.0, s3: f64 = 0.0;
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    s0 += at(a, i) * at(b, i);
    s1 += at(a, i + 1) * at(b, i + 1);
    s2 += at(a, i + 2) * at(b, i + 2);
    s3 += at(a, i + 3) * at(b, i + 3);
  }
  for (; i < count; i++) s0 += at(a, i) * at(b, i);
  return s0 + s1 + (s2 + s3);
}

/** Indices and the adjusted window: multiplicative for positive values, else additive, none where the test saw none. */
export function deseasonalise(work: usize): void {
  const n = load<i32>(work, N);
  const y = windowOf(work);
  memory.copy(adjustedOf(work), y, <usize>n << 3);
  if (load<i32>(work, SEASONAL) == NONE) return;
  if (isPositive(work) && decompose(work, MULTIPLICATIVE)) return store<i32>(work, MULTIPLICATIVE, SEASONAL);
  if (decompose(work, ADDITIVE)) return;
  store<i32>(work, NONE, SEASONAL);
  memory.copy(adjustedOf(work), y, <usize>n << 3);
}

function isPositive(work: usize): bool {
  const n = load<i32>(work, N);
  for (let i = 0; i < n; i++) if (at(windowOf(work), i) <= 0.0) return false;
  return true;
}

/** Without its season, a value of phase index `s`. */
// @ts-ignore: decorator
@inline
export function without(y: f64, s: f64, kind: i32): f64 { return kind == MULTIPLICATIVE ? y / s : y - s; }

/** Classical decomposition; false if an index is too small to divide by. */
function decompose(work: usize, kind: i32): bool {
  const n = load<i32>(work, N);
  const m = load<i32>(work, M);
  const y = windowOf(work);
  const adjusted = adjustedOf(work);
  memory.copy(adjusted, y, <usize>n << 3);
  const passes = load<i32>(work, PRESENT) < n ? PASSES : 1;
  for (let pass = 0; pass < passes; pass++) {
    movingAverage(work);
    if (!average(work, kind)) return false;
    for (let i = 0; i < n; i++) put(adjusted, i, without(at(y, i), at(indicesOf(work), i % m), kind));
  }
  return true;
}

/**
 * Centred moving average over one cycle of the adjusted window, where the intercepts will be: NaN at the ends and where
 * less than half of a cycle is there. The running sums begin anew every cycle, so that rounding cannot pile up.
 */
function movingAverage(work: usize): void {
  const n = load<i32>(work, N);
  const m = load<i32>(work, M);
  const x = adjustedOf(work);
  const trend = interceptsOf(work);
  const half = m >> 1;
  const ends = (m & 1) == 0 ? 0.5 : 0.0;
  let sum: f64 = 0.0;
  let count: f64 = 0.0;
  for (let i = 0; i < n; i++) {
    if (i < half || i >= n - half) {
      put(trend, i, NaN);
      continue;
    }
    if ((i - half) % m == 0) {
      sum = 0.0;
      count = 0.0;
      for (let j = i - half; j <= i + half; j++) {
        sum += there(x, j);
        count += weight(x, j);
      }
    } else {
      sum += there(x, i + half) - there(x, i - half - 1);
      count += weight(x, i + half) - weight(x, i - half - 1);
    }
    const inner = sum - ends * (there(x, i - half) + there(x, i + half));
    const total = count - ends * (weight(x, i - half) + weight(x, i + half));
    put(trend, i, 2.0 * total >= <f64>m ? inner / total : NaN);
  }
}

// @ts-ignore: decorator
@inline
function there(x: usize, i: i32): f64 { return isNaN(at(x, i)) ? 0.0 : at(x, i); }
// @ts-ignore: decorator
@inline
function weight(x: usize, i: i32): f64 { return isNaN(at(x, i)) ? 0.0 : 1.0; }

/** Mean of what the trend leaves, by phase, scaled to a neutral mean; a phase that is never there is neutral. */
function average(work: usize, kind: i32): bool {
  const n = load<i32>(work, N);
  const m = load<i32>(work, M);
  const y = windowOf(work);
  const indices = indicesOf(work);
  const counts = countsOf(work);
  memory.fill(indices, 0, <usize>m << 4);
  for (let i = 0; i < n; i++) {
    const trend = at(interceptsOf(work), i);
    if (isNaN(trend) || isNaN(at(y, i)) || (kind == MULTIPLICATIVE && !(trend > 0.0))) continue;
    put(indices, i % m, at(indices, i % m) + without(at(y, i), trend, kind));
    put(counts, i % m, at(counts, i % m) + 1.0);
  }
  let sum: f64 = 0.0;
  let known: f64 = 0.0;
  for (let j = 0; j < m; j++) {
    if (at(counts, j) == 0.0) continue;
    put(indices, j, at(indices, j) / at(counts, j));
    sum += at(indices, j);
    known += 1.0;
  }
  const mean = sum / known;
  for (let j = 0; j < m; j++) {
    const neutral = kind == MULTIPLICATIVE ? 1.0 : 0.0;
    const index = at(counts, j) == 0.0 ? neutral : without(at(indices, j), mean, kind);
    if (!isThere(index) || (kind == MULTIPLICATIVE && index < LEAST_INDEX)) return false;
    put(indices, j, index);
  }
  return true;
}
