import { isAdmissible, putWithinBounds } from './ets-admissible';
import { criterionAt } from './ets-filter';
import {
  ALPHA, B0, BETA, copyTheta, decomposedAt, errorOf, foundCriterionAt, formOf, GAMMA, L0, M, N, PHI, recall, ringAt, S0,
  seasonOf, shapesAt, thetaAt, trendOf, trialAt, valuesAt,
} from './ets-work';

// Where the descent starts: initial states by decomposition (Hyndman et al. 2008, section 2.6.1) at a few smoothing
// parameters, and what was found for simpler forms. The best of them is taken.

/** Values from which level and trend are first taken: two cycles, but at least so many. */
const LEAST_VALUES: i32 = 10;
/** Least factor of a multiplicative season. */
const LEAST_FACTOR: f64 = 0.01;
/** α, then β/α, γ/(1 − α) and φ of the starts: in turns low α and low γ, low and high, high and low, high and high. */
const STARTS: usize = memory.data<f64>([
  0.02, 0.02, 0.02, 0.97, 0.1, 0.1, 0.4, 0.97, 0.4, 0.05, 0.02, 0.97, 0.9, 0.8, 0.6, 0.85,
  0.1, 0.9, 0.05, 0.9, 0.2, 0.3, 0.2, 0.9, 0.8, 0.02, 0.05, 0.9, 0.4, 0.4, 0.3, 0.85,
  0.1, 0.1, 0.1, 0.97, 0.02, 0.02, 0.5, 0.97, 0.8, 0.4, 0.1, 0.9, 0.8, 0.05, 0.5, 0.9,
]);
const TABLE_LENGTH: i32 = 12;
const CLASSES: i32 = 4;

// @ts-ignore: decorator
@inline
function at(p: usize, i: i32): usize { return p + (<usize>i << 3); }

/** Value of step t without the season found so far. */
function adjusted(y: usize, season: usize, t: i32, m: i32, kind: i32): f64 {
  const value = load<f64>(at(y, t)), s = load<f64>(at(season, t % m));
  return kind == 2 ? value / s : value - s;
}

/**
 * Classical decomposition: what is left by phase of a centred moving average over one season. Where values are missing
 * the average is of those that are there, in a second round of those without the season of the first.
 */
export function decompose(work: usize, kind: i32): void {
  const season = decomposedAt(work, kind);
  const m = load<i32>(work, M);
  for (let j = 0; j < m; j++) store<f64>(at(season, j), kind == 2 ? 1.0 : 0.0);
  if (m == 1) return;
  decomposeOnce(work, kind, season);
  decomposeOnce(work, kind, season);
}

function decomposeOnce(work: usize, kind: i32, season: usize): void {
  const n = load<i32>(work, N), m = load<i32>(work, M);
  const y = valuesAt(work);
  const sums = shapesAt(work), counts = at(sums, m);
  memory.fill(sums, 0, <usize>m << 4);
  // The window [from, from + m) and the one a step later, which is the same again for odd m.
  let sum: f64 = 0.0, count: f64 = 0.0;
  for (let t = 0; t < m; t++) {
    const v = adjusted(y, season, t, m, kind);
    if (v == v) { sum += v; count += 1.0; }
  }
  const even = (m & 1) == 0;
  const last = even ? n - m : n - m + 1;
  for (let from = 0; from < last; from++) {
    let nextSum = sum, nextCount = count;
    const leaving = adjusted(y, season, from, m, kind);
    if (leaving == leaving) { nextSum -= leaving; nextCount -= 1.0; }
    if (from + m < n) {
      const entering = adjusted(y, season, from + m, m, kind);
      if (entering == entering) { nextSum += entering; nextCount += 1.0; }
    }
    const t = from + (m >> 1);
    const trend = even ? (sum + nextSum) / (count + nextCount) : sum / count;
    const value = load<f64>(at(y, t));
    const left = kind == 2 ? value / trend : value - trend;
    if (abs<f64>(left) < Infinity) {
      const phase = t % m;
      store<f64>(at(sums, phase), load<f64>(at(sums, phase)) + left);
      store<f64>(at(counts, phase), load<f64>(at(counts, phase)) + 1.0);
    }
    sum = nextSum;
    count = nextCount;
  }
  normalise(season, sums, counts, m, kind);
}

/** Means by phase, relative to their own mean. */
function normalise(season: usize, sums: usize, counts: usize, m: i32, kind: i32): void {
  let total: f64 = 0.0, known: f64 = 0.0;
  for (let j = 0; j < m; j++) {
    const count = load<f64>(at(counts, j));
    if (count == 0.0) continue;
    const mean = load<f64>(at(sums, j)) / count;
    store<f64>(at(sums, j), mean);
    total += mean;
    known += 1.0;
  }
  const mean = total / max<f64>(1.0, known);
  for (let j = 0; j < m; j++) {
    const there = load<f64>(at(counts, j)) > 0.0;
    const own = load<f64>(at(sums, j));
    const s = kind == 2 ? (there ? max<f64>(LEAST_FACTOR, own / mean) : 1.0) : there ? own - mean : 0.0;
    store<f64>(at(season, j), s);
  }
}

