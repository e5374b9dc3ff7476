import { beginDescent, descend } from './arima-descent';
import { copyPresent, differences, differencesNeeded, isConstant, needsSeasonalDifference } from './arima-differences';
import { evaluate, hasHoles } from './arima-likelihood';
import * as model from './arima-model';
import {
  APPROXIMATE, array, ATTEMPT, BEST, CANDIDATE, CENTRE, CHOSEN_D, CHOSEN_SEASONAL_D, CURRENT, DEGENERATE, EXACT, JACOBIAN, LIST, M,
  MODEL, MOST, MOST_RESULTS, MOVE, N, OBJECTIVE, PHASE, PRESENT, REFITTED, REFITTING, REGRESSOR, RESIDUALS, RESULT_BYTES,
  RESULTS, SCALE, SPEC, STOPS, USED, VALUES, vectorAt, X, Y, COUNT,
} from './arima-work';
import { AUTO } from './header';

// The stepwise search of Hyndman & Khandakar (2008, §3.2), in the order of moves of R's auto.arima (forecast 8.20).

// Phases of a fit.
export const SEASONAL: i32 = 0;
export const LEVEL: i32 = 1;
const SEARCH: i32 = 2;
const REFIT: i32 = 3;
const POLISH: i32 = 4;
export const DONE: i32 = 5;

// A result, bytes.
const KEY: usize = 0; // i32
export const STATUS: usize = 4; // i32
export const CRITERION: usize = 8; // f64 AICc
export const PARAMETERS: usize = 16;
/** Status of a result: conditional, exact, exact and refused. */
const CONDITIONAL: i32 = 0;
export const CHOOSABLE: i32 = 1;
const REFUSED: i32 = 2;
const UNTRIED: i32 = 3;

/** The attempt that begins at the better conditional fit, and the last one. */
const EXACT_ATTEMPT: i32 = 2;
const LAST_ATTEMPT: i32 = 4;

/** Exact fits after a conditional search. */
const REFITS: i32 = 8;
/** What the two criteria may differ by. */
const SLACK: f64 = 4.0;
const COARSE: f64 = 1e-6;
const FINE: f64 = 3e-9;
/** Evaluations end a piece once they have cost so much, in steps of a filter with the reach of one. */
const PIECE: i32 = 200000;

// @ts-ignore: decorator
@inline
function field(work: usize, which: usize, i: i32): i32 { return load<i32>(work + which + (<usize>i << 2)); }
// @ts-ignore: decorator
@inline
function setField(work: usize, which: usize, i: i32, v: i32): void { store<i32>(work + which + (<usize>i << 2), v); }
// @ts-ignore: decorator
@inline
export function resultAt(work: usize, i: i32): usize { return array(work, LIST) + <usize>(i * RESULT_BYTES); }

/** The specification's number, within bounds; AUTO where it is open. */
function fixed(work: usize, i: i32, most: i32): i32 {
  const v = field(work, SPEC, i);
  return v < 0 ? AUTO : min<i32>(v, most);
}

/** One piece of the search; false once there is nothing left. */
export function search(work: usize): bool {
  switch (load<i32>(work, PHASE)) {
    case SEASONAL: chooseSeasonal(work); return true;
    case LEVEL: return chooseLevel(work);
    case SEARCH:
    case REFIT:
    case POLISH: return fitOn(work);
    default: return false;
  }
}

function chooseSeasonal(work: usize): void {
  const n = load<i32>(work, N);
  const m = load<i32>(work, M);
  let d = 0;
  if (m > 1 && n > m) {
    d = fixed(work, 4, model.MOST_SEASONAL_D);
    if (d == AUTO) d = i32(needsSeasonalDifference(array(work, Y), n, m, array(work, JACOBIAN)));
  }
  store<i32>(work, d, CHOSEN_SEASONAL_D);
  store<i32>(work, LEVEL, PHASE);
}

