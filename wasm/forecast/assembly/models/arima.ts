import { evaluate, hasHoles } from './arima-likelihood';
import { cell, filterLevels, stateReach, stepCovariance } from './arima-holes';
import {
  AR_COUNT, AR_TAPS, COEFFICIENTS, CONSTANT, D, differenced, MODEL_BYTES, mostReach, order, P, PERIOD, Q, SEASONAL_P,
} from './arima-model';
import { aicc, freeValues, logLikelihood, parameterCount } from './arima-criteria';
import { CHOOSABLE, CRITERION, recall, resultAt, STATUS } from './arima-results';
import { DONE, LEVEL, search, SEASONAL } from './arima-search';
import {
  bytesOf, COLUMNS, follow, foretell, HEAD, INTERCEPT, isValue, isWhole, OFFSET, REACH, RECORD, REGRESSION, respond, ring,
} from './arima-state';
import {
  AHEAD, AHEAD_X, array, CANDIDATE, CENTRE, CHOSEN_D, CHOSEN_SEASONAL_D, COUNT, DEGENERATE, EXACT, layOut, M, MODEL, MU, N,
  OBJECTIVE, PHASE, PRESENT, RESIDUALS, RESIDUALS_TRIAL, RESULTS, SCALE, SPEC, SSQ, TAIL, usableSeason, usedOf, vectorAt, X,
  Y,
} from './arima-work';
import { fillLevels, levelShift, setOrders } from './arima-values';
import { AUTO, writeHeader } from './header';

// ARIMA and SARIMA, chosen and fitted as R's auto.arima does. Specification: p, d, q, P, D, Q, constant.

const KIND: i32 = 2;
/** With missing values the filter costs the square of the season a step: so many cells are gone through at most. */
const MOST_CELLS: i32 = 4000000;

export function workBytes(n: i32, m: i32): i32 { return layOut(0, usedOf(n), m); }

export function stateBytes(m: i32): i32 { return bytesOf(m); }

export function begin(work: usize, y: usize, n: i32, m: i32, spec: usize): void {
  layOut(work, usedOf(n), m);
  store<i32>(work, 0, PRESENT);
  store<i32>(work, 0, RESULTS);
  store<i32>(work, 0, DEGENERATE);
  store<i32>(work, DONE, PHASE);
  for (let i = 0; i < 7; i++) {
    store<i32>(work + SPEC + (<usize>i << 2), spec == 0 ? AUTO : load<i32>(spec + (<usize>i << 2)));
  }
  const last = lastValue(y, n);
  let first = firstValue(y, max<i32>(0, n - usedOf(n)), last);
  if (last < first) return;
  let present = countValues(y, first, last);
  if (present <= last - first) {
    const size = 2 * usableSeason(last - first + 1, m) + 2;
    first = firstValue(y, max<i32>(first, last + 1 - max<i32>(3 * size, MOST_CELLS / (size * size))), last);
    present = countValues(y, first, last);
  }
  const length = last - first + 1;
  store<i32>(work, length, N);
  store<i32>(work, usableSeason(length, m), M);
  store<i32>(work, present, PRESENT);
  store<i32>(work, n - 1 - last, TAIL);
  const own = array(work, Y);
  for (let i = 0; i < length; i++) {
    const v = load<f64>(y + (<usize>(first + i) << 3));
    store<f64>(own + (<usize>i << 3), isValue(v) ? v : NaN);
  }
  store<i32>(work, SEASONAL, PHASE);
}

function firstValue(y: usize, from: i32, last: i32): i32 {
  let i = from;
  while (i <= last && !isValue(load<f64>(y + (<usize>i << 3)))) i++;
  return i;
}

function lastValue(y: usize, n: i32): i32 {
  let i = n - 1;
  while (i >= 0 && !isValue(load<f64>(y + (<usize>i << 3)))) i--;
  return i;
}

