import { AUTO } from './header';
import { fitAt, nearest, smooth } from './loess';
import {
  adjustedOf, at, COUNT, cyclesOf, INNER, LONG, N, NUMBER, OUTER, ownWeightsOf, pointsOf, put, ROBUST, ROUND, scratchOf,
  seasonalOf, SHORT, spareOf, trendOf, valuesOf, WEIGHED, weightsOf, WINDOW, windowOf,
} from './stl-work';

// STL (Cleveland, Cleveland, McRae & Terpenning 1990) with the defaults of R's stl; with two seasons MSTL (Bandara,
// Hyndman & Bergmeir 2021), which takes out the shorter one first and goes over both twice. Steps without a value have
// no weight: the smoothers look at the values that are there.

/** Seasonal spans of the first and second season, as R's mstl has them. */
const SPANS: i32 = 7;
const SPANS_STEP: i32 = 4;
const ROUNDS: i32 = 2;
/** Iterations: plain, and robust. */
const INNER_PLAIN: i32 = 2;
const OUTER_ROBUST: i32 = 15;

/** Begin the decomposition of the window. */
export function beginStl(work: usize): void {
  const n = load<i32>(work, N);
  for (let season = 0; season < 2; season++) memory.fill(seasonalOf(work, season), 0, <usize>n << 3);
  memory.copy(adjustedOf(work), windowOf(work), <usize>n << 3);
  store<i32>(work, 0, ROUND);
  store<i32>(work, 0, NUMBER);
  beginSeason(work);
}

function beginSeason(work: usize): void {
  memory.fill(trendOf(work), 0, <usize>load<i32>(work, N) << 3);
  store<i32>(work, 0, OUTER);
  store<i32>(work, 0, INNER);
  store<i32>(work, 0, WEIGHED);
}

/** One iteration; true once the components are there and the adjusted window is without any season. */
export function advanceStl(work: usize): bool {
  const robust = load<i32>(work, ROBUST) == 1;
  iterate(work);
  const inner = load<i32>(work, INNER) + 1;
  store<i32>(work, inner, INNER);
  const most = robust ? 1 : INNER_PLAIN;
  if (inner < most) return false;
  store<i32>(work, 0, INNER);
  const outer = load<i32>(work, OUTER);
  store<i32>(work, outer + 1, OUTER);
  if (robust && outer < OUTER_ROBUST) {
    weigh(work);
    return false;
  }
  return finishSeason(work);
}

/** Take the season out and put the next one back in; true once all rounds are through. */
function finishSeason(work: usize): bool {
  const count = load<i32>(work, COUNT);
  const season = load<i32>(work, NUMBER);
  if (load<i32>(work, WINDOW) == 0) average(work, season);
  add(work, season, -1.0);
  const round = load<i32>(work, ROUND) + (season + 1 == count ? 1 : 0);
  const next = season + 1 == count ? 0 : season + 1;
  store<i32>(work, round, ROUND);
  store<i32>(work, next, NUMBER);
  if (round == (count == 1 ? 1 : ROUNDS)) return true;
  add(work, next, 1.0);
  beginSeason(work);
  return false;
}

/** Add a season to the adjusted window, or take it out of it. */
function add(work: usize, season: i32, sign: f64): void {
  const x = adjustedOf(work);
  const s = seasonalOf(work, season);
  for (let i = 0, n = load<i32>(work, N); i < n; i++) put(x, i, at(x, i) + sign * at(s, i));
}

/** A periodic season is the mean of its cycles. */
function average(work: usize, season: i32): void {
  const n = load<i32>(work, N);
  const m = lengthOf(work, season);
  const s = seasonalOf(work, season);
  for (let j = 0; j < m; j++) {
    let sum: f64 = 0.0, count: f64 = 0.0;
    for (let i = j; i < n; i += m, count += 1.0) sum += at(s, i);
    for (let i = j; i < n; i += m) put(s, i, sum / count);
  }
}

// @ts-ignore: decorator
@inline
function lengthOf(work: usize, season: i32): i32 { return season == 0 ? load<i32>(work, SHORT) : load<i32>(work, LONG); }
function odd(span: i32): i32 { return max<i32>(3, span) | 1; }
/** Between fitted steps lies a tenth of the span. */
function jumpOf(span: i32): i32 { return (span + 9) / 10; }

/** One inner iteration on the season under way (1990, section 2.3). */
function iterate(work: usize): void {
  const n = load<i32>(work, N);
  const season = load<i32>(work, NUMBER);
  const m = lengthOf(work, season);
  const asked = load<i32>(work, WINDOW);
  const window = asked == 0 ? 10 * n + 1 : asked == AUTO ? SPANS + SPANS_STEP * (season + 1) : asked;
  const trendWindow = odd(<i32>Math.ceil(1.5 * <f64>m / (1.0 - 1.5 / <f64>window)));
  smoothCycles(work, m, odd(window), jumpOf(window));
  lowPass(work, m);
  const s = seasonalOf(work, season);
  const cycles = cyclesOf(work);
  for (let i = 0; i < n; i++) put(s, i, at(cycles, m + i) - at(scratchOf(work), i));
  let k = 0;
  for (let i = 0; i < n; i++) {
    const y = at(adjustedOf(work), i);
    if (isNaN(y)) continue;
    addPoint(work, k++, <f64>(i + 1), y - at(s, i), i);
  }
  smooth(pointsOf(work), valuesOf(work), ownWeights(work), k, n, trendWindow, 1, jumpOf(trendWindow), trendOf(work));
}