/** Initial states of a form by decomposition: a line through the first values without season; without a trend their mean. */
function initialStates(work: usize, form: i32, theta: usize): void {
  const n = load<i32>(work, N), m = load<i32>(work, M);
  const kind = seasonOf(form);
  const y = valuesAt(work), season = at(theta, <i32>(S0 >> 3));
  if (kind != 0) memory.copy(season, decomposedAt(work, kind), <usize>m << 3);
  else memory.fill(season, 0, <usize>m << 3);
  const count = min<i32>(n, max<i32>(LEAST_VALUES, 2 * m));
  let k: f64 = 0.0, t1: f64 = 0.0, t2: f64 = 0.0, v1: f64 = 0.0, tv: f64 = 0.0;
  for (let i = 0; i < count; i++) {
    const v = adjusted(y, season, i, m, kind);
    if (!(v == v)) continue;
    const t = <f64>(i + 1);
    k += 1.0;
    t1 += t;
    t2 += t * t;
    v1 += v;
    tv += t * v;
  }
  const spread = k * t2 - t1 * t1;
  const slope = trendOf(form) != 0 && spread > 0.0 ? (k * tv - t1 * v1) / spread : 0.0;
  store<f64>(theta, (v1 - slope * t1) / k, L0);
  store<f64>(theta, slope, B0);
}

/** Take `trial` up as the start if it is better than what is there. */
function offer(work: usize, form: i32, best: f64): f64 {
  const trial = trialAt(work);
  putWithinBounds(form, trial);
  if (!isAdmissible(form, trial, load<i32>(work, M), ringAt(work))) return best;
  const criterion = criterionAt(work, form, trial);
  if (!(criterion < best)) return best;
  copyTheta(work, thetaAt(work), trial);
  return criterion;
}

/** Offer what was found for another form, if anything was. */
function offerFound(work: usize, form: i32, other: i32, best: f64): f64 {
  if (!(load<f64>(foundCriterionAt(work, other)) < Infinity)) return best;
  const trial = trialAt(work);
  recall(work, other, trial);
  if (seasonOf(form) == 2 && seasonOf(other) == 1) toFactors(work, trial);
  return offer(work, form, best);
}

/** Turn an additive season into factors of the level. */
function toFactors(work: usize, theta: usize): void {
  const m = load<i32>(work, M);
  const level = load<f64>(theta, L0);
  for (let j = 0; j < m; j++) {
    const s = theta + S0 + (<usize>j << 3);
    store<f64>(s, max<f64>(LEAST_FACTOR, 1.0 + load<f64>(s) / level));
  }
}

/** Offer a start of the table, its initial states by decomposition. */
function offerStart(work: usize, form: i32, i: i32, best: f64): f64 {
  const trial = trialAt(work);
  const start = at(STARTS, 4 * i);
  const alpha = load<f64>(start);
  initialStates(work, form, trial);
  store<f64>(trial, alpha, ALPHA);
  store<f64>(trial, alpha * load<f64>(start, 8), BETA);
  store<f64>(trial, (1.0 - alpha) * load<f64>(start, 16), GAMMA);
  store<f64>(trial, load<f64>(start, 24), PHI);
  return offer(work, form, best);
}

/** Offer what was found for the forms that this one extends. */
function offerSimpler(work: usize, form: i32): f64 {
  const error = errorOf(form), trend = trendOf(form), season = seasonOf(form);
  let best: f64 = Infinity;
  if (error == 1 && season != 2) best = offerFound(work, form, formOf(0, trend, season), best);
  if (season == 2) best = offerFound(work, form, formOf(1, trend, 1), best);
  if (trend != 0) best = offerFound(work, form, formOf(error, trend - 1, season), best);
  return best;
}

/** A start whose forecasts are positive: nearly no season, no trend. */
function offerFlat(work: usize, form: i32): f64 {
  const trial = trialAt(work);
  initialStates(work, formOf(1, 0, 0), trial);
  if (seasonOf(form) == 2) {
    for (let j = 0; j < load<i32>(work, M); j++) store<f64>(trial + S0 + (<usize>j << 3), 1.0);
  }
  store<f64>(trial, 0.1, ALPHA);
  store<f64>(trial, 0.01, BETA);
  store<f64>(trial, 0.1, GAMMA);
  store<f64>(trial, 0.95, PHI);
  return offer(work, form, Infinity);
}

/** Class of an entry of the table: by α and γ; without a season the first four stand for themselves. */
function classOf(form: i32, entry: i32): i32 { return seasonOf(form) != 0 ? entry & 3 : entry; }

/** Starts of a form; each is descended from: simpler forms, the best of each class, a last resort. */
export const START_COUNT: i32 = 2 + CLASSES;

/** Start `i` of a form into the current parameters; returns its criterion, infinite if it is none. */
export function findStart(work: usize, form: i32, i: i32): f64 {
  if (i == 0) return offerSimpler(work, form);
  let best: f64 = Infinity;
  if (i == START_COUNT - 1) {
    return load<f64>(foundCriterionAt(work, form)) < Infinity ? best : offerFlat(work, form);
  }
  for (let j = 0; j < TABLE_LENGTH; j++) if (classOf(form, j) == i - 1) best = offerStart(work, form, j, best);
  return best;
}
