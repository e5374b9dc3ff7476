import { crossCovariance, moments, spread } from './arima-moments';
import {
  AR_COUNT, AR_REACH, AR_TAPS, CONSTANT, differenced, differencePolynomial, expand, MA_COUNT, MA_REACH, MA_TAPS, mostReach,
  order,
} from './arima-model';
import {
  AHEAD, AHEAD_X, array, COVARIANCE, M, MODEL, N, REGRESSOR, RESIDUALS_X, SUM_LOG, USED, VALUES, vectorAt,
} from './arima-work';
import { subtractScaled } from './linalg';

// The Kalman filter over the values themselves: exact where some are missing (Harvey & Pierse 1984), and the covariance of the
// state at the window's end. The state is what past values say of steps 1 … R ahead, in a ring of absolute steps; it is known
// but for the missing values and the unknown past, so that its covariance vanishes as the gain becomes steady.

/** Variance of a first value that is missing: diffuse. */
const DIFFUSE: f64 = 1e8;
/** An innovation of more variance only resolves a diffuse value; it says nothing of the model. */
const MOST_VARIANCE: f64 = 1e6;
/** Trace below which the state counts as known. */
const KNOWN: f64 = 1e-13;

// @ts-ignore: decorator
@inline
function at(a: usize, i: i32): f64 { return load<f64>(a + (<usize>i << 3)); }
// @ts-ignore: decorator
@inline
function put(a: usize, i: i32, v: f64): void { store<f64>(a + (<usize>i << 3), v); }
// @ts-ignore: decorator
@inline
export function cell(work: usize, i: i32, j: i32): usize {
  return array(work, COVARIANCE) + (<usize>(i * (mostReach(load<i32>(work, M)) + 4) + j) << 3);
}

/** Steps that the state of a model in levels looks ahead. */
export function stateReach(model: usize, levels: bool): i32 {
  return max<i32>(1, max<i32>(order(model, AR_REACH) + (levels ? 0 : differenced(model)), order(model, MA_REACH)));
}

/**
 * Exact residuals of levels; leaves the state in AHEAD from step N on, its covariance in COVARIANCE, and the model's taps as
 * those of levels. False where nothing is stationary.
 * @param out N f64
 */
export function filterLevels(work: usize, out: usize): bool {
  const model = work + MODEL;
  const reach = mostReach(load<i32>(work, M));
  expand(model, vectorAt(work, reach, 0), false);
  const n = load<i32>(work, N);
  const given = differenced(model);
  const size = stateReach(model, false);
  if (n <= given || !begin(work, reach, size, given)) return false;
  expand(model, vectorAt(work, reach, 0), true);
  const values = array(work, VALUES);
  const regressor = array(work, REGRESSOR);
  const ahead = array(work, AHEAD);
  const aheadX = array(work, AHEAD_X);
  const outX = array(work, RESIDUALS_X);
  const row = vectorAt(work, reach, 1);
  const constant = order(model, CONSTANT) == 1;
  memory.fill(out, 0, <usize>given << 3);
  memory.fill(outX, 0, <usize>n << 3);
  let product: f64 = 1.0;
  let sumLog: f64 = 0.0;
  let used = 0;
  let known = false;
  for (let t = given; t < n; t++) {
    const o = <usize>t << 3;
    const y = load<f64>(values + o);
    const isThere = !isNaN(y);
    if (!known && (t & 7) == 0) known = settle(work, size);
    memory.copy(row, cell(work, 0, 0), <usize>(size + 1) << 3);
    const f = known ? 1.0 : 1.0 + load<f64>(row);
    const counts = isThere && f < MOST_VARIANCE;
    const weight = counts ? 1.0 / sqrt<f64>(f) : 0.0;
    if (counts) {
      used++;
      product *= f;
      if (product > 1e100) {
        sumLog += Math.log(product);
        product = 1.0;
      }
    }
    const gain = known ? 0.0 : 1.0 / f;
    store<f64>(out + o, weight * stepState(model, ahead + o, row, size, y, gain));
    if (constant) {
      const x = isThere ? load<f64>(regressor + o) : NaN;
      store<f64>(outX + o, weight * stepState(model, aheadX + o, row, size, x, gain));
    }
    if (known && isThere) continue;
    stepCovariance(work, row, size, isThere ? 1.0 / f : 0.0, !isThere);
    known = false;
  }
  store<i32>(work, used, USED);
  store<f64>(work, sumLog + Math.log(product), SUM_LOG);
  return true;
}

