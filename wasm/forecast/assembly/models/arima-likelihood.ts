import { crossCovariance, moments, spread } from './arima-moments';
import {
  AR_COUNT, AR_REACH, AR_TAPS, CONSTANT, differenced, expand, MA_COUNT, MA_REACH, MA_TAPS, order, P, PERIOD, SEASONAL_P,
  setCoefficients,
} from './arima-model';
import { filterLevels } from './arima-holes';
import {
  AHEAD, AHEAD_X, array, COUNT, EXACT, M, MODEL, MU, N, PRESENT, REGRESSOR, RESIDUALS_X, SSQ, SUM_LOG, USED, VALUES,
  vectorAt,
} from './arima-work';
import { mostReach } from './arima-model';
import { dot } from './linalg';

// Residuals whose sum of squares is what is made small: conditional on the first values, or exact. The exact ones are
// ν/√F·|Σ|^(1/2n), so that least squares is maximum likelihood (Ansley 1979, "An algorithm for the exact likelihood of a mixed
// autoregressive-moving average process", §4). The constant is regressed out of them: it is never a parameter of the search.

/** Keeps logarithms finite where a model fits perfectly; values are scaled to about 1. */
const FLOOR: f64 = 1e-22;

/** Whether values are missing inside the window. */
// @ts-ignore: decorator
@inline
export function hasHoles(work: usize): bool { return load<i32>(work, N) > load<i32>(work, PRESENT); }

/** Number of filtered values: levels where some are missing, differences otherwise. */
export function lengthOf(work: usize): i32 {
  const n = load<i32>(work, N);
  return hasHoles(work) ? n : n - differenced(work + MODEL);
}

/**
 * Residuals at free parameters x; the criterion: their sum of squares, Infinity where there is none.
 * @param out lengthOf(work) f64, zero where a value does not count
 */
export function evaluate(work: usize, x: usize, out: usize): f64 {
  const model = work + MODEL;
  const holes = hasHoles(work);
  setCoefficients(model, x);
  let done: bool;
  store<f64>(work, 0.0, SUM_LOG);
  if (load<i32>(work, EXACT) == 0) {
    expand(model, vectorAt(work, mostReach(load<i32>(work, M)), 0), holes);
    done = conditional(work, out);
  } else if (holes) {
    done = filterLevels(work, out);
  } else {
    expand(model, vectorAt(work, mostReach(load<i32>(work, M)), 0), false);
    done = filterWhole(work, out);
  }
  if (!done || load<i32>(work, USED) <= load<i32>(work, COUNT)) return Infinity;
  return regress(work, out);
}

/** Take the constant's regression out of the residuals and weigh them by the determinant. */
function regress(work: usize, out: usize): f64 {
  const n = lengthOf(work);
  let mu: f64 = 0.0;
  if (order(work + MODEL, CONSTANT) == 1) {
    const x = array(work, RESIDUALS_X);
    const xx = dot(x, x, n);
    if (!(xx > 0.0)) return Infinity;
    mu = dot(out, x, n) / xx;
    for (let t = 0; t < n; t++) {
      const o = <usize>t << 3;
      store<f64>(out + o, load<f64>(out + o) - mu * load<f64>(x + o));
    }
  }
  const used = <f64>load<i32>(work, USED);
  const ssq = dot(out, out, n) + used * FLOOR;
  store<f64>(work, mu, MU);
  store<f64>(work, ssq, SSQ);
  const sumLog = load<f64>(work, SUM_LOG);
  if (sumLog == 0.0) return ssq < Infinity ? ssq : Infinity;
  const weight = Math.exp(0.5 * sumLog / used);
  for (let t = 0; t < n; t++) {
    const o = <usize>t << 3;
    store<f64>(out + o, load<f64>(out + o) * weight);
  }
  const criterion = ssq * weight * weight;
  return criterion < Infinity ? criterion : Infinity;
}

/** As R's method "CSS": the first values are given, innovations before them are zero. */
function conditional(work: usize, out: usize): bool {
  const model = work + MODEL;
  const n = lengthOf(work);
  let given = order(model, P) + order(model, PERIOD) * order(model, SEASONAL_P);
  if (hasHoles(work)) given += differenced(model);
  if (given >= n) return false;
  clear(array(work, AHEAD), model, n);
  clear(array(work, AHEAD_X), model, n);
  store<i32>(work, pass(work, out, 0, n, given), USED);
  return true;
}