/** First differences, what is known of the differenced series, and the first candidate. */
function chooseLevel(work: usize): bool {
  const n = load<i32>(work, N);
  const m = load<i32>(work, M);
  const y = array(work, Y);
  const a = array(work, JACOBIAN);
  let length = n;
  memory.copy(a, y, <usize>n << 3);
  let size: f64 = 0.0;
  for (let t = 0; t < n; t++) {
    const v = abs<f64>(load<f64>(y + (<usize>t << 3)));
    if (v > size) size = v;
  }
  if (load<i32>(work, CHOSEN_SEASONAL_D) > 0) {
    length = differences(a, length, m, a);
    if (copyPresent(a, length, array(work, VALUES)) == 0) {
      store<i32>(work, 0, CHOSEN_SEASONAL_D);
      length = n;
      memory.copy(a, y, <usize>n << 3);
    }
  }
  let d = fixed(work, 1, model.MOST_D);
  if (d == AUTO) {
    const b = array(work, VALUES);
    d = differencesNeeded(b, copyPresent(a, length, b), size);
  }
  for (let i = 0; i < d; i++) length = differences(a, length, 1, a);
  store<i32>(work, d, CHOSEN_D);
  standardise(work, a, length, size);
  limit(work);
  if (load<i32>(work, DEGENERATE) == 1) {
    store<i32>(work, DONE, PHASE);
    return false;
  }
  store<i32>(work, SEARCH, PHASE);
  return propose(work);
}

/** Centre and scale (a power of two) of the differences, and whether anything is left of them. */
function standardise(work: usize, a: usize, length: i32, size: f64): void {
  const b = array(work, VALUES);
  const count = copyPresent(a, length, b);
  let mean: f64 = 0.0;
  for (let i = 0; i < count; i++) mean += load<f64>(b + (<usize>i << 3));
  if (count > 0) mean /= <f64>count;
  let squares: f64 = 0.0;
  for (let i = 0; i < count; i++) {
    const v = load<f64>(b + (<usize>i << 3)) - mean;
    squares += v * v;
  }
  const isEmpty = isConstant(b, count, size);
  store<i32>(work, i32(isEmpty), DEGENERATE);
  let scale: f64 = 1.0;
  if (!isEmpty) {
    const deviation = sqrt<f64>(squares / <f64>count);
    while (scale < deviation) scale *= 2.0;
    while (scale > deviation) scale *= 0.5;
  }
  store<f64>(work, mean, CENTRE);
  store<f64>(work, scale, SCALE);
}

/** Highest orders and where the search starts. */
function limit(work: usize): void {
  const n = load<i32>(work, N);
  const m = load<i32>(work, M);
  const present = load<i32>(work, PRESENT);
  const third = present / 3;
  let p = min<i32>(model.MOST_P, third);
  let q = p;
  const seasonal = m > 1 ? min<i32>(model.MOST_SEASONAL, third / m) : 0;
  if (seasonal > 0) {
    p = min<i32>(p, m - 1);
    q = p;
  }
  setField(work, MOST, 0, p);
  setField(work, MOST, 1, q);
  setField(work, MOST, 2, seasonal);
  setField(work, MOST, 3, seasonal);
  // R: length(x) > 150 or a season beyond 12.
  store<i32>(work, i32(n > 150 || m > 12), APPROXIMATE);
  store<i32>(work, 0, RESULTS);
  store<i32>(work, -1, BEST);
  store<i32>(work, i32(!isSpecified(work)), STOPS);
  store<i32>(work, 0, REFITTED);
  store<i32>(work, FIRST_START, MOVE);
}

/** The starting models count as moves before 0. */
const FIRST_START: i32 = -5;
const MOVES: i32 = 17;

