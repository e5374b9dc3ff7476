import { descend, startDescent } from './ets-descent';
import { criterionAt } from './ets-filter';
import { predictEts } from './ets-predict';
import { decompose, findStart, START_COUNT } from './ets-start';
import * as state_ from './ets-state';
import { ABSURD, ERROR, FLOOR, NEXT_PHASE, SEASON_FORM, shapeAt, TREND_FORM } from './ets-state';
import {
  B0, BEST, BEST_AICC, COLUMNS, CRITERION, distanceFromFound, errorOf, FORMS, foundCriterionAt, keep, L0, layOut, LEVEL, M, N,
  NEXT, parameterCount, PRESENT, PROMISED, recall, ringAt, S0, SCALE, seasonOf, SSE, START, STEPS, thetaAt, TODO,
  TREND, trendOf, valuesAt,
} from './ets-work';
import { AUTO, writeHeader } from './header';

// Automatic exponential smoothing in state space form (Hyndman, Koehler, Ord & Snyder 2008; Hyndman & Khandakar 2008):
// every form with error A or M, trend N, A or Ad, season N, A or M that R's ets tries by default is fitted by maximum
// likelihood, the one with the least AICc is kept. Log-likelihood and AICc are without constants, as R's are.

const KIND_ETS: i32 = 1;
/** Steps of descent for a form at most. */
const MOST_STEPS: i32 = 60;
/** A descent is given up if so many more steps like its last would not bring it notably below another start's. */
const PATIENCE: f64 = 8.0;
const NOTABLE: f64 = 0.01;
const LEAST_STEPS: i32 = 2;
/** A descent whose criterion and smoothing parameters are as near as this to what was found would end there. */
const ALIKE_CRITERION: f64 = 0.2;
const ALIKE_SMOOTHING: f64 = 0.01;
/** A form whose AICc lies so far above the best is not tried from more starts. */
const HOPELESS: f64 = 20.0;
/** Products of columns that a piece of the search may take: a step takes steps × columns² of them. */
const PIECE: f64 = 8e6;

export function workBytes(n: i32, m: i32): i32 { return layOut(0, max<i32>(0, n), seasonFor(n, m)); }

export function stateBytes(m: i32): i32 { return state_.stateBytes(m); }

/** A season needs two whole cycles. */
function seasonFor(n: i32, m: i32): i32 { return m >= 2 && m <= n >> 1 ? m : 1; }

export function begin(work: usize, y: usize, n: i32, m: i32, spec: usize): void {
  let first = 0;
  while (first < n && !(abs<f64>(load<f64>(y + (<usize>first << 3))) <= ABSURD)) first++;
  const length = max<i32>(0, n - first);
  const season = seasonFor(length, m);
  store<i32>(work, length, N);
  store<i32>(work, season, M);
  layOut(work, length, season);
  const positive = takeValues(work, y + (<usize>first << 3), length);
  decompose(work, 1);
  if (positive) decompose(work, 2);
  store<i32>(work, formsToTry(work, positive, spec), TODO);
  store<i32>(work, 0, NEXT);
  store<i32>(work, -1, BEST);
  store<f64>(work, Infinity, BEST_AICC);
  store<i32>(work, 0, START);
  store<i32>(work, -1, STEPS);
  for (let i = 0; i < FORMS; i++) store<f64>(foundCriterionAt(work, i), Infinity);
}

/** Copy the values, scaled by a power of two to a mean size of about 1; returns whether all are positive. */
function takeValues(work: usize, y: usize, n: i32): bool {
  let size: f64 = 0.0, present = 0, positive = true;
  for (let i = 0; i < n; i++) {
    const v = load<f64>(y + (<usize>i << 3));
    if (!(abs<f64>(v) <= ABSURD)) continue;
    present++;
    size += abs<f64>(v);
    if (v <= 0.0) positive = false;
  }
  const mean = size / <f64>max<i32>(1, present);
  let scale: f64 = 1.0;
  if (mean > 0.0) {
    while (mean * scale > 2.0) scale *= 0.5;
    while (mean * scale < 1.0 && scale < 1e300) scale *= 2.0;
  }
  for (let i = 0; i < n; i++) {
    const v = load<f64>(y + (<usize>i << 3));
    store<f64>(valuesAt(work) + (<usize>i << 3), abs<f64>(v) <= ABSURD ? v * scale : NaN);
  }
  store<i32>(work, present, PRESENT);
  store<f64>(work, scale, SCALE);
  return positive;
}