function countValues(y: usize, first: i32, last: i32): i32 {
  let count = 0;
  for (let i = first; i <= last; i++) if (isValue(load<f64>(y + (<usize>i << 3)))) count++;
  return count;
}

export function advance(work: usize): bool { return search(work); }

/** The best result: of the exact fits that may be chosen, else of the conditional ones, else any. −1: none. */
function bestResult(work: usize): i32 {
  const count = load<i32>(work, RESULTS);
  let best = -1;
  for (let i = 0; i < count; i++) {
    if (best < 0 || isBetter(resultAt(work, i), resultAt(work, best))) best = i;
  }
  return best;
}

function isBetter(a: usize, b: usize): bool {
  const exact = load<i32>(a, STATUS) == CHOOSABLE;
  if (exact != (load<i32>(b, STATUS) == CHOOSABLE)) return exact;
  return load<f64>(a, CRITERION) < load<f64>(b, CRITERION);
}

export function finish(work: usize, state: usize): bool {
  if (load<i32>(work, PRESENT) == 0 || load<i32>(work, PHASE) <= LEVEL) return false;
  if (load<i32>(work, DEGENERATE) == 1) return finishExactly(work, state);
  const best = bestResult(work);
  if (best < 0) return false;
  recall(work, best);
  store<i32>(work, 1, EXACT);
  const objective = evaluate(work, work + X, array(work, RESIDUALS));
  store<f64>(work, objective, OBJECTIVE);
  const criterion = aicc(work);
  if (!(criterion < Infinity)) return false;
  const scale = load<f64>(work, SCALE);
  const variance = load<f64>(work, SSQ) * scale * scale / <f64>(freeValues(work) - parameterCount(work) + 1);
  writeState(work, state, logLikelihood(work), criterion, variance);
  return true;
}

/** Differences that are all the same: the values go on as they were, without an error. */
function finishExactly(work: usize, state: usize): bool {
  for (let i = 0; i < 4; i++) store<i32>(work + CANDIDATE + (<usize>i << 2), 0);
  const isOnce = load<i32>(work, CHOSEN_D) + load<i32>(work, CHOSEN_SEASONAL_D) < 2;
  store<i32>(work, i32(isOnce), CANDIDATE + 16);
  setOrders(work);
  if (freeValues(work) < 2) return false;
  store<i32>(work, 0, COUNT);
  store<i32>(work, 1, EXACT);
  evaluate(work, work + X, array(work, RESIDUALS));
  writeState(work, state, NaN, NaN, 0.0);
  return true;
}

/** The state as of the window's end, from the exact filter at the parameters that were evaluated last. */
function writeState(work: usize, state: usize, likelihood: f64, criterion: f64, variance: f64): void {
  const record = work + MODEL;
  const scale = load<f64>(work, SCALE);
  const isLevel = differenced(record) == 0;
  // Scaled, of levels: what the regressor is multiplied by.
  let mu = load<f64>(work, MU);
  if (!hasHoles(work)) {
    if (!isLevel && order(record, CONSTANT) == 1) mu += load<f64>(work, CENTRE) / scale;
    fillLevels(work);
    filterLevels(work, array(work, RESIDUALS_TRIAL));
  }
  const size = stateReach(record, true);
  memory.copy(state + RECORD, record, MODEL_BYTES);
  writeHeader(state, KIND, load<i32>(work, PRESENT), likelihood, criterion, variance, load<i32>(work, M), parameterCount(work));
  store<i32>(state, size, REACH);
  store<i32>(state, 0, HEAD);
  store<i32>(state, 0, COLUMNS);
  memory.fill(ring(state, 0), 0, <usize>(2 * size) << 3);
  const offset = isLevel ? levelShift(work) + scale * mu : 0.0;
  store<f64>(state, offset, OFFSET);
  store<f64>(state, isLevel ? 0.0 : scale * mu * remaining(record), INTERCEPT);
  const step = order(record, D) > 0 ? 1.0 : <f64>order(record, PERIOD);
  store<f64>(state, isLevel ? offset : scale * mu / step, REGRESSION);
  if (hasHoles(work)) replay(work, state);
  writeRing(work, state, mu);
  writeUnknown(work, state);
  for (let i = load<i32>(work, TAIL); i > 0; i--) follow(state, NaN);
}

