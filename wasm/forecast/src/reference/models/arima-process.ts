import type { ArimaCoefficients, ArimaOrders } from '../../models/arima.ts';
import { solve } from './dense.ts';

// The process behind a seasonal ARIMA model, φ(B) Φ(B^m) w = θ(B) Θ(B^m) e with w = (1−B)^d (1−B^m)^D y and innovations of
// variance 1, as Brockwell & Davis (1991) write it.

/** A polynomial in B by ascending powers. */
export type Polynomial = readonly number[];

export function product(a: Polynomial, b: Polynomial): Polynomial {
  const out = new Array<number>(a.length + b.length - 1).fill(0);
  a.forEach((x, i) => {
    b.forEach((y, j) => {
      out[i + j]! += x * y;
    });
  });
  return out;
}

/** 1 + sign·Σ c[k]·B^(stride·(k+1)). */
function lagged(c: readonly number[], stride: number, sign: number): Polynomial {
  const out = new Array<number>(c.length * stride + 1).fill(0);
  out[0] = 1;
  for (const [k, v] of c.entries()) out[stride * (k + 1)] = sign * v;
  return out;
}

/** φ(B) Φ(B^m). */
export const arPolynomial = (model: ArimaCoefficients, period: number): Polynomial =>
  product(lagged(model.ar, 1, -1), lagged(model.seasonalAr, period, -1));

/** θ(B) Θ(B^m). */
export const maPolynomial = (model: ArimaCoefficients, period: number): Polynomial =>
  product(lagged(model.ma, 1, 1), lagged(model.seasonalMa, period, 1));

/** (1−B)^d (1−B^m)^D. */
export function differencePolynomial({ d, seasonalD, period }: ArimaOrders): Polynomial {
  let out: Polynomial = [1];
  for (let i = 0; i < d; i++) out = product(out, [1, -1]);
  for (let i = 0; i < seasonalD; i++) out = product(out, lagged([1], period, -1));
  return out;
}

/** The first `count` coefficients of numerator/denominator: ψ where these are the moving average and the autoregression. */
export function quotient(numerator: Polynomial, denominator: Polynomial, count: number): number[] {
  const out: number[] = [];
  for (let k = 0; k < count; k++) {
    let sum = numerator[k] ?? 0;
    for (let i = 1; i <= Math.min(k, denominator.length - 1); i++) sum -= denominator[i]! * out[k - i]!;
    out.push(sum);
  }
  return out;
}

/** Autocovariances of lags 0 … count − 1 (section 3.3, third method): γ as the solution of linear equations. */
export function autocovariances(ar: Polynomial, ma: Polynomial, count: number): number[] {
  const p = ar.length - 1;
  const psi = quotient(ma, ar, ma.length);
  const right = (k: number): number => ma.slice(k).reduce((sum, theta, j) => sum + theta * psi[j]!, 0);
  const matrix = Array.from({ length: p + 1 }, (_, k) => {
    const row = new Array<number>(p + 1).fill(0);
    ar.forEach((c, i) => {
      row[Math.abs(k - i)]! += c;
    });
    return row;
  });
  const gamma = solve(
    matrix,
    matrix.map((_, k) => right(k)),
  );
  for (let k = p + 1; k < count; k++) {
    gamma.push(ar.slice(1).reduce((sum, c, i) => sum - c * gamma[k - 1 - i]!, right(k)));
  }
  return gamma.slice(0, count);
}
