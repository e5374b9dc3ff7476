import { aicc } from './arima-criteria';
import { beginDescent, descend } from './arima-descent';
import { copyPresent, differences, differencesNeeded, needsSeasonalDifference } from './arima-differences';
import { hasHoles } from './arima-likelihood';
import * as model from './arima-model';
import { candidate, FIRST_START, fixed, isSpecified, limitOrders, MOVES } from './arima-moves';
import {
  bestOf, CHOOSABLE, CONDITIONAL, CRITERION, KEY, keyOf, PARAMETERS, recall, REFUSED, resultAt, STATUS, UNTRIED,
} from './arima-results';
import { setOrders, standardise } from './arima-values';
import {
  APPROXIMATE, array, ATTEMPT, BEST, CANDIDATE, CHOSEN_D, CHOSEN_SEASONAL_D, COUNT, CURRENT, DEGENERATE, EXACT, fieldAt, JACOBIAN,
  M, MODEL, MOST_RESULTS, MOVE, N, PHASE, REFITTED, REFITTING, RESULTS, setField, STOPS, VALUES, vectorAt, X, Y,
} from './arima-work';
import { AUTO } from './header';

// The stepwise search of Hyndman & Khandakar (2008, §3.2).

// Phases of a fit.
export const SEASONAL: i32 = 0;
export const LEVEL: i32 = 1;
const SEARCH: i32 = 2;
const REFIT: i32 = 3;
const POLISH: i32 = 4;
export const DONE: i32 = 5;

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
  begin(work);
  if (load<i32>(work, DEGENERATE) == 1) {
    store<i32>(work, DONE, PHASE);
    return false;
  }
  store<i32>(work, SEARCH, PHASE);
  return propose(work);
}

/** Where the search starts. */
function begin(work: usize): void {
  limitOrders(work);
  // R: length(x) > 150 or a season beyond 12.
  store<i32>(work, i32(load<i32>(work, N) > 150 || load<i32>(work, M) > 12), APPROXIMATE);
  store<i32>(work, 0, RESULTS);
  store<i32>(work, -1, BEST);
  store<i32>(work, i32(!isSpecified(work)), STOPS);
  store<i32>(work, 0, REFITTED);
  store<i32>(work, FIRST_START, MOVE);
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
    const constant = move == 0 ? fieldAt(work, CURRENT, 4) : fieldAt(work, CANDIDATE, 4);
    for (let i = 0; i < 4; i++) setField(work, CURRENT, i, fieldAt(work, CANDIDATE, i));
    // R goes on with the constant after the start without one.
    setField(work, CURRENT, 4, constant);
    if (move > 0) store<i32>(work, 0, MOVE);
  }
  return propose(work);
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