function clear(ahead: usize, model: usize, n: i32): void {
  memory.fill(ahead, 0, <usize>(n + max<i32>(order(model, AR_REACH), order(model, MA_REACH))) << 3);
}

/**
 * The filter with its steady gain over steps from … to, of the values and of the regressor: a value less what past steps said
 * of it is the innovation; both then speak of the steps to come, at the lags that are not zero. A missing value is taken as
 * foretold, before `given` as the last one; it does not count. Returns how many do.
 */
function pass(work: usize, out: usize, from: i32, to: i32, given: i32): i32 {
  const model = work + MODEL;
  if (!hasHoles(work) && max<i32>(order(model, AR_REACH), order(model, MA_REACH)) <= SHORT) {
    return shortPass(work, out, from, to, given);
  }
  const values = array(work, VALUES);
  const regressor = array(work, REGRESSOR);
  const outX = array(work, RESIDUALS_X);
  const ahead = array(work, AHEAD);
  const aheadX = array(work, AHEAD_X);
  const arTaps = model + AR_TAPS;
  const arEnd = arTaps + (<usize>order(model, AR_COUNT) << 4);
  const maTaps = model + MA_TAPS;
  const maEnd = maTaps + (<usize>order(model, MA_COUNT) << 4);
  let used = 0;
  let last: f64 = 0.0;
  let lastX: f64 = 0.0;
  for (let t = from; t < to; t++) {
    const o = <usize>t << 3;
    const here = ahead + o;
    const hereX = aheadX + o;
    let v = load<f64>(values + o);
    let x = load<f64>(regressor + o);
    let e: f64 = 0.0;
    let eX: f64 = 0.0;
    if (isNaN(v)) {
      v = t < given ? last : load<f64>(here);
      x = t < given ? lastX : load<f64>(hereX);
    } else if (t >= given) {
      e = v - load<f64>(here);
      eX = x - load<f64>(hereX);
      used++;
    }
    last = v;
    lastX = x;
    store<f64>(out + o, e);
    store<f64>(outX + o, eX);
    for (let tap = arTaps; tap < arEnd; tap += 16) {
      const lag = <usize>load<i32>(tap) << 3;
      const c = load<f64>(tap, 8);
      store<f64>(here + lag, load<f64>(here + lag) + c * v);
      store<f64>(hereX + lag, load<f64>(hereX + lag) + c * x);
    }
    for (let tap = maTaps; tap < maEnd; tap += 16) {
      const lag = <usize>load<i32>(tap) << 3;
      const c = load<f64>(tap, 8);
      store<f64>(here + lag, load<f64>(here + lag) + c * e);
      store<f64>(hereX + lag, load<f64>(hereX + lag) + c * eX);
    }
  }
  return used;
}

/** Reach up to which the steps ahead stay in registers. */
const SHORT: i32 = 5;

