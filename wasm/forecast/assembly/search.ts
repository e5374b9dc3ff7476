import { addressOf } from './history';
import { capacity, distanceOf, lagLimit, N, SEARCH, seasons } from './plan';
import { begin, CLEARLY, isWorthTrying, nearness, weekOf } from './season-begin';
import { lengthOf, noteFound } from './seasonal';
import { absDifference, absDifferencePairs } from './vec';

// Search for seasons, a bounded piece of work per tick:
//  1. distance(m) = mean |y(t) − y(t−m)| for every lag (the difference function of YIN, de Cheveigné & Kawahara 2002);
//  2. candidates: minima of it, scored by how far they lie below the mean of the lags around them;
//  3. each is tested: changes of block means must agree with those one season before, more than chance would have it
//     (a random walk has deep minima too, but its changes do not repeat), and refined by its multiples;
//  4. the shortest good one comes first, a longer one beside it where it explains more; where none does, seven of the first
//     are tried, as days make a week, long before two of them are there to be found.

const PHASE: usize = SEARCH; // i32
const LAG: usize = SEARCH + 4; // i32 next lag of phases 1 and 2
const WINDOW: usize = SEARCH + 8; // i32 steps of history looked at
const NEXT_AT: usize = SEARCH + 12; // i32 step at which the next search begins
const COUNT: usize = SEARCH + 16; // i32 candidates
const INDEX: usize = SEARCH + 20; // i32 next candidate to test
const CANDIDATES: usize = SEARCH + 32; // × (length i32, _, score f64, z f64), best score first
const CANDIDATE_BYTES: usize = 24;
const MOST_CANDIDATES: i32 = 8;

const IDLE: i32 = 0;
const MEASURE: i32 = 1;
const SCAN: i32 = 2;
const TEST: i32 = 3;

/** Pairs compared per tick. */
const PAIRS: i32 = 8192;
/** Lags scanned for minima per tick. */
const LAGS: i32 = 128;
const SHORTEST: i32 = 4;
const FIRST_AT: i32 = 12;
const LEAST_SCORE: f64 = 0.05;
const LEAST_CORRELATION: f64 = 0.3;
const LEAST_Z: f64 = 1.7;

/** Search no more: the seasons are given. */
export function searchNever(slot: usize): void {
  store<i32>(slot, IDLE, PHASE);
  store<i32>(slot, i32.MAX_VALUE, NEXT_AT);
}

/** Do this tick's share of the search. */
export function searchStep(plan: usize, slot: usize): void {
  const phase = load<i32>(slot, PHASE);
  if (phase == IDLE) {
    const n = load<i32>(slot, N);
    if (n < max<i32>(FIRST_AT, load<i32>(slot, NEXT_AT))) return;
    store<i32>(slot, min<i32>(n, capacity(plan)), WINDOW);
    store<i32>(slot, 1, LAG);
    store<i32>(slot, MEASURE, PHASE);
    return;
  }
  if (phase == MEASURE) measure(plan, slot);
  else if (phase == SCAN) scan(plan, slot);
  else test(plan, slot);
}

// @ts-ignore: decorator
@inline
function distance(plan: usize, slot: usize, lag: i32): f64 {
  return <f64>load<f32>(distanceOf(plan, slot) + (<usize>lag << 2));
}

function measure(plan: usize, slot: usize): void {
  const window = load<i32>(slot, WINDOW);
  const limit = lagLimit(window);
  const oldest = addressOf(plan, slot, load<i32>(slot, N) - window);
  let lag = load<i32>(slot, LAG);
  for (let left = PAIRS; left > 0 && lag <= limit; lag++) {
    const sum = absDifference(oldest + (<usize>lag << 2), oldest, window - lag);
    const mean = absDifferencePairs > 0 ? sum / <f64>absDifferencePairs : NaN;
    store<f32>(distanceOf(plan, slot) + (<usize>lag << 2), <f32>mean);
    left -= window - lag;
  }
  store<i32>(slot, lag, LAG);
  if (lag <= limit) return;
  store<i32>(slot, SHORTEST, LAG);
  store<i32>(slot, 0, COUNT);
  store<i32>(slot, SCAN, PHASE);
}