/** Orders of a start or a move, into CANDIDATE; false where it leads nowhere. */
function candidate(work: usize, move: i32): bool {
  const short = load<i32>(work, N) < 10;
  const constant = i32(load<i32>(work, CHOSEN_D) + load<i32>(work, CHOSEN_SEASONAL_D) < 2);
  const most = work + MOST;
  for (let i = 0; i < 5; i++) setField(work, CANDIDATE, i, move < 0 ? 0 : field(work, CURRENT, i));
  if (move < 0) setField(work, CANDIDATE, 4, constant);
  switch (move) {
    case -5: {
      setField(work, CANDIDATE, 0, min<i32>(short ? 1 : 2, load<i32>(most)));
      setField(work, CANDIDATE, 1, min<i32>(short ? 1 : 2, load<i32>(most, 4)));
      setField(work, CANDIDATE, 2, min<i32>(short ? 0 : 1, load<i32>(most, 8)));
      setField(work, CANDIDATE, 3, min<i32>(short ? 0 : 1, load<i32>(most, 12)));
      break;
    }
    case -4: break;
    case -3:
    case -2: {
      const side = move + 3;
      setField(work, CANDIDATE, side, min<i32>(1, field(work, MOST, side)));
      setField(work, CANDIDATE, side + 2, min<i32>(1, field(work, MOST, side + 2)));
      break;
    }
    case -1: {
      if (constant == 0) return false;
      setField(work, CANDIDATE, 4, 0);
      break;
    }
    case 16: {
      if (constant == 0) return false;
      setField(work, CANDIDATE, 4, 1 - field(work, CANDIDATE, 4));
      break;
    }
    default: {
      // P−, Q−, P+, Q+, P−Q−, P−Q+, P+Q−, P+Q+; then the same of p and q.
      const first = move < 8 ? 2 : 0;
      const k = move & 7;
      const left = k < 4 ? (k & 1 ? 0 : k - 1) : (k & 2) - 1;
      const right = k < 4 ? (k & 1 ? k - 2 : 0) : 2 * (k & 1) - 1;
      if (!shift(work, first, left) || !shift(work, first + 1, right)) return false;
    }
  }
  return restrict(work) && isNew(work);
}

function shift(work: usize, i: i32, by: i32): bool {
  const v = field(work, CANDIDATE, i) + by;
  if (v < 0 || v > field(work, MOST, i)) return false;
  setField(work, CANDIDATE, i, v);
  return true;
}

/** What is specified stays; true if the candidate can be written so. */
function restrict(work: usize): bool {
  const season = load<i32>(work, M) > 1;
  for (let i = 0; i < 5; i++) {
    const at = i == 0 ? 0 : i == 1 ? 2 : i == 2 ? 3 : i == 3 ? 5 : 6;
    const most = i < 2 ? model.MOST_P : i < 4 ? model.MOST_SEASONAL : 1;
    let v = fixed(work, at, most);
    if (v == AUTO) continue;
    if (!season && (i == 2 || i == 3)) v = 0;
    if (i == 4 && load<i32>(work, CHOSEN_D) + load<i32>(work, CHOSEN_SEASONAL_D) > 1) v = 0;
    setField(work, CANDIDATE, i, v);
  }
  return true;
}

function keyOf(work: usize, from: usize): i32 {
  return field(work, from, 0) + 8 * (field(work, from, 1) + 8 * (field(work, from, 2) + 4 * (field(work, from, 3) +
    4 * field(work, from, 4))));
}

function isNew(work: usize): bool {
  const key = keyOf(work, CANDIDATE);
  const count = load<i32>(work, RESULTS);
  for (let i = 0; i < count; i++) if (load<i32>(resultAt(work, i), KEY) == key) return false;
  return true;
}

/** The next candidate, ready to be fitted; once there is none, the exact fits. False when nothing is left. */
function propose(work: usize): bool {
  let move = load<i32>(work, MOVE);
  const room = load<i32>(work, RESULTS) < MOST_RESULTS;
  while (room && move < MOVES) {
    const isPossible = candidate(work, move);
    store<i32>(work, ++move, MOVE);
    if (!isPossible) continue;
    setOrders(work);
    const result = resultAt(work, load<i32>(work, RESULTS));
    store<i32>(result, keyOf(work, CANDIDATE), KEY);
    store<i32>(result, UNTRIED, STATUS);
    store<f64>(result, Infinity, CRITERION);
    attempt(work, 0);
    return true;
  }
  store<i32>(work, REFIT, PHASE);
  return proposeRefit(work);
}

