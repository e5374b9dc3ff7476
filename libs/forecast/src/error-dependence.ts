import { normalQuantile } from '@foreshadow/domain';

/** Longest memory that is modelled. */
const MAX_ORDER = 96;

/** A stationary autoregression of unit variance. */
export interface Autoregression {
  /** Of the newest value first; at least one. */
  readonly coefficients: Float64Array;
  /** Standard deviation of what is new in each value. */
  readonly innovation: number;
}

/**
 * Ranks of values mapped to quantiles of the standard normal distribution (van der Waerden scores); equal values share
 * the mean of their ranks.
 */
export function normalScores(values: Float64Array): Float64Array {
  const n = values.length;
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort(
    (a, b) => (values[a] ?? 0) - (values[b] ?? 0),
  );
  const scores = new Float64Array(n);
  for (let from = 0; from < n; ) {
    let to = from + 1;
    while (to < n && values[order[to] ?? 0] === values[order[from] ?? 0]) to++;
    const score = normalQuantile((from + to) / (2 * n));
    for (let i = from; i < to; i++) scores[order[i] ?? 0] = score;
    from = to;
  }
  return scores;
}

/**
 * The autoregression that has the first `order` sample autocorrelations of the values (Yule–Walker, solved by Levinson–Durbin;
 * P. J. Brockwell & R. A. Davis, "Time Series: Theory and Methods", 2nd ed., prop. 5.2.1). The order is at most 96 and a
 * tenth of the values. Constant values give white noise.
 */
export function autoregression(values: Float64Array, order: number): Autoregression {
  const p = Math.max(1, Math.min(order, MAX_ORDER, Math.floor(values.length / 10)));
  const r = autocorrelations(values, p);
  let phi = new Float64Array(p);
  let variance = 1;
  for (let k = 1; k <= p; k++) {
    let sum = r[k] ?? 0;
    for (let j = 1; j < k; j++) sum -= (phi[j - 1] ?? 0) * (r[k - j] ?? 0);
    const reflection = sum / variance;
    const next = phi.slice();
    for (let j = 1; j < k; j++) next[j - 1] = (phi[j - 1] ?? 0) - reflection * (phi[k - j - 1] ?? 0);
    next[k - 1] = reflection;
    const left = variance * (1 - reflection * reflection);
    // Values without noise, such as a straight line: the rest of the memory is rounding.
    if (!(left > 1e-9)) break;
    phi = next;
    variance = left;
  }
  return { coefficients: phi, innovation: Math.sqrt(variance) };
}

/** Lags 0 … `count`, with the divisor n that keeps them positive definite; 0 beyond lag 0 for constant values. */
function autocorrelations(values: Float64Array, count: number): Float64Array {
  const n = values.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += (values[i] ?? 0) / n;
  const r = new Float64Array(count + 1);
  for (let k = 0; k <= count; k++) {
    for (let i = k; i < n; i++) r[k]! += ((values[i] ?? 0) - mean) * ((values[i - k] ?? 0) - mean);
  }
  const variance = r[0] ?? 0;
  for (let k = 0; k <= count; k++) r[k] = variance > 0 ? (r[k] ?? 0) / variance : k === 0 ? 1 : 0;
  return r;
}
