import { isAdmissible, putWithinBounds } from './ets-admissible';
import { stepWithinBounds } from './ets-bounded';
import { criterionAt, isPerfect, sumProducts } from './ets-filter';
import {
  ALIKE, COLUMNS, copyTheta, CRITERION, DAMPING, errorOf, factorAt, FREE, gramAt, GROWTH, L0, M, PRESENT, PROMISED, ringAt,
  S0, setColumns, thetaAt, trialAt, vectorAt,
} from './ets-work';

// Levenberg–Marquardt on smoothing parameters and initial states together. The likelihood is that of a nonlinear
// least-squares problem: of the errors e, multiplied for multiplicative ones by the geometric mean of the forecasts.
// Initial states of additive forms enter linearly, so that one step finds them. In the order (states, smoothing
// parameters) the last rows of a Cholesky factor are a problem of four variables, which is solved within bounds.
// Damping as in Nielsen (1999), "Damping parameter in Marquardt's method".

const DAMPING_FIRST: f64 = 1e-4;
const DAMPING_LEAST: f64 = 1e-9;
const DAMPING_MOST: f64 = 1e9;
/** A step that promises less than this of −2 log-likelihood is the last. */
const ENOUGH: f64 = 1e-5;

// @ts-ignore: decorator
@inline
function at(p: usize, i: i32): usize { return p + (<usize>i << 3); }
// @ts-ignore: decorator
@inline
function rowOf(matrix: usize, work: usize, i: i32): usize { return at(matrix, i * load<i32>(work, COLUMNS)); }

export function startDescent(work: usize, form: i32, criterion: f64): void {
  setColumns(work, form);
  store<f64>(work, criterion, CRITERION);
  store<f64>(work, DAMPING_FIRST, DAMPING);
  store<f64>(work, 2.0, GROWTH);
  store<i32>(work, 0, ALIKE);
}

/** One step from the current parameters; false once no step helps any more. */
export function descend(work: usize, form: i32): bool {
  const theta = thetaAt(work), trial = trialAt(work);
  const p = 6 + load<i32>(work, FREE);
  if (load<i32>(work, ALIKE) == 0) {
    sumProducts(work, form, theta);
    if (errorOf(form) != 0) weigh(work, p);
    store<i32>(work, 1, ALIKE);
  }
  const damping = load<f64>(work, DAMPING);
  if (!factor(work, p, damping)) return harder(work);
  stepWithinBounds(rowOf(factorAt(work), work, p - 4) + (<usize>(p - 4) << 3), load<i32>(work, COLUMNS), at(vectorAt(work, 2), p - 4), theta);
  const promised = solve(work, p);
  store<f64>(work, promised, PROMISED);
  if (!(promised > ENOUGH)) return false;
  move(work, theta, trial);
  putWithinBounds(form, trial);
  if (!isAdmissible(form, trial, load<i32>(work, M), ringAt(work))) return harder(work);
  const before = load<f64>(work, CRITERION);
  const criterion = criterionAt(work, form, trial);
  if (!(criterion < before)) return harder(work);
  copyTheta(work, theta, trial);
  store<f64>(work, criterion, CRITERION);
  store<i32>(work, 0, ALIKE);
  const ratio = 2.0 * (before - criterion) / promised - 1.0;
  const eased = damping * max<f64>(0.1, 1.0 - ratio * ratio * ratio);
  store<f64>(work, max<f64>(DAMPING_LEAST, eased), DAMPING);
  store<f64>(work, 2.0, GROWTH);
  return !isPerfect(work);
}

/** More damping for the next step; false if that would be none at all. */
function harder(work: usize): bool {
  const growth = load<f64>(work, GROWTH);
  const damping = load<f64>(work, DAMPING) * growth;
  store<f64>(work, damping, DAMPING);
  store<f64>(work, 4.0 * growth, GROWTH);
  return damping < DAMPING_MOST;
}

/**
 * Turn the sums of products into gradient (row p) and Gauss–Newton matrix of Σe² Πf^(2/n): derivatives of the errors
 * become those of e·G with G the geometric mean of the forecasts, divided by G.
 */