/** `pass` for short lags and whole windows, unrolled. */
function shortPass(work: usize, out: usize, from: i32, to: i32, given: i32): i32 {
  const model = work + MODEL;
  const regressor = array(work, REGRESSOR);
  const values = array(work, VALUES);
  const outX = array(work, RESIDUALS_X);
  const reach = mostReach(load<i32>(work, M));
  const phi = vectorAt(work, reach, 0);
  const theta = vectorAt(work, reach, 1);
  spread(model + AR_TAPS, order(model, AR_COUNT), phi, SHORT);
  spread(model + MA_TAPS, order(model, MA_COUNT), theta, SHORT);
  const ahead = array(work, AHEAD) + (<usize>from << 3);
  const aheadX = array(work, AHEAD_X) + (<usize>from << 3);
  const p0 = load<f64>(phi, 0), q0 = load<f64>(theta, 0);
  const p1 = load<f64>(phi, 8), q1 = load<f64>(theta, 8);
  const p2 = load<f64>(phi, 16), q2 = load<f64>(theta, 16);
  const p3 = load<f64>(phi, 24), q3 = load<f64>(theta, 24);
  const p4 = load<f64>(phi, 32), q4 = load<f64>(theta, 32);
  let a0 = load<f64>(ahead, 0), x0 = load<f64>(aheadX, 0);
  let a1 = load<f64>(ahead, 8), x1 = load<f64>(aheadX, 8);
  let a2 = load<f64>(ahead, 16), x2 = load<f64>(aheadX, 16);
  let a3 = load<f64>(ahead, 24), x3 = load<f64>(aheadX, 24);
  let a4 = load<f64>(ahead, 32), x4 = load<f64>(aheadX, 32);
  for (let t = from; t < to; t++) {
    const o = <usize>t << 3;
    const v = load<f64>(values + o), x = load<f64>(regressor + o);
    const e = t < given ? 0.0 : v - a0, u = t < given ? 0.0 : x - x0;
    store<f64>(out + o, e);
    store<f64>(outX + o, u);
    a0 = a1 + p0 * v + q0 * e;
    x0 = x1 + p0 * x + q0 * u;
    a1 = a2 + p1 * v + q1 * e;
    x1 = x2 + p1 * x + q1 * u;
    a2 = a3 + p2 * v + q2 * e;
    x2 = x3 + p2 * x + q2 * u;
    a3 = a4 + p3 * v + q3 * e;
    x3 = x4 + p3 * x + q3 * u;
    a4 = p4 * v + q4 * e;
    x4 = p4 * x + q4 * u;
  }
  return to - max<i32>(from, given);
}

/**
 * Exact innovations of a whole window. The state is what past values say of steps 1 … r ahead; its covariance moves by a
 * matrix of rank one a step because the process is stationary, so O(r) a step is enough: the Chandrasekhar recursions
 * (Morf, Sidhu & Kailath 1974, "Some new algorithms for recursive estimation in constant linear systems"; Mélard 1984, AS 197).
 * Once that matrix has vanished the sparse filter with its steady gain goes on.
 */
function filterWhole(work: usize, out: usize): bool {
  const model = work + MODEL;
  const n = lengthOf(work);
  const r = max<i32>(order(model, AR_REACH), order(model, MA_REACH));
  const ahead = array(work, AHEAD);
  const aheadX = array(work, AHEAD_X);
  const values = array(work, VALUES);
  const constant = order(model, CONSTANT) == 1;
  store<i32>(work, n, USED);
  clear(ahead, model, n);
  clear(aheadX, model, n);
  let t = 0;
  if (r > 0) {
    t = transient(work, r, n, out, constant);
    if (t < 0) return false;
  }
  pass(work, out, t, n, 0);
  return true;
}

/** Steps until the gain is steady; leaves the state in AHEAD. Returns their number, −1 where nothing is stationary. */
function transient(work: usize, r: i32, n: i32, out: usize, constant: bool): i32 {
  const model = work + MODEL;
  const reach = mostReach(load<i32>(work, M));
  const phi = vectorAt(work, reach, 0);
  const gain = vectorAt(work, reach, 1);
  const move = vectorAt(work, reach, 2);
  const state = vectorAt(work, reach, 3);
  const stateX = vectorAt(work, reach, 4);
  const gamma = vectorAt(work, reach, 5);
  const psi = vectorAt(work, reach, 6);
  if (!moments(model, r, gamma, psi, phi, gain, move)) return -1;
  const even = (r + 1) & ~1;
  spread(model + AR_TAPS, order(model, AR_COUNT), phi, even + 2);
  memory.fill(gain, 0, <usize>(even + 2) << 3);
  crossCovariance(model, gamma, psi, 0, gain, r);
  memory.copy(move, gain, <usize>(even + 2) << 3);
  memory.fill(state, 0, <usize>(even + 2) << 3);
  memory.fill(stateX, 0, <usize>(even + 2) << 3);
  const values = array(work, VALUES);
  const outX = array(work, RESIDUALS_X);
  let f = load<f64>(gamma);
  let scale = -1.0 / f;
  let sumLog: f64 = 0.0;
  let product: f64 = 1.0;
  let t = 0;
  let check = 0;
  for (; t < n; t++) {
    if (t == check) {
      if (-scale * peak(move, r) < STEADY) break;
      check += r;
    }
    const o = <usize>t << 3;
    const inverse = 1.0 / f;
    const root = sqrt<f64>(inverse);
    const first = load<f64>(state);
    const nu = load<f64>(values + o) - first;
    store<f64>(out + o, nu * root);
    product *= f;
    if (product > 1e100) {
      sumLog += Math.log(product);
      product = 1.0;
    }
    const l = load<f64>(move);
    const next = f + scale * l * l;
    if (constant) {
      const firstX = load<f64>(stateX);
      const nuX = 1.0 - firstX;
      store<f64>(outX + o, nuX * root);
      advanceState(stateX, phi, gain, firstX, nuX * inverse, even);
    }
    advanceGain(state, phi, gain, move, first, nu * inverse, l, l * inverse, scale * l, even);
    scale *= f / next;
    f = next;
  }
  store<f64>(work, sumLog + Math.log(product), SUM_LOG);
  memory.copy(array(work, AHEAD) + (<usize>t << 3), state, <usize>r << 3);
  memory.copy(array(work, AHEAD_X) + (<usize>t << 3), stateX, <usize>r << 3);
  return t;
}