function end(work: usize): bool {
  store<i32>(work, DONE, PHASE);
  return false;
}

/** The result of a status with the least criterion, −1 where there is none. */
function bestOf(work: usize, status: i32): i32 {
  const count = load<i32>(work, RESULTS);
  let best = -1;
  for (let i = 0; i < count; i++) {
    const result = resultAt(work, i);
    if (load<i32>(result, STATUS) != status) continue;
    if (best < 0 || load<f64>(result, CRITERION) < load<f64>(resultAt(work, best), CRITERION)) best = i;
  }
  return best;
}

/**
 * Exact fits of the best conditional ones until one may be chosen, as R does, and on while a conditional criterion promises
 * more than that; then the chosen one from other starts.
 */
function proposeRefit(work: usize): bool {
  const chosen = bestOf(work, CHOOSABLE);
  const next = bestOf(work, CONDITIONAL);
  const done = load<i32>(work, REFITTED);
  store<i32>(work, done + 1, REFITTED);
  const isWorth = next >= 0 && (chosen < 0 ||
    (done < REFITS && load<f64>(resultAt(work, next), CRITERION) < load<f64>(resultAt(work, chosen), CRITERION) + SLACK));
  if (!isWorth) store<i32>(work, POLISH, PHASE);
  const index = isWorth ? next : chosen;
  if (index < 0) return end(work);
  store<i32>(work, index, REFITTING);
  recall(work, index);
  attempt(work, isWorth ? EXACT_ATTEMPT : EXACT_ATTEMPT + 1);
  return true;
}

/**
 * Begin a fit from one of several starts, for the criteria have many optima: two conditional fits, an exact one from the
 * better of them, two more exact ones. The first coefficients of the two sides start apart, so that they are not collinear.
 */
function attempt(work: usize, which: i32): void {
  store<i32>(work, which, ATTEMPT);
  if (which != EXACT_ATTEMPT) {
    const record = work + MODEL;
    const p = model.order(record, model.P);
    const q = model.order(record, model.Q);
    memory.fill(work + X, 0, <usize>(8 * model.MOST_COEFFICIENTS));
    const ar: f64 = which == 1 || which == 4 ? 1.0 : -1.0;
    const ma: f64 = which == 1 ? 0.0 : which == 3 ? -1.0 : 1.0;
    if (p > 0) store<f64>(work + X, ar);
    if (q > 0) store<f64>(work + X + (<usize>p << 3), ma);
    const seasonal = work + X + (<usize>(p + q) << 3);
    if (model.order(record, model.SEASONAL_P) > 0) store<f64>(seasonal, which & 1 ? 1.0 : 0.0);
    if (model.order(record, model.SEASONAL_Q) > 0) {
      store<f64>(seasonal + (<usize>model.order(record, model.SEASONAL_P) << 3), which & 1 ? 0.0 : 1.0);
    }
  }
  beginDescent(work, which >= EXACT_ATTEMPT, which >= EXACT_ATTEMPT ? FINE : COARSE);
}

/** Put a result's orders and parameters in place. */
export function recall(work: usize, i: i32): void {
  const result = resultAt(work, i);
  const key = load<i32>(result, KEY);
  setField(work, CANDIDATE, 0, key & 7);
  setField(work, CANDIDATE, 1, (key >> 3) & 7);
  setField(work, CANDIDATE, 2, (key >> 6) & 3);
  setField(work, CANDIDATE, 3, (key >> 8) & 3);
  setField(work, CANDIDATE, 4, key >> 10);
  setOrders(work);
  memory.copy(work + X, result + PARAMETERS, <usize>(8 * model.MOST_COEFFICIENTS));
}

