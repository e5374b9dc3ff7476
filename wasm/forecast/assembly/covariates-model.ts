import {
  COUNTS, EXPLAINED, FEATURES, groupEnd, GROUPS, groupStart, hasGroup, LAST_Y, matrixRow, MEAN_Y, MOMENTS, MOST_FEATURES, POWER,
  PRODUCT, RIGHT, THETA,
} from './covariates-block';
import { dotF64, factorize, solveLower, solveUpper } from './models/cholesky';

// One regression of a covariates expert: ridge on the features of its groups, and an autoregression of what it leaves.

/** Strength of the prior that a feature does nothing, in rows in which it is not 0. */
const PRIOR_ROWS: f64 = 1.0;
const MOST_MEMORY: f64 = 0.998;
/** Residuals that the moments remember. */
const MOMENT_GAIN: f64 = 0.01;
const LEAST_MOMENTS: f64 = 30.0;
/** Below this a feature has not varied. */
const STILL: f64 = 1e-200;

// Scratch, nothing of it kept between calls.
const matrix = memory.data(24 * 24 * 8, 16);
const right = memory.data(24 * 8, 16);
const places = memory.data(24 * 4, 16);

/**
 * Coefficient of the residual's autoregression, in [0, MOST_MEMORY]. The estimate falls short by (1 + 3φ)/n (Marriott &
 * Pope 1954, Biometrika 41), which would leave a wandering load for the features to explain.
 */
export function memoryOf(model: usize): f64 {
  const power = load<f64>(model, POWER);
  if (!(power > 0.0)) return 0.0;
  const phi = load<f64>(model, PRODUCT) / power;
  const count = max<f64>(LEAST_MOMENTS, min<f64>(2.0 / MOMENT_GAIN, load<f64>(model, MOMENTS)));
  return max<f64>(0.0, min<f64>(MOST_MEMORY, phi + (1.0 + 3.0 * phi) / count));
}

/** base^n for n ≥ 0 by squaring. */
export function power(base: f64, n: i32): f64 {
  let result: f64 = 1.0;
  for (; n > 0; n >>= 1) {
    if ((n & 1) != 0) result *= base;
    base *= base;
  }
  return result;
}

/** What a model leaves of y, at features given as deviations from their means. */
// @ts-ignore: decorator
@inline
export function residual(block: usize, model: usize, y: f64, deviations: usize): f64 {
  return y - load<f64>(block, MEAN_Y) - dotF64(model + THETA, deviations, load<i32>(block, FEATURES));
}

/** What a model leaves of the last value. */
export function lastResidual(block: usize, model: usize, deviations: usize): f64 {
  return residual(block, model, load<f64>(block, LAST_Y), deviations);
}

/** Take a residual and the one a step before it into the moments. */
export function learnMoments(model: usize, now: f64, before: f64): void {
  const count = load<f64>(model, MOMENTS) + 1.0;
  const gain = max<f64>(MOMENT_GAIN, 1.0 / count);
  const power = load<f64>(model, POWER);
  const product = load<f64>(model, PRODUCT);
  store<f64>(model, power + gain * (now * now - power), POWER);
  store<f64>(model, product + gain * (now * before - product), PRODUCT);
  store<f64>(model, count, MOMENTS);
}

/** Solve the normal equations of a model's features. */
export function solve(block: usize, model: usize): void {
  let p = 0;
  for (let g = 0; g < load<i32>(block, GROUPS); g++) {
    if (!hasGroup(model, g)) continue;
    for (let i = groupStart(block, g); i < groupEnd(block, g); i++) {
      store<i32>(places + (<usize>p << 2), i);
      p++;
    }
  }
  for (let i = 0; i < p; i++) gather(block, i);
  const theta = model + THETA;
  memory.fill(theta, 0, <usize>MOST_FEATURES << 3);
  store<f64>(model, 0.0, EXPLAINED);
  if (p == 0 || !factorize(matrix, matrix, p, MOST_FEATURES)) return;
  solveLower(matrix, right, p, MOST_FEATURES);
  store<f64>(model, dotF64(right, right, p), EXPLAINED);
  solveUpper(matrix, right, p, MOST_FEATURES);
  for (let i = 0; i < p; i++) {
    const place = load<i32>(places + (<usize>i << 2));
    store<f64>(theta + (<usize>place << 3), load<f64>(right + (<usize>i << 3)));
  }
}

/** Row i of the system, with the ridge: so many rows in which the feature does nothing. */
function gather(block: usize, i: i32): void {
  const place = load<i32>(places + (<usize>i << 2));
  const from = matrixRow(block, place);
  const row = matrix + (<usize>(i * MOST_FEATURES) << 3);
  const o = <usize>place << 3;
  for (let j = 0; j < i; j++) {
    store<f64>(row + (<usize>j << 3), load<f64>(from + (<usize>load<i32>(places + (<usize>j << 2)) << 3)));
  }
  const energy = load<f64>(from + o);
  const ridge = energy > STILL ? energy * PRIOR_ROWS / load<f64>(block + COUNTS + o) : 1.0;
  store<f64>(row + (<usize>i << 3), energy + ridge);
  store<f64>(right + (<usize>i << 3), load<f64>(block + RIGHT + o));
}
