import {
  adjustedOf, ALPHA, at, CURSOR, DYNAMIC, FIRST, HIGH, INITIAL, INNER, interceptsOf, LOW, N, OMEGA, put, slopesOf, SSE,
  LEAST_INITIAL, MOST_INITIAL, TRIED_INITIAL, TRIED_OMEGA, TRIED_SSE,
} from './theta-work';

// For a fixed α the one-step errors of both forms are linear in the initial level ℓ₀ and in ω = 1 − 1/θ, so that these
// two follow by (bounded) least squares, and the search is over α alone: a grid, then golden sections.

/** Errors of the dynamic form count from the fourth value on: until then its line has not settled. */
export const UNSCORED: i32 = 3;
/** Bounds of α: of the dynamic form as in Fiorucci's own implementation, of the standard one as in R's ets. */
const DYNAMIC_LOW: f64 = 0.1;
const DYNAMIC_HIGH: f64 = 0.99;
const STANDARD_LOW: f64 = 1e-4;
const STANDARD_HIGH: f64 = 0.9999;
/** θ ≥ 1 and finite. */
const MOST_OMEGA: f64 = 1.0 - 1e-10;
const GRID: i32 = 24;
const SECTIONS: i32 = 32;
const GOLDEN: f64 = 0.6180339887498949;
/** Powers of 1 − α below this are 0: as denormal numbers they would only be slow. */
export const TINY: f64 = 1e-200;
/** Steps of the window that the probes of one piece walk over. */
const PIECE: i32 = 1 << 16;

/** Line through the values up to each step, by recursive least squares on time (1 at the first value). */
export function drawLines(work: usize): void {
  const n = load<i32>(work, N);
  const x = adjustedOf(work);
  let count: f64 = 0.0, meanTime: f64 = 0.0, mean: f64 = 0.0, sxx: f64 = 0.0, slope: f64 = 0.0;
  for (let i = load<i32>(work, FIRST), t: f64 = 1.0; i < n; i++, t += 1.0) {
    const value = at(x, i);
    if (!isNaN(value)) {
      count += 1.0;
      const distance = t - meanTime;
      const grown = sxx + distance * distance * (1.0 - 1.0 / count);
      if (count > 1.0) slope = (sxx * slope + distance * (1.0 - 1.0 / count) * (value - mean)) / grown;
      meanTime += distance / count;
      mean += (value - mean) / count;
      sxx = grown;
    }
    put(interceptsOf(work), i, mean - slope * meanTime);
    put(slopesOf(work), i, slope);
  }
}

/** ℓ₀ of the dynamic form is kept within the adjusted values and once their range to either side. */
export function beginSearch(work: usize): void {
  const n = load<i32>(work, N);
  const x = adjustedOf(work);
  let low = Infinity, high = -Infinity;
  for (let i = 0; i < n; i++) {
    if (isNaN(at(x, i))) continue;
    low = min<f64>(low, at(x, i));
    high = max<f64>(high, at(x, i));
  }
  store<f64>(work, low - (high - low), LEAST_INITIAL);
  store<f64>(work, high + (high - low), MOST_INITIAL);
  store<f64>(work, Infinity, SSE);
  store<i32>(work, 0, CURSOR);
}

/** Some more probes; true once α is found. */
export function search(work: usize): bool {
  const last = GRID + SECTIONS;
  const cursor = load<i32>(work, CURSOR);
  const end = min<i32>(last, cursor + max<i32>(1, PIECE / load<i32>(work, N)));
  for (let probe = cursor; probe < end; probe++) {
    if (probe < GRID) tryAlpha(work, gridAlpha(work, probe));
    else section(work, probe == GRID);
  }
  store<i32>(work, end, CURSOR);
  return end == last;
}

/** The grid is finer towards the lower bound, where the criterion turns faster. */
function gridAlpha(work: usize, place: i32): f64 {
  const dynamic = load<i32>(work, DYNAMIC) == 1;
  const low = dynamic ? DYNAMIC_LOW : STANDARD_LOW;
  const high = dynamic ? DYNAMIC_HIGH : STANDARD_HIGH;
  const share = <f64>place / <f64>(GRID - 1);
  return place == GRID - 1 ? high : low + (high - low) * share * share;
}

/** One golden section of the bracket around the best of the grid. */
function section(work: usize, isFirst: bool): void {
  if (isFirst) {
    let best = 0;
    while (best < GRID - 1 && gridAlpha(work, best) < load<f64>(work, ALPHA)) best++;
    store<f64>(work, gridAlpha(work, max<i32>(0, best - 1)), LOW);
    store<f64>(work, gridAlpha(work, min<i32>(GRID - 1, best + 1)), HIGH);
    for (let side: usize = 0; side < 2; side++) probeInner(work, side);
  }
  const lower = load<f64>(work, INNER + 8) < load<f64>(work, INNER + 24);
  if (lower) {
    store<f64>(work, load<f64>(work, INNER + 16), HIGH);
    memory.copy(work + INNER + 16, work + INNER, 16);
    probeInner(work, 0);
  } else {
    store<f64>(work, load<f64>(work, INNER), LOW);
    memory.copy(work + INNER, work + INNER + 16, 16);
    probeInner(work, 1);
  }
}

/** Try the lower (0) or upper (1) inner point of the bracket. */
function probeInner(work: usize, side: usize): void {
  const low = load<f64>(work, LOW);
  const high = load<f64>(work, HIGH);
  const alpha = side == 0 ? high - GOLDEN * (high - low) : low + GOLDEN * (high - low);
  store<f64>(work + (side << 4), alpha, INNER);
  store<f64>(work + (side << 4), tryAlpha(work, alpha), INNER + 8);
}