function scan(plan: usize, slot: usize): void {
  const window = load<i32>(slot, WINDOW);
  const last = window >> 1;
  const limit = lagLimit(window);
  const from = load<i32>(slot, LAG);
  const to = min<i32>(last, from + LAGS - 1);
  for (let lag = from; lag <= to; lag++) {
    if (!isMinimum(plan, slot, lag, limit)) continue;
    const around = meanDistance(plan, slot, (lag + 1) >> 1, min<i32>(limit, lag + (lag >> 1)));
    const score = 1.0 - distance(plan, slot, lag) / around;
    if (score >= LEAST_SCORE) insert(slot, lag, score);
  }
  store<i32>(slot, to + 1, LAG);
  if (to < last) return;
  store<i32>(slot, 0, INDEX);
  store<i32>(slot, TEST, PHASE);
}

/** Whether no lag within an eighth of `lag` is nearer. The edge of what was measured is no minimum. */
function isMinimum(plan: usize, slot: usize, lag: i32, limit: i32): bool {
  const here = distance(plan, slot, lag);
  if (isNaN(here) || lag >= limit) return false;
  const reach = max<i32>(1, lag >> 3);
  const low = max<i32>(1, lag - reach);
  const high = min<i32>(limit, lag + reach);
  for (let i = 1; i <= reach; i++) {
    if (lag - i >= low && distance(plan, slot, lag - i) < here) return false;
    if (lag + i <= high && distance(plan, slot, lag + i) < here) return false;
  }
  return true;
}

function meanDistance(plan: usize, slot: usize, from: i32, to: i32): f64 {
  let sum: f64 = 0.0;
  let count = 0;
  for (let lag = from; lag <= to; lag++) {
    const d = distance(plan, slot, lag);
    if (isNaN(d)) continue;
    sum += d;
    count++;
  }
  return count > 0 ? sum / <f64>count : NaN;
}

// @ts-ignore: decorator
@inline
function candidate(slot: usize, i: i32): usize { return slot + CANDIDATES + <usize>i * CANDIDATE_BYTES; }

/** Keep the best candidates in order of score. */
function insert(slot: usize, lag: i32, score: f64): void {
  const count = load<i32>(slot, COUNT);
  let i = min<i32>(count, MOST_CANDIDATES - 1);
  if (count == MOST_CANDIDATES && load<f64>(candidate(slot, i), 8) >= score) return;
  for (; i > 0 && load<f64>(candidate(slot, i - 1), 8) < score; i--) {
    memory.copy(candidate(slot, i), candidate(slot, i - 1), CANDIDATE_BYTES);
  }
  const at = candidate(slot, i);
  store<i32>(at, lag);
  store<f64>(at, score, 8);
  store<f64>(at, 0.0, 16);
  store<i32>(slot, min<i32>(count + 1, MOST_CANDIDATES), COUNT);
}

/** Test one candidate; after the last one, choose. */
function test(plan: usize, slot: usize): void {
  const index = load<i32>(slot, INDEX);
  if (index < load<i32>(slot, COUNT)) {
    const at = candidate(slot, index);
    const lag = refine(plan, slot, load<i32>(at));
    store<f64>(at, repetition(plan, slot, lag), 16);
    store<i32>(at, lag);
    store<i32>(slot, index + 1, INDEX);
    return;
  }
  choose(plan, slot);
  const n = load<i32>(slot, N);
  store<i32>(slot, n + max<i32>(6, min<i32>(n, capacity(plan)) >> 4), NEXT_AT);
  store<i32>(slot, IDLE, PHASE);
}

