import { coefficientCount } from './arima-model';
import { evaluate, lengthOf } from './arima-likelihood';
import {
  array, COUNT, DAMPING, EXACT, FACTOR, GRADIENT, GROWTH, JACOBIAN, MODEL, NORMAL, OBJECTIVE, PREDICTED, RESIDUALS,
  RESIDUALS_TRIAL, ROUND, STAGE, STEP, STOPS, TOLERANCE, TRIAL, X,
} from './arima-work';
import { dot, solveSymmetric } from './linalg';

// Least squares by Levenberg–Marquardt (Marquardt 1963; damping as in Nielsen 1999, "Damping parameter in Marquardt's method"),
// with the Jacobian by forward differences. Both criteria are sums of squares, so it needs a tenth of the evaluations that BFGS
// would. One call evaluates once, so that a fit can stop anywhere.

const FIRST_DAMPING: f64 = 1e-3;
const MOST_DAMPING: f64 = 1e8;
const MOST_ROUNDS: i32 = 60;
const MOST_COARSE_ROUNDS: i32 = 20;
/** Step of the differences, of 1 + |x|. */
const DIFFERENCE: f64 = 1e-6;
/** Bound of free parameters: partial autocorrelations of 1 − 5e-5. */
const MOST_FREE: f64 = 100.0;

/** Longest step, of 1 + |x|. */
const MOST_STEP: f64 = 2.0;

/** Partial autocorrelations of 1 − 3e-4: roots that a search refuses. */
const FAR_OUT: f64 = 40.0;

/** Stages: the start, a column of the Jacobian, a step. */
const START: i32 = -1;

// @ts-ignore: decorator
@inline
function at(a: usize, i: i32): f64 { return load<f64>(a + (<usize>i << 3)); }
// @ts-ignore: decorator
@inline
function put(a: usize, i: i32, v: f64): void { store<f64>(a + (<usize>i << 3), v); }

/**
 * Begin at the parameters in X.
 * @param exact whether by likelihood, else by the conditional sum of squares
 * @param tolerance relative decrease of the criterion that ends it
 */
export function beginDescent(work: usize, exact: bool, tolerance: f64): void {
  store<i32>(work, i32(exact), EXACT);
  store<i32>(work, coefficientCount(work + MODEL), COUNT);
  store<f64>(work, tolerance, TOLERANCE);
  store<f64>(work, FIRST_DAMPING, DAMPING);
  store<f64>(work, 2.0, GROWTH);
  store<i32>(work, START, STAGE);
  store<i32>(work, 0, ROUND);
}

/** One evaluation; false once it has ended. The best parameters are in X, their criterion in OBJECTIVE. */
export function descend(work: usize): bool {
  const stage = load<i32>(work, STAGE);
  const count = load<i32>(work, COUNT);
  if (stage == START) {
    const s = evaluate(work, work + X, array(work, RESIDUALS));
    store<f64>(work, s, OBJECTIVE);
    store<i32>(work, 0, STAGE);
    return count > 0 && s < Infinity;
  }
  if (stage < count) return differentiate(work, stage, count);
  return tryStep(work, count);
}

function differentiate(work: usize, j: i32, count: i32): bool {
  const n = lengthOf(work);
  memory.copy(work + TRIAL, work + X, <usize>count << 3);
  const x = at(work + X, j);
  // Towards zero: never past the bound.
  const h = (x > 0.0 ? -DIFFERENCE : DIFFERENCE) * (1.0 + abs<f64>(x));
  put(work + TRIAL, j, x + h);
  const column = array(work, JACOBIAN) + (<usize>(j * n) << 3);
  const s = evaluate(work, work + TRIAL, column);
  const inverse = 1.0 / (at(work + TRIAL, j) - x);
  if (s == Infinity) {
    memory.fill(column, 0, <usize>n << 3);
  } else {
    const residuals = array(work, RESIDUALS);
    for (let t = 0; t < n; t++) put(column, t, (at(column, t) - at(residuals, t)) * inverse);
  }
  for (let i = 0; i <= j; i++) {
    put(work + NORMAL, j * count + i, dot(column, array(work, JACOBIAN) + (<usize>(i * n) << 3), n));
  }
  put(work + GRADIENT, j, dot(column, array(work, RESIDUALS), n));
  store<i32>(work, j + 1, STAGE);
  return j + 1 < count || propose(work, count);
}