/** The least sum of squared errors at `alpha`; kept if it is the best so far. */
function tryAlpha(work: usize, alpha: f64): f64 {
  const sse = load<i32>(work, DYNAMIC) == 1 ? dynamicErrors(work, alpha) : standardErrors(work, alpha);
  if (sse < load<f64>(work, SSE)) {
    store<f64>(work, sse, SSE);
    store<f64>(work, alpha, ALPHA);
    store<f64>(work, load<f64>(work, TRIED_INITIAL), INITIAL);
    store<f64>(work, load<f64>(work, TRIED_OMEGA), OMEGA);
  }
  return sse;
}

/** Simple exponential smoothing: level p + q·ℓ₀. A missing value leaves it. */
function standardErrors(work: usize, alpha: f64): f64 {
  const n = load<i32>(work, N);
  const x = adjustedOf(work);
  const kept = 1.0 - alpha;
  let p: f64 = 0.0, q: f64 = 1.0;
  let uu: f64 = 0.0, uq: f64 = 0.0, qq: f64 = 0.0;
  for (let i = load<i32>(work, FIRST); i < n; i++) {
    const value = at(x, i);
    if (isNaN(value)) continue;
    const u = value - p;
    uu += u * u;
    uq += u * q;
    qq += q * q;
    p += alpha * u;
    q = q < TINY ? 0.0 : q * kept;
  }
  store<f64>(work, uq / qq, TRIED_INITIAL);
  store<f64>(work, 0.5, TRIED_OMEGA);
  return max<f64>(0.0, uu - uq * uq / qq);
}

/**
 * Dynamic form (Fiorucci et al. 2016, section 4): level p + q·ℓ₀ + r·ω, forecast = level + ω·d with d from the line. A
 * missing value moves the level on along its forecast.
 */
function dynamicErrors(work: usize, alpha: f64): f64 {
  const n = load<i32>(work, N);
  const first = load<i32>(work, FIRST);
  const x = adjustedOf(work);
  const intercepts = interceptsOf(work);
  const slopes = slopesOf(work);
  const kept = 1.0 - alpha;
  let p = alpha * at(x, first), q = kept, r: f64 = 0.0, power = kept;
  let uu: f64 = 0.0, uq: f64 = 0.0, ug: f64 = 0.0, qq: f64 = 0.0, qg: f64 = 0.0, gg: f64 = 0.0;
  for (let i = first + 1, seen = 1; i < n; i++) {
    const value = at(x, i);
    const d = power * at(intercepts, i - 1) + (1.0 - power * kept) / alpha * at(slopes, i - 1);
    power = power < TINY ? 0.0 : power * kept;
    if (isNaN(value)) {
      r += alpha * d;
      continue;
    }
    if (seen >= UNSCORED) {
      const u = value - p;
      const g = r + d;
      uu += u * u;
      uq += u * q;
      ug += u * g;
      qq += q * q;
      qg += q * g;
      gg += g * g;
    }
    seen++;
    p = kept * p + alpha * value;
    q = q < TINY ? 0.0 : q * kept;
    r *= kept;
  }
  solve(work, uu, uq, ug, qq, qg, gg);
  return load<f64>(work, TRIED_SSE);
}

/**
 * Least squares for ℓ₀ and ω within their bounds. The criterion is convex: where the free minimum is out of bounds, the
 * best of the four edges is taken. Where the two cannot be told apart, as on a constant, θ = 2 as in the standard method.
 */
function solve(work: usize, uu: f64, uq: f64, ug: f64, qq: f64, qg: f64, gg: f64): void {
  const low = load<f64>(work, LEAST_INITIAL);
  const high = load<f64>(work, MOST_INITIAL);
  store<f64>(work, Infinity, TRIED_SSE);
  const det = qq * gg - qg * qg;
  const free = det > 1e-12 * qq * gg ? (qq * ug - qg * uq) / det : 0.5;
  const level = qq > 0.0 ? (uq - free * qg) / qq : low;
  if (free >= 0.0 && free <= MOST_OMEGA && level >= low && level <= high) {
    return offer(work, level, free, uu, uq, ug, qq, qg, gg);
  }
  for (let edge = 0; edge < 2; edge++) {
    const omega = edge == 0 ? 0.0 : MOST_OMEGA;
    const own = qq > 0.0 ? (uq - omega * qg) / qq : low;
    offer(work, max<f64>(low, min<f64>(high, own)), omega, uu, uq, ug, qq, qg, gg);
    const initial = edge == 0 ? low : high;
    const share = gg > 0.0 ? (ug - initial * qg) / gg : 0.5;
    offer(work, initial, max<f64>(0.0, min<f64>(MOST_OMEGA, share)), uu, uq, ug, qq, qg, gg);
  }
}

/** Keep this pair if its sum of squared errors is the least for this α. */
function offer(work: usize, l: f64, o: f64, uu: f64, uq: f64, ug: f64, qq: f64, qg: f64, gg: f64): void {
  const sse = max<f64>(0.0, uu - 2.0 * (l * uq + o * ug) + l * l * qq + 2.0 * l * o * qg + o * o * gg);
  if (!(sse < load<f64>(work, TRIED_SSE))) return;
  store<f64>(work, sse, TRIED_SSE);
  store<f64>(work, l, TRIED_INITIAL);
  store<f64>(work, o, TRIED_OMEGA);
}
