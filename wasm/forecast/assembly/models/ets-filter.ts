import { differentiate, finishProducts, startProducts } from './ets-jacobian';
import {
  ALPHA, B0, BETA, errorOf, GAMMA, L0, LEVEL, LOG_SUM, M, N, PHI, PRESENT, ringAt, S0, seasonOf, SSE, TREND, valuesAt,
} from './ets-work';

// One pass of the innovations form over the window (Hyndman, Koehler, Ord & Snyder 2008, tables 2.2 and 2.3). With an
// additive season or none the states follow y − f whichever way the error enters: x = F x + g (y − f). A step without
// a value has no error.

/** Products of forecasts are kept within this range until their logarithm is taken. */
const LARGE: f64 = 1e100;
const SMALL: f64 = 1e-100;
/** Mean square of errors, relative to the mean square of the values, below which a fit counts as perfect. */
const PERFECT: f64 = 1e-28;

/**
 * Pass over the window at `theta`, with derivatives if wanted; sums and last states are left in the workspace. False
 * where a forecast of a multiplicative form, or one of its factors, is not positive.
 */
// @ts-ignore: decorator
@inline
function pass(work: usize, form: i32, theta: usize, derivatives: bool): bool {
  const alpha = load<f64>(theta, ALPHA), beta = load<f64>(theta, BETA);
  const gamma = load<f64>(theta, GAMMA), phi = load<f64>(theta, PHI);
  const relative = errorOf(form) != 0, kind = seasonOf(form);
  const ring = ringAt(work);
  const cycle = kind != 0 ? <usize>load<i32>(work, M) << 3 : 8;
  const end = <usize>load<i32>(work, N) << 3;
  const values = valuesAt(work);
  if (kind != 0) memory.copy(ring, theta + S0, cycle);
  else store<f64>(ring, 0.0);
  let l = load<f64>(theta, L0), b = load<f64>(theta, B0);
  let sse: f64 = 0.0, logs: f64 = 0.0, product: f64 = 1.0;
  for (let t: usize = 0, phase: usize = 0; t < end; t += 8) {
    const y = load<f64>(values + t);
    const trend = phi * b;
    const q = l + trend;
    const s = load<f64>(ring + phase);
    const f = kind == 2 ? q * s : q + s;
    if (relative && !(f > 0.0 && (kind != 2 || s > 0.0))) return false;
    // The error, and what it moves the level (u) and the season (v) by.
    let e: f64 = 0.0, u: f64 = 0.0, v: f64 = 0.0;
    if (y == y) {
      u = y - f;
      v = u;
      e = u;
      if (relative) {
        e = u / f;
        product *= f;
        if (!(product < LARGE && product > SMALL)) {
          logs += Math.log(product);
          product = 1.0;
        }
        if (kind == 2) {
          u = q * e;
          v = s * e;
        }
      }
      sse += e * e;
    }
    if (derivatives) differentiate(work, form, <i32>(t >> 3), <i32>(phase >> 3), y, q, s, b, e, u, v);
    l = q + alpha * u;
    b = trend + beta * u;
    store<f64>(ring + phase, s + gamma * v);
    phase += 8;
    if (phase == cycle) phase = 0;
  }
  store<f64>(work, sse, SSE);
  store<f64>(work, logs + Math.log(product), LOG_SUM);
  store<f64>(work, l, LEVEL);
  store<f64>(work, b, TREND);
  return true;
}

/**
 * −2 log-likelihood of the scaled window without its constants, n log Σe² + 2 Σ log|f| (Hyndman & Khandakar 2008,
 * section 2.3); infinite where a forecast of a multiplicative form is not positive.
 */
export function criterionAt(work: usize, form: i32, theta: usize): f64 {
  if (!pass(work, form, theta, false)) return Infinity;
  const present = <f64>load<i32>(work, PRESENT);
  const sse = max<f64>(load<f64>(work, SSE), PERFECT * present);
  const criterion = present * Math.log(sse) + 2.0 * load<f64>(work, LOG_SUM);
  return isNaN(criterion) ? Infinity : criterion;
}

/** Sums of products of the Jacobian's columns at `theta`, which must have a finite criterion. */
export function sumProducts(work: usize, form: i32, theta: usize): void {
  startProducts(work, form, theta);
  pass(work, form, theta, true);
  finishProducts(work);
}

/** Whether the last pass left no errors to speak of. */
export function isPerfect(work: usize): bool {
  return load<f64>(work, SSE) <= PERFECT * <f64>load<i32>(work, PRESENT);
}