/** Write the model's orders and what it is to be fitted to. */
export function setOrders(work: usize): void {
  const from = CANDIDATE;
  const record = work + MODEL;
  store<i32>(record, field(work, from, 0), model.P);
  store<i32>(record, load<i32>(work, CHOSEN_D), model.D);
  store<i32>(record, field(work, from, 1), model.Q);
  store<i32>(record, field(work, from, 2), model.SEASONAL_P);
  store<i32>(record, load<i32>(work, CHOSEN_SEASONAL_D), model.SEASONAL_D);
  store<i32>(record, field(work, from, 3), model.SEASONAL_Q);
  store<i32>(record, field(work, from, 4), model.CONSTANT);
  store<i32>(record, load<i32>(work, M), model.PERIOD);
  if (hasHoles(work)) fillLevels(work);
  else fillDifferences(work);
}

/** What is taken off every level: with nothing differenced the mean if there is a constant, else any level will do. */
export function levelShift(work: usize): f64 {
  const record = work + MODEL;
  if (model.differenced(record) > 0) return load<f64>(array(work, Y));
  return model.order(record, model.CONSTANT) == 1 ? load<f64>(work, CENTRE) : 0.0;
}

/** Scaled levels, and the regressor whose differences are 1. */
export function fillLevels(work: usize): void {
  const record = work + MODEL;
  const n = load<i32>(work, N);
  const y = array(work, Y);
  const values = array(work, VALUES);
  const regressor = array(work, REGRESSOR);
  const inverse = 1.0 / load<f64>(work, SCALE);
  const shift = levelShift(work);
  const isTrend = model.differenced(record) > 0;
  const slope = 1.0 / (model.order(record, model.D) > 0 ? 1.0 : <f64>load<i32>(work, M));
  for (let t = 0; t < n; t++) {
    const o = <usize>t << 3;
    const v = load<f64>(y + o);
    store<f64>(values + o, (v - shift) * inverse);
    store<f64>(regressor + o, isNaN(v) ? NaN : isTrend ? <f64>t * slope : 1.0);
  }
}

/** Scaled differences, less their mean if there is a constant. */
function fillDifferences(work: usize): void {
  const record = work + MODEL;
  const m = load<i32>(work, M);
  const values = array(work, VALUES);
  const regressor = array(work, REGRESSOR);
  let n = load<i32>(work, N);
  memory.copy(values, array(work, Y), <usize>n << 3);
  if (model.order(record, model.SEASONAL_D) > 0) n = differences(values, n, m, values);
  for (let i = model.order(record, model.D); i > 0; i--) n = differences(values, n, 1, values);
  const inverse = 1.0 / load<f64>(work, SCALE);
  const mean = model.order(record, model.CONSTANT) == 1 ? load<f64>(work, CENTRE) : 0.0;
  for (let t = 0; t < n; t++) {
    const o = <usize>t << 3;
    store<f64>(values + o, (load<f64>(values + o) - mean) * inverse);
    store<f64>(regressor + o, 1.0);
  }
}

/** Go on with the fit in work until the piece is used up. */
function fitOn(work: usize): bool {
  const record = work + MODEL;
  const exact = load<i32>(work, EXACT) == 1;
  let cost = load<i32>(work, N) * 8;
  if (exact) {
    const reach = max<i32>(model.order(record, model.P), model.order(record, model.Q)) +
      load<i32>(work, M) * (model.order(record, model.SEASONAL_P) + model.order(record, model.SEASONAL_Q) + 1);
    cost = hasHoles(work) ? load<i32>(work, N) * (reach * reach / 2 + 8) : load<i32>(work, N) * (reach + 8);
  }
  for (let left = PIECE; left > 0; left -= cost) {
    if (!descend(work)) return concluded(work);
  }
  return true;
}

