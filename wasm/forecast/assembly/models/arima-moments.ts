import {
  AR_COUNT, AR_REACH, AR_TAPS, MA_COUNT, MA_REACH, MA_TAPS, order, stepDown,
} from './arima-model';

// Second moments of a stationary ARMA process with innovations of variance 1.

// @ts-ignore: decorator
@inline
function at(a: usize, i: i32): f64 { return load<f64>(a + (<usize>i << 3)); }
// @ts-ignore: decorator
@inline
function put(a: usize, i: i32, v: f64): void { store<f64>(a + (<usize>i << 3), v); }

/** Taps as a vector: to[lag − 1] = coefficient, zero elsewhere up to `count`. */
export function spread(taps: usize, tapCount: i32, to: usize, count: i32): void {
  memory.fill(to, 0, <usize>count << 3);
  for (let k = 0; k < tapCount; k++) {
    const tap = taps + (<usize>k << 4);
    put(to, load<i32>(tap) - 1, load<f64>(tap, 8));
  }
}

/**
 * Autocovariances of the autoregression alone, lags 0 … p: coefficients → partial autocorrelations by the Durbin–Levinson
 * recursion backwards, then forwards again (Brockwell & Davis 1991, §5.2). False where it is not stationary.
 * @param partial p f64, coefficients on entry
 * @param row scratch, p f64
 */
function autoregressive(partial: usize, row: usize, p: i32, gamma: usize): bool {
  let variance: f64 = 1.0;
  for (let k = p - 1; k >= 0; k--) {
    const r = at(partial, k);
    if (!(abs<f64>(r) < 1.0)) return false;
    variance *= stepDown(partial, k, r);
  }
  put(gamma, 0, variance);
  for (let k = 0; k < p; k++) {
    const r = at(partial, k);
    let sum = r * variance;
    for (let j = 0; j < k; j++) sum += at(row, j) * at(gamma, k - j);
    put(gamma, k + 1, sum);
    for (let i = 0, j = k - 1; i <= j; i++, j--) {
      const left = at(row, i);
      const right = at(row, j);
      put(row, i, left - r * right);
      put(row, j, right - r * left);
    }
    put(row, k, r);
    variance *= 1.0 - r * r;
  }
  return true;
}

/** Σ over the moving average, the weight 1 at lag 0 included: θ·a[|k + sign·lag|]. */
// @ts-ignore: decorator
@inline
function movingAverage(model: usize, a: usize, k: i32, sign: i32): f64 {
  let sum = at(a, k);
  const count = order(model, MA_COUNT);
  for (let j = 0; j < count; j++) {
    const tap = model + MA_TAPS + (<usize>j << 4);
    sum += load<f64>(tap, 8) * at(a, abs<i32>(k + sign * load<i32>(tap)));
  }
  return sum;
}

/** Σ of the autoregression's taps over what came before: φ·a[k − lag]. */
// @ts-ignore: decorator
@inline
function autoregression(model: usize, a: usize, k: i32): f64 {
  let sum: f64 = 0.0;
  const count = order(model, AR_COUNT);
  for (let j = 0; j < count; j++) {
    const tap = model + AR_TAPS + (<usize>j << 4);
    const lag = load<i32>(tap);
    if (lag > k) break;
    sum += load<f64>(tap, 8) * at(a, k - lag);
  }
  return sum;
}

/**
 * Autocovariances and weights of the moving average, lags 0 … r.
 * @param gamma result, autocovariances; 2r f64 are written on the way
 * @param psi result, ψ
 * @param a scratch, 2r + 1 f64 each, as `b` and `c`
 */
export function moments(model: usize, r: i32, gamma: usize, psi: usize, a: usize, b: usize, c: usize): bool {
  const p = order(model, AR_REACH);
  const far = r + order(model, MA_REACH);
  spread(model + AR_TAPS, order(model, AR_COUNT), a, p);
  if (!autoregressive(a, b, p, c)) return false;
  for (let k = p + 1; k <= far; k++) put(c, k, autoregression(model, c, k));
  // c: of the autoregression x; b: of the process with x; γ: of the process.
  for (let k = 0; k <= far; k++) put(b, k, movingAverage(model, c, k, -1));
  for (let k = 0; k <= r; k++) put(gamma, k, movingAverage(model, b, k, 1));
  spread(model + MA_TAPS, order(model, MA_COUNT), psi + 8, r);
  put(psi, 0, 1.0);
  for (let k = 1; k <= r; k++) put(psi, k, at(psi, k) + autoregression(model, psi, k));
  return true;
}

/**
 * Covariance of what is known of steps 1 … r ahead, Σ φ·w + θ·e over lags ≥ i, with the process `shift` steps after the
 * newest value that is known: to[i] = Σ over lags ≥ i of φ·γ(lag − i + shift) + θ·ψ(lag − i + shift).
 */
export function crossCovariance(model: usize, gamma: usize, psi: usize, shift: i32, to: usize, r: i32): void {
  memory.fill(to, 0, <usize>r << 3);
  for (let side = 0; side < 2; side++) {
    const taps = model + (side == 0 ? AR_TAPS : MA_TAPS);
    const count = order(model, side == 0 ? AR_COUNT : MA_COUNT);
    const source = side == 0 ? gamma : psi;
    for (let k = 0; k < count; k++) {
      const tap = taps + (<usize>k << 4);
      const lag = load<i32>(tap);
      const c = load<f64>(tap, 8);
      for (let i = 1; i <= lag; i++) put(to, i - 1, at(to, i - 1) + c * at(source, lag - i + shift));
    }
  }
}