/** φ(1)·Φ(1). */
function remaining(record: usize): f64 {
  const phi = record + COEFFICIENTS;
  const seasonal = phi + (<usize>(order(record, P) + order(record, Q)) << 3);
  let a: f64 = 1.0;
  let b: f64 = 1.0;
  for (let i = 0; i < order(record, P); i++) a -= load<f64>(phi + (<usize>i << 3));
  for (let i = 0; i < order(record, SEASONAL_P); i++) b -= load<f64>(seasonal + (<usize>i << 3));
  return a * b;
}

/** Go over the window for the columns that its holes leave; what is said of the next steps is written after it. */
function replay(work: usize, state: usize): void {
  const n = load<i32>(work, N);
  const y = array(work, Y);
  for (let t = 0; t < n; t++) follow(state, load<f64>(y + (<usize>t << 3)));
}

/** What the exact filter says of the next steps, from scaled levels less a regression to values. */
function writeRing(work: usize, state: usize, mu: f64): void {
  const record = work + MODEL;
  const n = load<i32>(work, N);
  const size = load<i32>(state, REACH);
  const scale = load<f64>(work, SCALE);
  const isLevel = differenced(record) == 0;
  const shift = levelShift(work);
  const slope = 1.0 / (order(record, D) > 0 ? 1.0 : <f64>order(record, PERIOD));
  const said = array(work, AHEAD) + (<usize>n << 3);
  const saidX = array(work, AHEAD_X) + (<usize>n << 3);
  const count = order(record, AR_COUNT);
  let to = load<i32>(state, HEAD);
  for (let h = 0; h < size; h++) {
    const o = <usize>h << 3;
    let v = scale * (load<f64>(said + o) - mu * load<f64>(saidX + o));
    for (let k = 0; !isLevel && k < count; k++) {
      const tap = record + AR_TAPS + (<usize>k << 4);
      const lag = load<i32>(tap);
      if (lag > h) v += load<f64>(tap, 8) * (shift + scale * mu * slope * <f64>(n + h - lag));
    }
    store<f64>(ring(state, 0) + (<usize>to << 3), v);
    to = to + 1 < size ? to + 1 : 0;
  }
}

/** The variance of what is said that the gain has yet to remove, less what the columns say of it. */
function writeUnknown(work: usize, state: usize): void {
  const size = load<i32>(state, REACH);
  const reach = mostReach(load<i32>(work, M));
  const row = vectorAt(work, reach, 1);
  const response = vectorAt(work, reach, 3);
  const to = ring(state, 1);
  const head = load<i32>(state, HEAD);
  for (let h = 0; h < size; h++) {
    memory.copy(row, cell(work, 0, 0), <usize>(size + 1) << 3);
    const at = head + h < size ? head + h : head + h - size;
    store<f64>(to + (<usize>at << 3), load<f64>(row));
    stepCovariance(work, row, size, 0.0, false);
  }
  for (let k = 0; k < load<i32>(state, COLUMNS); k++) {
    respond(state, ring(state, k + 2), 0.0, response, size);
    for (let h = 0; h < size; h++) {
      const o = to + (<usize>(head + h < size ? head + h : head + h - size) << 3);
      const z = load<f64>(response + (<usize>h << 3));
      store<f64>(o, max<f64>(0.0, load<f64>(o) - z * z));
    }
  }
}

export function update(state: usize, y: f64): void { follow(state, y); }

export function predict(state: usize, count: i32, mean: usize, variance: usize): void { foretell(state, count, mean, variance); }

export function isSound(state: usize, m: i32): bool { return isWhole(state, m); }