/** The state before the first value that is not given, and its covariance. */
function begin(work: usize, reach: i32, size: i32, given: i32): bool {
  const model = work + MODEL;
  const delta = vectorAt(work, reach, 0);
  const gamma = vectorAt(work, reach, 1);
  const psi = vectorAt(work, reach, 2);
  const first = vectorAt(work, reach, 3);
  const phi = vectorAt(work, reach, 4);
  const both = vectorAt(work, reach, 5);
  const known = vectorAt(work, reach, 6);
  const r = max<i32>(order(model, AR_REACH), order(model, MA_REACH));
  for (let i = 0; i <= size; i++) memory.fill(cell(work, i, 0), 0, <usize>(size + 1) << 3);
  if (!moments(model, r, gamma, psi, first, phi, both)) return false;
  crossCovariance(model, gamma, psi, 1, first, r);
  spread(model + AR_TAPS, order(model, AR_COUNT), phi, r + 1);
  spread(model + MA_TAPS, order(model, MA_COUNT), both, r + 1);
  for (let i = 0; i < r; i++) put(both, i, at(both, i) + at(phi, i));
  memory.copy(cell(work, 0, 0), first, <usize>r << 3);
  put(first, r, 0.0);
  // Π = TΠT' + bb' with T = shift + φZ, read from the far end; the first row is known.
  for (let i = r - 1; i > 0; i--) {
    const own = at(phi, i);
    for (let j = r - 1; j >= i; j--) {
      const sum = load<f64>(cell(work, i + 1, j + 1)) + own * at(first, j + 1) + at(phi, j) * at(first, i + 1) +
        own * at(phi, j) * at(first, 0) + at(both, i) * at(both, j);
      store<f64>(cell(work, i, j), sum);
    }
  }
  differencePolynomial(model, delta);
  const values = array(work, VALUES);
  const regressor = array(work, REGRESSOR);
  const ahead = array(work, AHEAD);
  const aheadX = array(work, AHEAD_X);
  const end = <usize>(load<i32>(work, N) + size) << 3;
  memory.fill(ahead, 0, end);
  memory.fill(aheadX, 0, end);
  for (let k = 0; k < given; k++) put(known, k, isNaN(at(values, k)) ? 0.0 : at(values, k));
  say(model, delta, known, given, ahead + (<usize>given << 3), size);
  for (let k = 0; k < given; k++) put(known, k, isNaN(at(values, k)) ? 0.0 : at(regressor, k));
  say(model, delta, known, given, aheadX + (<usize>given << 3), size);
  for (let k = 0; k < given; k++) {
    if (!isNaN(at(values, k))) continue;
    memory.fill(known, 0, <usize>given << 3);
    put(known, k, 1.0);
    say(model, delta, known, given, first, size);
    for (let i = 0; i < size; i++) {
      for (let j = i; j < size; j++) {
        const c = cell(work, i, j);
        store<f64>(c, load<f64>(c) + DIFFUSE * at(first, i) * at(first, j));
      }
    }
  }
  return true;
}

/**
 * What the first values alone say of the steps ahead: with g[k] = Σ over j ≥ k of δ[j]·y[k − j], the levels that differencing
 * carries on, it is φ(B)·g.
 */
function say(model: usize, delta: usize, y: usize, given: i32, to: usize, size: i32): void {
  memory.fill(to, 0, <usize>size << 3);
  for (let k = 1; k <= given; k++) {
    let sum: f64 = 0.0;
    for (let j = k; j <= given; j++) sum -= at(delta, j) * at(y, given - 1 + k - j);
    put(to, k - 1, sum);
  }
  const count = order(model, AR_COUNT);
  for (let i = size; i > 0; i--) {
    let sum = at(to, i - 1);
    for (let k = 0; k < count; k++) {
      const tap = model + AR_TAPS + (<usize>k << 4);
      const lag = load<i32>(tap);
      if (lag >= i) break;
      sum -= load<f64>(tap, 8) * at(to, i - 1 - lag);
    }
    put(to, i - 1, sum);
  }
}