/** The next step, damped; false where it promises too little or nothing can be solved any more. */
function propose(work: usize, count: i32): bool {
  let most: f64 = 0.0;
  for (let i = 0; i < count; i++) most = max<f64>(most, at(work + NORMAL, i * (count + 1)));
  for (;;) {
    const damping = load<f64>(work, DAMPING);
    if (damping > MOST_DAMPING) return false;
    memory.copy(work + FACTOR, work + NORMAL, <usize>(count * count) << 3);
    for (let i = 0; i < count; i++) {
      const d = i * (count + 1);
      put(work + FACTOR, d, at(work + FACTOR, d) + damping * max<f64>(at(work + NORMAL, d), 1e-9 * most));
      put(work + STEP, i, -at(work + GRADIENT, i));
    }
    if (solveSymmetric(work + FACTOR, work + STEP, count) && isNear(work, count)) break;
    store<f64>(work, damping * 3.0, DAMPING);
  }
  let predicted: f64 = 0.0;
  for (let i = 0; i < count; i++) {
    const d = at(work + STEP, i);
    const weight = load<f64>(work, DAMPING) * max<f64>(at(work + NORMAL, i * (count + 1)), 1e-9 * most);
    predicted += d * (weight * d - at(work + GRADIENT, i));
    put(work + TRIAL, i, max<f64>(-MOST_FREE, min<f64>(MOST_FREE, at(work + X, i) + d)));
  }
  store<f64>(work, predicted, PREDICTED);
  return predicted > load<f64>(work, TOLERANCE) * load<f64>(work, OBJECTIVE);
}

/** Whether no parameter moves further than the squares can be trusted. */
function isNear(work: usize, count: i32): bool {
  for (let i = 0; i < count; i++) {
    if (!(abs<f64>(at(work + STEP, i)) <= MOST_STEP * (1.0 + abs<f64>(at(work + X, i))))) return false;
  }
  return true;
}

function isFarOut(work: usize, count: i32): bool {
  for (let i = 0; i < count; i++) if (abs<f64>(at(work + X, i)) > FAR_OUT) return true;
  return false;
}

function tryStep(work: usize, count: i32): bool {
  const trial = array(work, RESIDUALS_TRIAL);
  const before = load<f64>(work, OBJECTIVE);
  const after = evaluate(work, work + TRIAL, trial);
  const damping = load<f64>(work, DAMPING);
  if (!(after < before)) {
    const growth = load<f64>(work, GROWTH);
    store<f64>(work, damping * growth, DAMPING);
    store<f64>(work, growth * 2.0, GROWTH);
    return propose(work, count);
  }
  memory.copy(work + X, work + TRIAL, <usize>count << 3);
  memory.copy(array(work, RESIDUALS), trial, <usize>lengthOf(work) << 3);
  store<f64>(work, after, OBJECTIVE);
  const turn = 2.0 * (before - after) / load<f64>(work, PREDICTED) - 1.0;
  store<f64>(work, damping * max<f64>(1.0 / 3.0, 1.0 - turn * turn * turn), DAMPING);
  store<f64>(work, 2.0, GROWTH);
  store<i32>(work, 0, STAGE);
  const round = load<i32>(work, ROUND) + 1;
  store<i32>(work, round, ROUND);
  if (load<i32>(work, STOPS) == 1 && isFarOut(work, count)) return false;
  const most = load<i32>(work, EXACT) == 1 ? MOST_ROUNDS : MOST_COARSE_ROUNDS;
  return round < most && before - after > load<f64>(work, TOLERANCE) * before;
}
