// The record of a seasonal ARIMA model: orders, coefficients and the polynomials multiplied out, kept as lists of the lags
// that are not zero ("taps"). The workspace of a fit and a fitted state both hold one.
//
//   φ(B) Φ(B^m) (1−B)^d (1−B^m)^D (y − regression) = θ(B) Θ(B^m) e

// i32 each.
export const P: usize = 0;
export const D: usize = 4;
export const Q: usize = 8;
export const SEASONAL_P: usize = 12;
export const SEASONAL_D: usize = 16;
export const SEASONAL_Q: usize = 20;
/** 1: a mean if nothing is differenced, a drift if one difference is taken. */
export const CONSTANT: usize = 24;
export const PERIOD: usize = 28;
export const AR_COUNT: usize = 32;
export const MA_COUNT: usize = 36;
/** Longest lag of either side. */
export const AR_REACH: usize = 40;
export const MA_REACH: usize = 44;
/** f64: φ, θ, Φ, Θ one after the other. */
export const COEFFICIENTS: usize = 48;
/** Entries of 16 bytes: lag as i32, coefficient as f64 at 8; in order of lags. y[t] = Σ ar·y[t−lag] + e[t] + Σ ma·e[t−lag]. */
export const AR_TAPS: usize = 160;
export const MA_TAPS: usize = 656;
export const MODEL_BYTES: usize = 928;

export const MOST_P: i32 = 5;
export const MOST_D: i32 = 2;
export const MOST_Q: i32 = 5;
export const MOST_SEASONAL: i32 = 2;
export const MOST_SEASONAL_D: i32 = 1;
export const MOST_PERIOD: i32 = 48;
/** φ, θ, Φ, Θ together. */
export const MOST_COEFFICIENTS: i32 = 14;
export const MOST_AR_TAPS: i32 = 31;
export const MOST_MA_TAPS: i32 = 17;

/** A root of either polynomial nearer to the unit circle than this is refused, as by R's auto.arima. */
const LEAST_ROOT: f64 = 1.01;

// @ts-ignore: decorator
@inline
export function order(model: usize, which: usize): i32 { return load<i32>(model + which); }

/** Lags that differencing reaches back: d + mD. */
// @ts-ignore: decorator
@inline
export function differenced(model: usize): i32 {
  return order(model, D) + order(model, PERIOD) * order(model, SEASONAL_D);
}

/** φ, θ, Φ and Θ. */
export function coefficientCount(model: usize): i32 {
  return order(model, P) + order(model, Q) + order(model, SEASONAL_P) + order(model, SEASONAL_Q);
}

/** Longest lag of any model with a season of at most m steps. */
export function mostReach(m: i32): i32 {
  return m < 2 ? MOST_P + MOST_D : MOST_P + MOST_D + min<i32>(m, MOST_PERIOD) * (MOST_SEASONAL + MOST_SEASONAL_D);
}

// @ts-ignore: decorator
@inline
function at(a: usize, i: i32): f64 { return load<f64>(a + (<usize>i << 3)); }
// @ts-ignore: decorator
@inline
function put(a: usize, i: i32, v: f64): void { store<f64>(a + (<usize>i << 3), v); }

/**
 * Coefficients from free parameters, so that both sides stay inside the unit circle: x/√(1+x²) is a partial
 * autocorrelation (Monahan 1984, "A note on enforcing stationarity in autoregressive-moving average models"), the
 * Durbin–Levinson recursion makes coefficients of them.
 */
export function setCoefficients(model: usize, x: usize): void {
  let from = x;
  let to = model + COEFFICIENTS;
  for (let block = 0; block < 4; block++) {
    const count = order(model, block == 0 ? P : block == 1 ? Q : block == 2 ? SEASONAL_P : SEASONAL_Q);
    for (let k = 0; k < count; k++) {
      const free = at(from, k);
      const partial = free / sqrt<f64>(1.0 + free * free);
      for (let i = 0, j = k - 1; i <= j; i++, j--) {
        const a = at(to, i);
        const b = at(to, j);
        put(to, i, a - partial * b);
        put(to, j, b - partial * a);
      }
      put(to, k, partial);
    }
    if (block & 1) for (let k = 0; k < count; k++) put(to, k, -at(to, k));
    from += <usize>count << 3;
    to += <usize>count << 3;
  }
}

/** poly ← poly·(1 + sign·Σ c[j]·B^(j·stride)); returns its new reach. */
function multiply(poly: usize, reach: i32, c: usize, count: i32, stride: i32, sign: f64): i32 {
  const far = reach + count * stride;
  for (let i = reach + 1; i <= far; i++) put(poly, i, 0.0);
  for (let i = far; i >= stride; i--) {
    let sum = at(poly, i);
    for (let j = 1; j <= count && j * stride <= i; j++) sum += sign * at(c, j - 1) * at(poly, i - j * stride);
    put(poly, i, sum);
  }
  return far;
}