/** Note what a descent came to and begin the next one. */
function concluded(work: usize): bool {
  const which = load<i32>(work, ATTEMPT);
  const phase = load<i32>(work, PHASE);
  const index = phase > SEARCH ? load<i32>(work, REFITTING) : load<i32>(work, RESULTS);
  const result = resultAt(work, index);
  note(work, result);
  const isExact = phase == REFIT || (phase == SEARCH && load<i32>(work, APPROXIMATE) == 0);
  const last = phase == POLISH ? LAST_ATTEMPT : isExact ? EXACT_ATTEMPT : EXACT_ATTEMPT - 1;
  // Without coefficients all starts are the same.
  const next = load<i32>(work, COUNT) > 0 ? which + 1 : which < EXACT_ATTEMPT ? EXACT_ATTEMPT : LAST_ATTEMPT + 1;
  if (next <= last) {
    if (next == EXACT_ATTEMPT) memory.copy(work + X, result + PARAMETERS, <usize>(8 * model.MOST_COEFFICIENTS));
    attempt(work, next);
    return true;
  }
  if (phase == REFIT) return proposeRefit(work);
  if (phase == POLISH) return end(work);
  store<i32>(work, index + 1, RESULTS);
  const best = load<i32>(work, BEST);
  const move = load<i32>(work, MOVE);
  if (best < 0 || load<f64>(result, CRITERION) < load<f64>(resultAt(work, best), CRITERION)) {
    store<i32>(work, index, BEST);
    const constant = move == 0 ? field(work, CURRENT, 4) : field(work, CANDIDATE, 4);
    for (let i = 0; i < 4; i++) setField(work, CURRENT, i, field(work, CANDIDATE, i));
    // R goes on with the constant after the start without one.
    setField(work, CURRENT, 4, constant);
    if (move > 0) store<i32>(work, 0, MOVE);
  }
  return propose(work);
}

/** Whether the specification leaves a single model, which then is taken as it comes. */
function isSpecified(work: usize): bool {
  for (let i = 0; i < 7; i++) if (field(work, SPEC, i) < 0 && (i < 3 || i == 6 || load<i32>(work, M) > 1)) return false;
  return true;
}

/** Keep what was fitted if it is better than what the result has; a root near the unit circle is refused. */
function note(work: usize, result: usize): void {
  const exact = load<i32>(work, EXACT) == 1;
  const criterion = aicc(work);
  const isFit = criterion < Infinity &&
    (isSpecified(work) || model.isWellInside(work + MODEL, vectorAt(work, model.mostReach(load<i32>(work, M)), 0)));
  const before = load<i32>(result, STATUS);
  const isFirst = before == UNTRIED || (exact && before == CONDITIONAL);
  if (!isFirst && !(isFit && (before == REFUSED || criterion < load<f64>(result, CRITERION)))) return;
  store<i32>(result, !exact ? CONDITIONAL : isFit ? CHOOSABLE : REFUSED, STATUS);
  store<f64>(result, isFit ? criterion : Infinity, CRITERION);
  memory.copy(result + PARAMETERS, work + X, <usize>(8 * model.MOST_COEFFICIENTS));
}

/** Parameters: coefficients, constant, variance. */
export function parameterCount(work: usize): i32 {
  return model.coefficientCount(work + MODEL) + model.order(work + MODEL, model.CONSTANT) + 1;
}

/** Values less those that differencing takes. */
export function freeValues(work: usize): i32 { return load<i32>(work, PRESENT) - model.differenced(work + MODEL); }

/** Log-likelihood at the criterion, in units of the values; of a conditional fit as if its variance were the exact one. */
export function logLikelihood(work: usize): f64 {
  const n = <f64>(load<i32>(work, EXACT) == 1 ? load<i32>(work, USED) : freeValues(work));
  const variance = load<f64>(work, OBJECTIVE) / <f64>load<i32>(work, USED);
  return -0.5 * n * (Math.log(2.0 * Math.PI * variance) + 1.0) - n * Math.log(load<f64>(work, SCALE));
}

/** Corrected Akaike criterion. */
export function aicc(work: usize): f64 {
  const n = <f64>freeValues(work);
  const k = <f64>parameterCount(work);
  if (n - k - 1.0 <= 0.0 || !(load<f64>(work, OBJECTIVE) < Infinity)) return Infinity;
  return 2.0 * k + 2.0 * k * (k + 1.0) / (n - k - 1.0) - 2.0 * logLikelihood(work);
}