/** Forms that the specification leaves open and the values allow. */
function formsToTry(work: usize, positive: bool, spec: usize): i32 {
  const error = spec != 0 ? load<i32>(spec) : AUTO;
  const trend = spec != 0 ? load<i32>(spec, 4) : AUTO;
  const season = spec != 0 ? load<i32>(spec, 8) : AUTO;
  const m = load<i32>(work, M), present = load<i32>(work, PRESENT);
  let todo = 0;
  for (let form = 0; form < FORMS; form++) {
    if (error != AUTO && errorOf(form) != error) continue;
    if (trend != AUTO && trendOf(form) != trend) continue;
    if (season != AUTO && seasonOf(form) != season) continue;
    if (seasonOf(form) != 0 && m == 1) continue;
    if (errorOf(form) == 1 && !positive) continue;
    if (errorOf(form) == 0 && seasonOf(form) == 2) continue;
    if (present < parameterCount(form, m) + 2) continue;
    todo |= 1 << form;
  }
  return todo;
}

export function advance(work: usize): bool {
  let form = load<i32>(work, NEXT);
  const todo = load<i32>(work, TODO);
  while (form < FORMS && (todo >> form & 1) == 0) form++;
  store<i32>(work, form, NEXT);
  if (form >= FORMS) return false;
  const goesOn = fit(work, form);
  const criterion = load<f64>(work, CRITERION);
  if (criterion < load<f64>(foundCriterionAt(work, form))) record(work, form, criterion);
  if (goesOn) return true;
  const start = load<i32>(work, START) + 1;
  const isLast = start == START_COUNT || isHopeless(work, form);
  store<i32>(work, isLast ? 0 : start, START);
  store<i32>(work, -1, STEPS);
  if (isLast) store<i32>(work, form + 1, NEXT);
  return !isLast || todo >> (form + 1) != 0;
}

/** Whether what was found for a form is so far from the best that other starts are not worth while. */
function isHopeless(work: usize, form: i32): bool {
  const found = load<f64>(foundCriterionAt(work, form));
  return found < Infinity && aiccOf(work, form, found) > load<f64>(work, BEST_AICC) + HOPELESS;
}

function aiccOf(work: usize, form: i32, criterion: f64): f64 {
  const k = <f64>parameterCount(form, load<i32>(work, M));
  return criterion + 2.0 * k + 2.0 * k * (k + 1.0) / (<f64>load<i32>(work, PRESENT) - k - 1.0);
}

/** A piece of the descent from one start of a form; false once it is done. */
function fit(work: usize, form: i32): bool {
  let steps = load<i32>(work, STEPS);
  if (steps < 0) {
    startDescent(work, form, findStart(work, form, load<i32>(work, START)));
    if (!(load<f64>(work, CRITERION) < Infinity)) return false;
    steps = 0;
  }
  const columns = <f64>load<i32>(work, COLUMNS);
  const each = columns * columns * <f64>load<i32>(work, N);
  for (let used: f64 = 0.0; used < PIECE && steps < MOST_STEPS; used += each, steps++) {
    if (!descend(work, form)) return false;
    const hope = load<f64>(work, CRITERION) - PATIENCE * load<f64>(work, PROMISED);
    if (steps >= LEAST_STEPS && hope > load<f64>(foundCriterionAt(work, form)) - NOTABLE) return false;
    if (joins(work, form)) return false;
  }
  store<i32>(work, steps, STEPS);
  return steps < MOST_STEPS;
}

/** Whether a descent has come to where another start's ended. */
function joins(work: usize, form: i32): bool {
  const found = load<f64>(foundCriterionAt(work, form)), criterion = load<f64>(work, CRITERION);
  return criterion >= found && criterion < found + ALIKE_CRITERION && distanceFromFound(work, form) < ALIKE_SMOOTHING;
}