/** The variance still to vanish below which the gain counts as steady. */
const STEADY: f64 = 1e-14;

function peak(a: usize, n: i32): f64 {
  let most: f64 = 0.0;
  for (let i = 0; i < n; i++) {
    const v = load<f64>(a + (<usize>i << 3));
    most = max<f64>(most, v * v);
  }
  return most;
}

/** state[i] ← state[i+1] + φ[i]·first + gain[i]·nu, with n even and nu the innovation over its variance. */
function advanceState(state: usize, phi: usize, gain: usize, first: f64, nu: f64, n: i32): void {
  const end = <usize>n << 3;
  if (ASC_FEATURE_SIMD) {
    const a = f64x2.splat(first);
    const b = f64x2.splat(nu);
    for (let o: usize = 0; o < end; o += 16) {
      const s = f64x2.add(v128.load(state + o, 8), f64x2.mul(v128.load(phi + o), a));
      v128.store(state + o, f64x2.add(s, f64x2.mul(v128.load(gain + o), b)));
    }
  } else {
    for (let o: usize = 0; o < end; o += 8) {
      const s = load<f64>(state + o, 8) + load<f64>(phi + o) * first;
      store<f64>(state + o, s + load<f64>(gain + o) * nu);
    }
  }
}

/**
 * advanceState, and the recursion of the gain in one pass: with M the scale, l = L[0] and TL[i] = L[i+1] + φ[i]·l,
 * L ← TL − K·l with K = G/F, G ← G + TL·M·l.
 */
function advanceGain(
  state: usize, phi: usize, gain: usize, move: usize, first: f64, nu: f64, l: f64, lOverF: f64, ml: f64, n: i32,
): void {
  const end = <usize>n << 3;
  if (ASC_FEATURE_SIMD) {
    const a = f64x2.splat(first);
    const b = f64x2.splat(nu);
    const c = f64x2.splat(l);
    const d = f64x2.splat(lOverF);
    const e = f64x2.splat(ml);
    for (let o: usize = 0; o < end; o += 16) {
      const p = v128.load(phi + o);
      const g = v128.load(gain + o);
      const s = f64x2.add(v128.load(state + o, 8), f64x2.mul(p, a));
      v128.store(state + o, f64x2.add(s, f64x2.mul(g, b)));
      const moved = f64x2.add(v128.load(move + o, 8), f64x2.mul(p, c));
      v128.store(move + o, f64x2.sub(moved, f64x2.mul(g, d)));
      v128.store(gain + o, f64x2.add(g, f64x2.mul(moved, e)));
    }
  } else {
    for (let o: usize = 0; o < end; o += 8) {
      const p = load<f64>(phi + o);
      const g = load<f64>(gain + o);
      const s = load<f64>(state + o, 8) + p * first;
      store<f64>(state + o, s + g * nu);
      const moved = load<f64>(move + o, 8) + p * l;
      store<f64>(move + o, moved - g * lOverF);
      store<f64>(gain + o, g + moved * ml);
    }
  }
}