// @ts-ignore: decorator
@inline
function addPoint(work: usize, k: i32, position: f64, value: f64, step: i32): void {
  put(pointsOf(work), k, position);
  put(valuesOf(work), k, value);
  put(ownWeightsOf(work), k, at(weightsOf(work), step));
}
function ownWeights(work: usize): usize { return load<i32>(work, WEIGHED) == 1 ? ownWeightsOf(work) : 0; }

/** Smooth each cycle-subseries of what the trend leaves, one step beyond either end. */
function smoothCycles(work: usize, m: i32, span: i32, jump: i32): void {
  const n = load<i32>(work, N);
  const x = pointsOf(work), y = valuesOf(work), weights = ownWeights(work);
  const cycles = cyclesOf(work), smoothed = scratchOf(work);
  let isEmpty = false;
  for (let j = 0; j < m; j++) {
    const length = (n - 1 - j) / m + 1;
    let k = 0;
    for (let r = 0, i = j; r < length; r++, i += m) {
      const value = at(adjustedOf(work), i);
      if (!isNaN(value)) addPoint(work, k++, <f64>(r + 1), value - at(trendOf(work), i), i);
    }
    smooth(x, y, weights, k, length, span, 0, jump, smoothed);
    for (let r = 0; r < length; r++) put(cycles, (r + 1) * m + j, at(smoothed, r));
    put(cycles, j, beyond(work, k, 0.0, span, at(smoothed, 0)));
    put(cycles, (length + 1) * m + j, beyond(work, k, <f64>(length + 1), span, at(smoothed, length - 1)));
    if (k == 0) isEmpty = true;
  }
  if (isEmpty) bridge(cycles, n + 2 * m);
}

/** Fit beyond an end of a cycle-subseries of k points; `otherwise` where no point has any weight. */
function beyond(work: usize, k: i32, position: f64, span: i32, otherwise: f64): f64 {
  if (k == 0) return NaN;
  const q = min<i32>(span, k);
  const x = pointsOf(work);
  const value = fitAt(x, valuesOf(work), ownWeights(work), k, nearest(x, k, q, position, 0), q, position, span, 0);
  return isNaN(value) ? otherwise : value;
}

/** Phases without any value lie on lines between their neighbours. */
function bridge(vector: usize, n: i32): void {
  let last = -1;
  for (let i = 0; i < n; i++) {
    const value = at(vector, i);
    if (isNaN(value)) continue;
    const start = last < 0 ? value : at(vector, last);
    for (let j = last + 1; j < i; j++) put(vector, j, start + (value - start) * <f64>(j - last) / <f64>(i - last));
    last = i;
  }
  for (let j = last + 1; j < n; j++) put(vector, j, last < 0 ? 0.0 : at(vector, last));
}

/** Low-pass filter of the smoothed cycles, into scratch: moving averages of m, m and 3, then loess. */
function lowPass(work: usize, m: i32): void {
  const n = load<i32>(work, N);
  const scratch = scratchOf(work), spare = spareOf(work);
  movingAverage(cyclesOf(work), n + 2 * m, m, scratch);
  movingAverage(scratch, n + m + 1, m, spare);
  movingAverage(spare, n + 2, 3, valuesOf(work));
  for (let i = 0; i < n; i++) put(pointsOf(work), i, <f64>(i + 1));
  const span = odd(m);
  smooth(pointsOf(work), valuesOf(work), 0, n, n, span, 1, jumpOf(span), scratch);
}

/** Means of every `length` values in a row of n. */
function movingAverage(x: usize, n: i32, length: i32, out: usize): void {
  let sum: f64 = 0.0;
  for (let i = 0; i < length; i++) sum += at(x, i);
  put(out, 0, sum / <f64>length);
  for (let i = length; i < n; i++) {
    sum += at(x, i) - at(x, i - length);
    put(out, i - length + 1, sum / <f64>length);
  }
}

/** Robustness weights: bisquare of the remainder over six times its median size (1990, section 2.4). */
function weigh(work: usize): void {
  const n = load<i32>(work, N);
  const sizes = scratchOf(work);
  let k = 0;
  for (let i = 0; i < n; i++) {
    const size = remainder(work, i);
    if (!isNaN(size)) put(sizes, k++, size);
  }
  const most = 3.0 * (select(sizes, k, k >> 1) + select(sizes, k, k - 1 >> 1));
  for (let i = 0; i < n; i++) {
    const size = remainder(work, i);
    const share = size / most;
    const hollow = 1.0 - share * share;
    const weight = size <= 0.001 * most ? 1.0 : size <= 0.999 * most ? hollow * hollow : 0.0;
    put(weightsOf(work), i, weight);
  }
  store<i32>(work, 1, WEIGHED);
}

// @ts-ignore: decorator
@inline
function remainder(work: usize, i: i32): f64 {
  const fitted = at(trendOf(work), i) + at(seasonalOf(work, load<i32>(work, NUMBER)), i);
  return abs<f64>(at(adjustedOf(work), i) - fitted);
}

/** The value of rank `rank` among k; they are reordered (Hoare's quickselect). */
function select(values: usize, k: i32, rank: i32): f64 {
  let low = 0, high = k - 1;
  while (low < high) {
    const pivot = at(values, low + high >> 1);
    let i = low, j = high;
    while (i <= j) {
      while (at(values, i) < pivot) i++;
      while (at(values, j) > pivot) j--;
      if (i > j) break;
      const value = at(values, i);
      put(values, i++, at(values, j));
      put(values, j--, value);
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else break;
  }
  return at(values, rank);
}