/** poly ← poly·(1 − B^lag); returns its new reach. */
function difference(poly: usize, reach: i32, lag: i32): i32 {
  for (let i = reach + 1; i <= reach + lag; i++) put(poly, i, 0.0);
  for (let i = reach + lag; i >= lag; i--) put(poly, i, at(poly, i) - at(poly, i - lag));
  return reach + lag;
}

function listTaps(poly: usize, reach: i32, taps: usize, sign: f64): i32 {
  let count = 0;
  for (let i = 1; i <= reach; i++) {
    const c = at(poly, i);
    if (c == 0.0) continue;
    store<i32>(taps + (<usize>count << 4), i);
    store<f64>(taps + (<usize>count << 4), sign * c, 8);
    count++;
  }
  return count;
}

/** poly ← (1−B)^d (1−B^m)^D; returns its reach. */
export function differencePolynomial(model: usize, poly: usize): i32 {
  let reach = 0;
  put(poly, 0, 1.0);
  for (let i = order(model, D); i > 0; i--) reach = difference(poly, reach, 1);
  for (let i = order(model, SEASONAL_D); i > 0; i--) reach = difference(poly, reach, order(model, PERIOD));
  return reach;
}

/**
 * Multiply the polynomials out into taps.
 * @param poly scratch, mostReach + 1 f64
 * @param levels true: differencing is part of the autoregression, which then is of y itself
 */
export function expand(model: usize, poly: usize, levels: bool): void {
  const m = order(model, PERIOD);
  const p = order(model, P);
  const q = order(model, Q);
  const seasonalP = order(model, SEASONAL_P);
  const phi = model + COEFFICIENTS;
  const theta = phi + (<usize>p << 3);
  const seasonalPhi = theta + (<usize>q << 3);
  put(poly, 0, 1.0);
  let reach = levels ? differencePolynomial(model, poly) : 0;
  reach = multiply(poly, reach, phi, p, 1, -1.0);
  reach = multiply(poly, reach, seasonalPhi, seasonalP, m, -1.0);
  store<i32>(model, reach, AR_REACH);
  store<i32>(model, listTaps(poly, reach, model + AR_TAPS, -1.0), AR_COUNT);
  reach = multiply(poly, 0, theta, q, 1, 1.0);
  reach = multiply(poly, reach, seasonalPhi + (<usize>seasonalP << 3), order(model, SEASONAL_Q), m, 1.0);
  store<i32>(model, reach, MA_REACH);
  store<i32>(model, listTaps(poly, reach, model + MA_TAPS, 1.0), MA_COUNT);
}

/**
 * Whether every root of both polynomials is farther out than LEAST_ROOT: the polynomial in LEAST_ROOT·B must have all of
 * its partial autocorrelations inside (−1, 1). A root of the seasonal part counts as its m-th root.
 * @param scratch MOST_P f64
 */
export function isWellInside(model: usize, scratch: usize): bool {
  const m = order(model, PERIOD);
  let seasonalRoot: f64 = 1.0;
  for (let i = 0; i < m; i++) seasonalRoot *= LEAST_ROOT;
  let from = model + COEFFICIENTS;
  for (let block = 0; block < 4; block++) {
    const count = order(model, block == 0 ? P : block == 1 ? Q : block == 2 ? SEASONAL_P : SEASONAL_Q);
    const root = block < 2 ? LEAST_ROOT : seasonalRoot;
    let power: f64 = block & 1 ? -1.0 : 1.0;
    for (let k = 0; k < count; k++) {
      power *= root;
      put(scratch, k, at(from, k) * power);
    }
    for (let k = count - 1; k >= 0; k--) {
      const partial = at(scratch, k);
      if (!(abs<f64>(partial) < 1.0)) return false;
      stepDown(scratch, k, partial);
    }
    from += <usize>count << 3;
  }
  return true;
}

/** One step of the Durbin–Levinson recursion backwards: from k + 1 coefficients to k. */
// @ts-ignore: decorator
@inline
export function stepDown(a: usize, k: i32, partial: f64): f64 {
  const inverse = 1.0 / (1.0 - partial * partial);
  for (let i = 0, j = k - 1; i <= j; i++, j--) {
    const left = at(a, i);
    const right = at(a, j);
    put(a, i, (left + partial * right) * inverse);
    put(a, j, (right + partial * left) * inverse);
  }
  return inverse;
}