/** Keep the current parameters as what was found for a form. */
function record(work: usize, form: i32, criterion: f64): void {
  keep(work, form);
  store<f64>(foundCriterionAt(work, form), criterion);
  if (errorOf(form) == 1 && explodes(work, form)) return;
  const aicc = aiccOf(work, form, criterion);
  if (load<i32>(work, BEST) == form || aicc < load<f64>(work, BEST_AICC)) {
    store<i32>(work, form, BEST);
    store<f64>(work, aicc, BEST_AICC);
  }
}

/** Whether relative errors are as large as the forecasts: then every step multiplies the variance of those to come. */
function explodes(work: usize, form: i32): bool {
  criterionAt(work, form, thetaAt(work));
  return !(sigma2Of(work, form) < 1.0);
}

/** Variance of the errors of the last pass. */
function sigma2Of(work: usize, form: i32): f64 {
  return load<f64>(work, SSE) / <f64>(load<i32>(work, PRESENT) - parameterCount(form, load<i32>(work, M)) + 1);
}

export function finish(work: usize, state: usize): bool {
  const form = load<i32>(work, BEST);
  if (form < 0) return false;
  const theta = thetaAt(work);
  const m = load<i32>(work, M), present = load<i32>(work, PRESENT);
  const scale = load<f64>(work, SCALE);
  recall(work, form, theta);
  normalise(form, theta, m);
  criterionAt(work, form, theta);
  const k = parameterCount(form, m);
  // The likelihood of the values themselves, not of the scaled ones.
  const shift = -2.0 * <f64>present * Math.log(scale);
  const aicc = load<f64>(work, BEST_AICC) + shift;
  const criterion = aicc - 2.0 * <f64>k - 2.0 * <f64>(k * (k + 1)) / <f64>(present - k - 1);
  const sigma2 = sigma2Of(work, form);
  const unscale = 1.0 / scale;
  const season = seasonOf(form) != 0 ? m : 1;
  writeHeader(
    state, KIND_ETS, present, -0.5 * criterion, aicc, errorOf(form) == 0 ? sigma2 * unscale * unscale : sigma2, season, k,
  );
  store<i32>(state, errorOf(form), ERROR);
  store<i32>(state, trendOf(form), TREND_FORM);
  store<i32>(state, seasonOf(form), SEASON_FORM);
  store<i32>(state, load<i32>(work, N) % season, NEXT_PHASE);
  memory.copy(state + state_.ALPHA, theta, 32);
  store<f64>(state, load<f64>(work, LEVEL) * unscale, state_.LEVEL);
  store<f64>(state, load<f64>(work, TREND) * unscale, state_.TREND);
  store<f64>(state, 1e-3 * unscale, FLOOR);
  store<f64>(state, 0.0, FLOOR + 8);
  store<f64>(shapeAt(state, 0), 0.0);
  if (season == 1) return true;
  const factor = seasonOf(form) == 1 ? unscale : 1.0;
  for (let j = 0; j < m; j++) {
    store<f64>(shapeAt(state, j), load<f64>(ringAt(work) + (<usize>j << 3)) * factor);
  }
  return true;
}

/** Initial seasonal states sum to 0, or to m as factors; the level takes the rest. The likelihood stays as it is. */
function normalise(form: i32, theta: usize, m: i32): void {
  const kind = seasonOf(form);
  if (kind == 0) return;
  let mean: f64 = 0.0;
  for (let j = 0; j < m; j++) mean += load<f64>(theta + S0 + (<usize>j << 3));
  mean /= <f64>m;
  for (let j = 0; j < m; j++) {
    const s = theta + S0 + (<usize>j << 3);
    store<f64>(s, kind == 2 ? load<f64>(s) / mean : load<f64>(s) - mean);
  }
  const level = load<f64>(theta, L0);
  store<f64>(theta, kind == 2 ? level * mean : level + mean, L0);
  if (kind == 2) store<f64>(theta, load<f64>(theta, B0) * mean, B0);
}

export function update(state: usize, y: f64): void { state_.update(state, y); }
export function predict(state: usize, count: i32, mean: usize, variance: usize): void {
  predictEts(state, count, mean, variance);
}
export function isSound(state: usize, m: i32): bool { return state_.isSound(state, m); }