function weigh(work: usize, p: i32): void {
  const gram = gramAt(work);
  const e = rowOf(gram, work, p), w = rowOf(gram, work, p + 1);
  const each = -1.0 / <f64>load<i32>(work, PRESENT);
  const sse = load<f64>(at(e, p));
  for (let i = 0; i < p; i++) store<f64>(at(w, i), load<f64>(at(w, i)) * each);
  for (let i = 0; i < p; i++) {
    const row = rowOf(gram, work, i);
    const wi = load<f64>(at(w, i)), ei = load<f64>(at(e, i)) + sse * wi;
    for (let j = 0; j <= i; j++) {
      const wj = load<f64>(at(w, j)), ej = load<f64>(at(e, j));
      store<f64>(at(row, j), load<f64>(at(row, j)) + ei * wj + wi * ej);
    }
  }
  for (let i = 0; i < p; i++) store<f64>(at(e, i), load<f64>(at(e, i)) + sse * load<f64>(at(w, i)));
}

/** Cholesky factor L of the damped matrix, its diagonal inverted, and z of L z = −gradient in vector 2. */
function factor(work: usize, p: i32, damping: f64): bool {
  const gram = gramAt(work), lower = factorAt(work), z = vectorAt(work, 2);
  const gradient = rowOf(gram, work, p);
  for (let i = 0; i < p; i++) {
    const from = rowOf(gram, work, i), row = rowOf(lower, work, i);
    const own = load<f64>(at(from, i));
    // A parameter without effect stays.
    let pivot = own > 0.0 ? own * (1.0 + damping) : 1.0;
    let right = -load<f64>(at(gradient, i));
    for (let j = 0; j < i; j++) {
      const other = rowOf(lower, work, j);
      let sum = load<f64>(at(from, j));
      for (let k = 0; k < j; k++) sum -= load<f64>(at(row, k)) * load<f64>(at(other, k));
      sum *= load<f64>(at(other, j));
      store<f64>(at(row, j), sum);
      right -= sum * load<f64>(at(z, j));
      pivot -= sum * sum;
    }
    if (!(pivot > 1e-14 * own)) return false;
    const inverse = 1.0 / sqrt<f64>(pivot);
    store<f64>(at(row, i), inverse);
    store<f64>(at(z, i), right * inverse);
  }
  return true;
}

/**
 * Initial states' steps δ from z, where the smoothing parameters' stand already, into vector 2; returns the fall of −2
 * log-likelihood that the quadratic model promises.
 */
function solve(work: usize, p: i32): f64 {
  const lower = factorAt(work), gram = gramAt(work), z = vectorAt(work, 2);
  const gradient = rowOf(gram, work, p);
  for (let i = p - 5; i >= 0; i--) {
    let sum = load<f64>(at(z, i));
    for (let k = i + 1; k < p; k++) sum -= load<f64>(at(rowOf(lower, work, k), i)) * load<f64>(at(z, k));
    store<f64>(at(z, i), sum * load<f64>(at(rowOf(lower, work, i), i)));
  }
  let fall: f64 = 0.0;
  for (let i = 0; i < p; i++) {
    const row = rowOf(gram, work, i);
    const di = load<f64>(at(z, i));
    let sum = 2.0 * load<f64>(at(gradient, i)) + load<f64>(at(row, i)) * di;
    for (let j = 0; j < i; j++) sum += 2.0 * load<f64>(at(row, j)) * load<f64>(at(z, j));
    fall -= sum * di;
  }
  const share = min<f64>(0.9999, fall / load<f64>(at(gradient, p)));
  return -<f64>load<i32>(work, PRESENT) * Math.log(1.0 - share);
}

/** trial = theta + δ. */
function move(work: usize, theta: usize, trial: usize): void {
  const z = vectorAt(work, 2), free = load<i32>(work, FREE);
  copyTheta(work, trial, theta);
  add(trial + L0, z, 2);
  add(trial + S0 + 8, z + 16, free);
  add(trial, at(z, 2 + free), 4);
}

/** to[i] += from[i]. */
function add(to: usize, from: usize, count: i32): void {
  for (let i = 0; i < count; i++) store<f64>(at(to, i), load<f64>(at(to, i)) + load<f64>(at(from, i)));
}