/**
 * One step of the state: corrected by the gain, then spoken of the steps to come. Returns the innovation.
 * @param here the state, from the step that y belongs to
 * @param gain 1/F, 0 where the state is known
 */
function stepState(model: usize, here: usize, row: usize, size: i32, y: f64, gain: f64): f64 {
  let value = load<f64>(here);
  let nu: f64 = 0.0;
  let e: f64 = 0.0;
  if (!isNaN(y)) {
    nu = y - value;
    if (gain != 0.0) subtractScaled(here, here, row, -nu * gain, size);
    value = y;
    e = y - load<f64>(here);
  }
  scatter(here, model + AR_TAPS, order(model, AR_COUNT), value);
  scatter(here, model + MA_TAPS, order(model, MA_COUNT), e);
  return nu;
}

function scatter(here: usize, taps: usize, count: i32, v: f64): void {
  for (let k = 0; k < count; k++) {
    const tap = taps + (<usize>k << 4);
    const to = here + (<usize>load<i32>(tap) << 3);
    store<f64>(to, load<f64>(to) + load<f64>(tap, 8) * v);
  }
}

/** Whether the state has become known; then its covariance is made zero. */
function settle(work: usize, size: i32): bool {
  let trace: f64 = 0.0;
  for (let i = 0; i < size; i++) trace += load<f64>(cell(work, i, i));
  if (trace > KNOWN) return false;
  for (let i = 0; i < size; i++) memory.fill(cell(work, i, 0), 0, <usize>size << 3);
  return true;
}

/**
 * The covariance, upper triangle, one step on. After a value it is A·(Π − cc'/F)·A' with A = shift − θZ and c its first
 * row; over a missing one TΠT' + bb' with T = shift + φZ, b = φ + θ.
 * @param row the first row, a copy
 * @param inverse 1/F, 0 where the value is missing
 * @param isShocked whether bb' is added
 */
export function stepCovariance(work: usize, row: usize, size: i32, inverse: f64, isShocked: bool): void {
  const model = work + MODEL;
  const isThere = inverse > 0.0;
  for (let i = 0; i < size; i++) {
    const c = row + (<usize>(i + 1) << 3);
    subtractScaled(cell(work, i, i), cell(work, i + 1, i + 1), c, load<f64>(c) * inverse, size - i);
  }
  const scale = isThere ? inverse : 1.0;
  const taps = model + (isThere ? MA_TAPS : AR_TAPS);
  const count = order(model, isThere ? MA_COUNT : AR_COUNT);
  const sign: f64 = isThere ? -scale : scale;
  const corner = at(row, 0) * scale;
  for (let k = 0; k < count; k++) {
    const tap = taps + (<usize>k << 4);
    const i = load<i32>(tap) - 1;
    const c = load<f64>(tap, 8);
    const own = sign * c;
    for (let j = 0; j <= i; j++) {
      const to = cell(work, j, i);
      store<f64>(to, load<f64>(to) + own * at(row, j + 1));
    }
    subtractScaled(cell(work, i, i), cell(work, i, i), row + (<usize>(i + 1) << 3), -own, size - i);
    for (let l = k; l < count; l++) {
      const other = taps + (<usize>l << 4);
      const to = cell(work, i, load<i32>(other) - 1);
      store<f64>(to, load<f64>(to) + c * load<f64>(other, 8) * corner);
    }
  }
  if (!isShocked) return;
  const reach = mostReach(load<i32>(work, M));
  const both = vectorAt(work, reach, 2);
  shock(model, both, size);
  for (let i = 0; i < size; i++) {
    const b = at(both, i);
    if (b != 0.0) subtractScaled(cell(work, i, i), cell(work, i, i), both + (<usize>i << 3), -b, size - i);
  }
}

/** What an innovation that was not seen does to the steps ahead: φ + θ. */
export function shock(model: usize, to: usize, size: i32): void {
  spread(model + AR_TAPS, order(model, AR_COUNT), to, size);
  const count = order(model, MA_COUNT);
  for (let k = 0; k < count; k++) {
    const tap = model + MA_TAPS + (<usize>k << 4);
    const i = load<i32>(tap) - 1;
    put(to, i, at(to, i) + load<f64>(tap, 8));
  }
}
