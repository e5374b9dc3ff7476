import type { ArimaCoefficients, ArimaOrders } from '../../models/arima.ts';
import {
  arPolynomial,
  autocovariances,
  differencePolynomial,
  maPolynomial,
  quotient,
} from './arima-process.ts';
import { cholesky, dot, forward, type Matrix, solve } from './dense.ts';

/**
 * Seasonal ARIMA by the covariance matrix of the values themselves, without a filter and without regard to cost: levels are
 * linear in the stationary differences and in the first d + mD levels. Of these the ones that are there are given, the others
 * have a flat prior (Ansley & Kohn 1985, "Estimation, filtering, and smoothing in state space models with incompletely specified
 * initial conditions"). Missing values are NaN: their rows are left out.
 */
export interface ArimaProcess extends ArimaOrders, ArimaCoefficients {}

/** Levels from step `given` on: innovations' covariance, what the unknown first levels and the constant add. */
interface Levels {
  readonly given: number;
  /** Covariance over the variance of the innovations. */
  readonly covariance: Matrix;
  /** By step: effect of each of the first levels. */
  readonly firsts: Matrix;
  /** By step: effect of a constant of 1 in the differences. */
  readonly constant: readonly number[];
}

function levelsOf(model: ArimaProcess, n: number): Levels {
  const delta = differencePolynomial(model);
  const given = delta.length - 1;
  const count = n - given;
  const gamma = autocovariances(arPolynomial(model, model.period), maPolynomial(model, model.period), count);
  // Level t = Σ sums[t − s]·w[s], and the effect of a first level by the recursion that differencing is.
  const sums = quotient([1], delta, count);
  const half = Array.from({ length: count }, (_, i) =>
    Array.from({ length: count }, (_, s) => {
      let sum = 0;
      for (let k = 0; k <= i; k++) sum += sums[k]! * gamma[Math.abs(i - k - s)]!;
      return sum;
    }),
  );
  const covariance = half.map((row) => {
    const out: number[] = [];
    for (let j = 0; j < count; j++) {
      let sum = 0;
      for (let k = 0; k <= j; k++) sum += sums[k]! * row[j - k]!;
      out.push(sum);
    }
    return out;
  });
  const firsts = Array.from({ length: given }, (_, g) => {
    const path = Array.from({ length: given }, (_, i) => Number(i === g));
    for (let t = given; t < n; t++) path.push(-dot(delta.slice(1), path.slice(t - given, t).reverse()));
    return path.slice(given);
  });
  const constant = sums.map((_, i) => sums.slice(0, i + 1).reduce((a, b) => a + b, 0));
  return {
    given,
    covariance,
    firsts: Array.from({ length: count }, (_, i) => firsts.map((path) => path[i]!)),
    constant,
  };
}

export interface ArimaFit {
  /** Concentrated over variance and constant. */
  readonly logLikelihood: number;
  /** Σ ν²/F. */
  readonly ssq: number;
  /** Values that count. */
  readonly used: number;
  /** The mean, or the drift a step. */
  readonly regression: number;
}

export interface ArimaForecasts {
  readonly mean: readonly number[];
  readonly variance: readonly number[];
}

/** What the values that are there say, whitened by the factor of their covariance. */
function whiten(model: ArimaProcess, values: readonly number[], ahead: number) {
  const levels = levelsOf(model, values.length + ahead);
  const { given, covariance, firsts, constant } = levels;
  const steps = [...values.keys()].slice(given).filter((t) => !Number.isNaN(values[t]!));
  const rows = steps.map((t) => t - given);
  const isMissing = values.slice(0, given).map(Number.isNaN);
  const known = (i: number): number =>
    firsts[i]!.reduce((sum, v, g) => sum + (isMissing[g]! ? 0 : v * values[g]!), 0);
  const unknown = (i: number): number[] => firsts[i]!.filter((_, g) => isMissing[g]!);
  const factor = cholesky(rows.map((i) => rows.map((j) => covariance[i]![j]!)));
  const unknowns = isMissing.filter(Boolean).length;
  return {
    levels,
    rows,
    factor,
    known,
    unknown,
    y: forward(
      factor,
      rows.map((i, k) => values[steps[k]!]! - known(i)),
    ),
    x: Array.from({ length: unknowns }, (_, g) =>
      forward(
        factor,
        rows.map((i) => unknown(i)[g]!),
      ),
    ),
    c: forward(
      factor,
      rows.map((i) => constant[i]!),
    ),
  };
}

const subtract = (a: readonly number[], b: readonly number[], factor: number): number[] =>
  a.map((v, i) => v - factor * b[i]!);

/** What least squares on the columns leaves of y. */
function residual(y: readonly number[], columns: Matrix): { rest: number[]; beta: number[] } {
  const beta = solve(
    columns.map((a) => columns.map((b) => dot(a, b))),
    columns.map((a) => dot(a, y)),
  );
  return {
    rest: columns.reduce<number[]>((rest, column, k) => subtract(rest, column, beta[k]!), [...y]),
    beta,
  };
}

/** A constant of the differences is a drift of as many steps as a difference spans. */
const perStep = ({ d, seasonalD, period }: ArimaOrders): number => (d === 0 && seasonalD > 0 ? period : 1);

/** Exact Gaussian likelihood at given coefficients. */
export function fitArima(model: ArimaProcess, values: readonly number[]): ArimaFit {
  const { factor, x, y, c } = whiten(model, values, 0);
  const columns = model.constant ? [...x, c] : x;
  const { rest, beta } = residual(y, columns);
  const ssq = dot(rest, rest);
  const used = y.length - x.length;
  const logs = factor.reduce((sum, row, i) => sum + 2 * Math.log(row[i]!), 0);
  const gram = cholesky(x.map((a) => x.map((b) => dot(a, b))));
  const logsUnknown = gram.reduce((sum, row, i) => sum + 2 * Math.log(row[i]!), 0);
  return {
    logLikelihood: -0.5 * (used * (Math.log((2 * Math.PI * ssq) / used) + 1) + logs + logsUnknown),
    ssq,
    used,
    regression: model.constant ? beta[x.length]! / perStep(model) : 0,
  };
}

/** Means and variances of the steps after the values, given those that are there; the constant counts as known. */
export function forecastArima(
  model: ArimaProcess & { readonly regression: number; readonly sigma2: number },
  values: readonly number[],
  count: number,
): ArimaForecasts {
  const { levels, rows, factor, known, unknown, y, x, c } = whiten(model, values, count);
  const mu = model.constant ? model.regression * perStep(model) : 0;
  const { rest, beta } = residual(subtract(y, c, mu), x);
  const gram = cholesky(x.map((a) => x.map((b) => dot(a, b))));
  const mean: number[] = [];
  const variance: number[] = [];
  for (let h = 0; h < count; h++) {
    const i = values.length - levels.given + h;
    const row = levels.covariance[i]!;
    const v = forward(
      factor,
      rows.map((j) => row[j]!),
    );
    const own = unknown(i);
    mean.push(known(i) + mu * levels.constant[i]! + dot(own, beta) + dot(v, rest));
    const left = forward(
      gram,
      own.map((e, g) => e - dot(v, x[g]!)),
    );
    variance.push(model.sigma2 * (row[i]! - dot(v, v) + dot(left, left)));
  }
  return { mean, variance };
}