/** Mean distance over the first multiples of a length: they tell it more finely than it alone. */
function distanceOfMultiples(plan: usize, slot: usize, lag: i32, multiples: i32): f64 {
  let sum: f64 = 0.0;
  for (let k = 1; k <= multiples; k++) sum += distance(plan, slot, k * lag);
  return sum / <f64>multiples;
}

/** Multiples of a length, and of those near it, that were measured. */
// @ts-ignore: decorator
@inline
function multiplesOf(slot: usize, lag: i32): i32 {
  return min<i32>(8, lagLimit(load<i32>(slot, WINDOW)) / (lag + nearness(lag)));
}

/** The length near a candidate whose multiples fit best. */
function refine(plan: usize, slot: usize, lag: i32): i32 {
  const multiples = multiplesOf(slot, lag);
  if (multiples < 2) return lag;
  let best = lag;
  let least = distanceOfMultiples(plan, slot, lag, multiples);
  for (let m = max<i32>(SHORTEST, lag - nearness(lag)); m <= lag + nearness(lag); m++) {
    const d = distanceOfMultiples(plan, slot, m, multiples);
    if (!(d < least)) continue;
    best = m;
    least = d;
  }
  return best;
}

let blockSum: f64 = 0.0;
let blockCount: i32 = 0;

function blockMean(at: usize, width: i32): f64 {
  blockSum = 0.0;
  blockCount = 0;
  for (let i = 0; i < width; i++) {
    const v = <f64>load<f32>(at - (<usize>i << 2));
    if (v == v) {
      blockSum += v;
      blockCount++;
    }
  }
  return blockCount > 0 ? blockSum / <f64>blockCount : NaN;
}

/**
 * How surely the series repeats after `lag`: correlation of the changes between neighbouring block means (a sixth of the
 * season) with those one season before, times the root of the number of independent pairs. Negative if it is too weak.
 */
function repetition(plan: usize, slot: usize, lag: i32): f64 {
  const window = load<i32>(slot, WINDOW);
  const width = max<i32>(1, lag / 6);
  const newest = addressOf(plan, slot, load<i32>(slot, N) - 1);
  const first = lag + 2 * width - 1;
  const stride = max<i32>(1, width >> 1);
  let xy: f64 = 0.0, xx: f64 = 0.0, yy: f64 = 0.0;
  let pairs = 0;
  for (let back = 0; back <= window - 1 - first; back += stride) {
    const at = newest - (<usize>back << 2);
    const then = at - (<usize>lag << 2);
    const a = blockMean(at, width) - blockMean(at - (<usize>width << 2), width);
    const b = blockMean(then, width) - blockMean(then - (<usize>width << 2), width);
    if (isNaN(a + b)) continue;
    xy += a * b;
    xx += a * a;
    yy += b * b;
    pairs++;
  }
  if (!(xx > 0.0 && yy > 0.0)) return -1.0;
  const r = xy / (sqrt<f64>(xx) * sqrt<f64>(yy));
  return r < LEAST_CORRELATION ? -1.0 : r * sqrt<f64>(<f64>(pairs * stride) / <f64>width);
}

// @ts-ignore: decorator
@inline
function isGood(slot: usize, i: i32): bool { return load<f64>(candidate(slot, i), 16) >= LEAST_Z; }
// @ts-ignore: decorator
@inline
function lagOf(slot: usize, i: i32): i32 { return load<i32>(candidate(slot, i)); }
// @ts-ignore: decorator
@inline
function scoreOf(slot: usize, i: i32): f64 { return load<f64>(candidate(slot, i), 8); }

/** Whether `long` is about a whole multiple, at least twice, of `short`. */
function isMultiple(long: i32, short: i32): bool {
  const k = <i32>nearest<f64>(<f64>long / <f64>short);
  return k >= 2 && abs<i32>(long - k * short) <= max<i32>(1, k * short / 24);
}

