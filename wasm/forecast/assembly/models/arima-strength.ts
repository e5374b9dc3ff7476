// Strength of the season by STL (Cleveland et al. 1990), which decides on seasonal differencing: 1 − var(R)/var(S + R) after
// Wang, Smith & Hyndman (2006), as R's nsdiffs(test = "seas"). Window 11 for the season, two inner passes, no robustness; each
// loess is computed at every tenth of its window and joined by lines.

const SEASONAL_WINDOW: i32 = 11;
const PASSES: i32 = 2;

// @ts-ignore: decorator
@inline
function at(a: usize, i: i32): f64 { return load<f64>(a + (<usize>i << 3)); }
// @ts-ignore: decorator
@inline
function put(a: usize, i: i32, v: f64): void { store<f64>(a + (<usize>i << 3), v); }

// @ts-ignore: decorator
@inline
function odd(window: i32): i32 { return window | 1; }

/** Bytes of scratch for n values with a season of m. */
export function strengthBytes(n: i32, m: i32): i32 { return 8 * 6 * (n + 2 * m); }

/** @param y n values without holes; @param holes the same with NaN where a value is not to count; more than 2m of them */
export function seasonalStrength(y: usize, holes: usize, n: i32, m: i32, scratch: usize): f64 {
  const row = <usize>(n + 2 * m) << 3;
  const trend = scratch;
  const cycles = scratch + row;
  const low = cycles + row;
  const rest = low + row;
  const season = rest + row;
  const series = season + row;
  memory.fill(trend, 0, <usize>n << 3);
  // R: nextodd(ceiling(1.5·m/(1 − 1.5/11))).
  const trendWindow = odd(<i32>Math.ceil(1.5 * <f64>m / (1.0 - 1.5 / <f64>SEASONAL_WINDOW)));
  for (let pass = 0; pass < PASSES; pass++) {
    for (let t = 0; t < n; t++) put(rest, t, at(y, t) - at(trend, t));
    for (let phase = 0; phase < m; phase++) smoothCycle(rest, cycles, n, m, phase, series);
    average(cycles, low, n + 2 * m, m);
    average(low, low, n + m + 1, m);
    average(low, low, n + 2, 3);
    smooth(low, n, odd(m), 1, rest);
    for (let t = 0; t < n; t++) {
      put(season, t, at(cycles, t + m) - at(rest, t));
      put(rest, t, at(y, t) - at(season, t));
    }
    smooth(rest, n, trendWindow, 1, trend);
  }
  for (let t = 0; t < n; t++) {
    const r = isNaN(at(holes, t)) ? NaN : at(rest, t) - at(trend, t);
    put(rest, t, r);
    put(season, t, at(season, t) + r);
  }
  const both = variance(season, n);
  return both > 0.0 ? 1.0 - variance(rest, n) / both : 0.0;
}

function variance(a: usize, n: i32): f64 {
  let sum: f64 = 0.0;
  let count = 0;
  for (let i = 0; i < n; i++) {
    const v = at(a, i);
    if (isNaN(v)) continue;
    sum += v;
    count++;
  }
  const mean = sum / <f64>count;
  let squares: f64 = 0.0;
  for (let i = 0; i < n; i++) {
    const v = at(a, i) - mean;
    if (!isNaN(v)) squares += v * v;
  }
  return squares / <f64>(count - 1);
}

/** Smooth the values of one phase over the cycles, one cycle beyond either end. */
function smoothCycle(from: usize, to: usize, n: i32, m: i32, phase: i32, series: usize): void {
  const count = (n - phase - 1) / m + 1;
  const smoothed = series + (<usize>count << 3);
  for (let i = 0; i < count; i++) put(series, i, at(from, phase + i * m));
  smooth(series, count, SEASONAL_WINDOW, 0, smoothed);
  for (let i = 0; i < count; i++) put(to, phase + (i + 1) * m, at(smoothed, i));
  const most = min<i32>(SEASONAL_WINDOW, count);
  put(to, phase, local(series, count, 0, most, -1, SEASONAL_WINDOW, 0));
  put(to, phase + (count + 1) * m, local(series, count, count - most, count, count, SEASONAL_WINDOW, 0));
}

/** Moving average of m; `to` has m − 1 values fewer and may be `from`. */
function average(from: usize, to: usize, n: i32, m: i32): void {
  let sum: f64 = 0.0;
  for (let i = 0; i < m; i++) sum += at(from, i);
  for (let i = 0; i + m <= n; i++) {
    const first = at(from, i);
    put(to, i, sum / <f64>m);
    if (i + m < n) sum += at(from, i + m) - first;
  }
}

/** Loess of a degree at every tenth of the window, lines between. */
function smooth(y: usize, n: i32, window: i32, degree: i32, to: usize): void {
  const jump = min<i32>((window + 9) / 10, n - 1);
  let last = 0;
  for (let x = 0; x < n; x = x + jump < n || x == n - 1 ? x + jump : n - 1) {
    const from = min<i32>(max<i32>(0, x - window / 2), max<i32>(0, n - window));
    put(to, x, local(y, n, from, min<i32>(n, from + window), x, window, degree));
    const step = (at(to, x) - at(to, last)) / <f64>(x - last);
    for (let i = last + 1; i < x; i++) put(to, i, at(to, last) + step * <f64>(i - last));
    last = x;
    if (jump == 0) return;
  }
}

/** Locally weighted regression at x on the values from … to, tricube weights. */
function local(y: usize, n: i32, from: i32, to: i32, x: i32, window: i32, degree: i32): f64 {
  let reach = <f64>max<i32>(x - from, to - 1 - x);
  if (window > n) reach += <f64>((window - n) / 2);
  let sum: f64 = 0.0;
  let sumX: f64 = 0.0;
  let sumXx: f64 = 0.0;
  let sumY: f64 = 0.0;
  let sumXy: f64 = 0.0;
  for (let i = from; i < to; i++) {
    const distance = <f64>(i - x);
    const r = abs<f64>(distance);
    if (r > 0.999 * reach) continue;
    let w: f64 = 1.0;
    if (r > 0.001 * reach) {
      const u = r / reach;
      const v = 1.0 - u * u * u;
      w = v * v * v;
    }
    sum += w;
    sumX += w * distance;
    sumXx += w * distance * distance;
    sumY += w * at(y, i);
    sumXy += w * distance * at(y, i);
  }
  if (!(sum > 0.0)) return at(y, min<i32>(n - 1, max<i32>(0, x)));
  const spread = sumXx - sumX * sumX / sum;
  if (degree == 0 || !(spread > 1e-6 * <f64>(n - 1) * <f64>(n - 1) * sum)) return sumY / sum;
  return (sumY - (sumXy - sumX * sumY / sum) / spread * sumX) / sum;
}