function choose(plan: usize, slot: usize): void {
  const first = chooseFirst(slot);
  if (first < 0) return;
  adopt(plan, slot, 0, first);
  if (seasons(plan) < 2) return;
  const second = chooseSecond(slot, first);
  const week = weekOf(slot);
  if (second >= 0 && !isWorthTrying(plan, slot, week, lagOf(slot, second))) adopt(plan, slot, 1, second);
  else if (isWorthTrying(plan, slot, week, lengthOf(slot, 1))) begin(plan, slot, 1, week);
}

/** Best score, discounted while the evidence is thin; then the shortest one of which it is a multiple. */
function chooseFirst(slot: usize): i32 {
  let best = -1;
  let bestScore: f64 = 0.0;
  for (let i = 0; i < load<i32>(slot, COUNT); i++) {
    if (!isGood(slot, i)) continue;
    const score = scoreOf(slot, i) * min<f64>(1.0, load<f64>(candidate(slot, i), 16) / 3.0);
    if (score <= bestScore) continue;
    best = i;
    bestScore = score;
  }
  const found = best;
  for (let i = 0; found >= 0 && i < load<i32>(slot, COUNT); i++) {
    const divides = isGood(slot, i) && isMultiple(lagOf(slot, found), lagOf(slot, i));
    if (divides && scoreOf(slot, i) >= 0.75 * scoreOf(slot, found) && lagOf(slot, i) < lagOf(slot, best)) best = i;
  }
  return best;
}

/** The best other one; a multiple of the first only if it says more. */
function chooseSecond(slot: usize, first: i32): i32 {
  const short = lagOf(slot, first);
  for (let i = 0; i < load<i32>(slot, COUNT); i++) {
    const lag = lagOf(slot, i);
    if (!isGood(slot, i) || abs<i32>(lag - short) <= short >> 3) continue;
    if (isMultiple(lag, short) && scoreOf(slot, i) < scoreOf(slot, first) + 0.03) continue;
    return i;
  }
  return -1;
}

/**
 * Give place `j` the season of a candidate. A length near the present one replaces it only if it fits clearly better; then
 * the season is learned anew as well, for at a wrong length its shape was smeared.
 */
function adopt(plan: usize, slot: usize, j: i32, i: i32): void {
  const lag = lagOf(slot, i);
  const present = lengthOf(slot, j);
  if (present > 0 && abs<i32>(present - lag) <= nearness(lag)) noteFound(slot, j);
  if (present == lag) return;
  if (present > 0 && abs<i32>(present - lag) <= nearness(lag)) {
    const multiples = max<i32>(1, multiplesOf(slot, lag));
    const needed = CLEARLY * distanceOfMultiples(plan, slot, present, multiples);
    if (!(distanceOfMultiples(plan, slot, lag, multiples) < needed)) return;
  }
  // The other place has it already.
  if (j == 0 && present > 0 && seasons(plan) > 1 && lengthOf(slot, 1) == lag) {
    noteFound(slot, 1);
    return;
  }
  begin(plan, slot, j, lag);
  noteFound(slot, j);
}

/** Whether the search's numbers can be gone on from: all of them serve as indices. */
export function searchIsSound(plan: usize, slot: usize): bool {
  const window = load<i32>(slot, WINDOW);
  const limit = lagLimit(window);
  const phase = load<i32>(slot, PHASE);
  const lag = load<i32>(slot, LAG);
  const count = load<i32>(slot, COUNT);
  const index = load<i32>(slot, INDEX);
  if (window < 0 || window > min<i32>(load<i32>(slot, N), capacity(plan))) return false;
  if (phase < IDLE || phase > TEST || (phase != IDLE && window < FIRST_AT)) return false;
  if (lag < (phase == IDLE ? 0 : 1) || lag > limit + SHORTEST + 1) return false;
  if (count < 0 || count > MOST_CANDIDATES || index < 0 || index > MOST_CANDIDATES) return false;
  for (let i = 0; i < count; i++) {
    if (lagOf(slot, i) < 1 || lagOf(slot, i) > limit) return false;
  }
  return true;
}
