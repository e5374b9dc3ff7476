import {
  ADMITTED, AGREEMENT, AGREEMENTS, CANDIDATES, COUNTS, FEATURES, groupEnd, GROUPS, groupStart, hasGroup, LAST_Y, matrixRow, MEAN_Y,
  MOST_FEATURES, RIGHT, STAGED, THETA, TOTAL, WEIGHT, WEIGHT_SQUARES,
} from './covariates-block';
import { addMultiple, dotF64, factorize, solveLower, solveUpper } from './models/cholesky';

// The regression of a covariates expert: ridge on the features of the groups that are in, an autoregression of what it
// leaves, and what each group that is out would add to it.

/** Strength of the prior that a feature does nothing, in rows in which it is not 0. */
const PRIOR_ROWS: f64 = 1.0;
const MOST_MEMORY: f64 = 0.998;
/** Pairs of residuals that their agreement remembers. */
const AGREEMENT_GAIN: f64 = 0.01;
const LEAST_PAIRS: f64 = 30.0;
/** Below this a feature has not varied. */
const STILL: f64 = 1e-200;
/** A candidate explains more than a group of noise would by so many standard deviations of χ². */
const CHANCE: f64 = 5.0;

// Scratch, nothing of it kept between calls.
const matrix = memory.data(40 * 40 * 8, 16);
const right = memory.data(40 * 8, 16);
const rest = memory.data(40 * 8, 16);
const places = memory.data(40 * 4, 16);

/**
 * Coefficient φ of the residual's autoregression, in [0, MOST_MEMORY], from the mean q of 2xy/(x² + y²) over neighbours:
 * normal pairs of correlation φ have q = φ/(1 + √(1 − φ²)). No pair counts for more than another, so that neither bursts
 * nor events that nobody knew of pass for memory. It falls short by (1 + 3φ)/n (Marriott & Pope 1954, Biometrika 41),
 * which would leave a wandering load for the features to explain.
 */
export function memoryOf(block: usize): f64 {
  const q = load<f64>(block, AGREEMENT);
  if (!(q > 0.0)) return 0.0;
  const phi = 2.0 * q / (1.0 + q * q);
  const count = max<f64>(LEAST_PAIRS, min<f64>(2.0 / AGREEMENT_GAIN, load<f64>(block, AGREEMENTS)));
  return min<f64>(MOST_MEMORY, phi + (1.0 + 3.0 * phi) / count);
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

/** What the features, given as deviations from their means, add to a value. */
export function effect(block: usize, deviations: usize): f64 {
  return dotF64(block + THETA, deviations, load<i32>(block, FEATURES));
}

/** What the model leaves of the last value. */
export function lastResidual(block: usize, deviations: usize): f64 {
  return load<f64>(block, LAST_Y) - load<f64>(block, MEAN_Y) - effect(block, deviations);
}

/** Compare a residual with the one a step before it. */
export function learnAgreement(block: usize, now: f64, before: f64): void {
  const size = now * now + before * before;
  if (!(size > STILL)) return;
  const count = load<f64>(block, AGREEMENTS) + 1.0;
  const q = load<f64>(block, AGREEMENT);
  store<f64>(block, q + max<f64>(AGREEMENT_GAIN, 1.0 / count) * (2.0 * now * before / size - q), AGREEMENT);
  store<f64>(block, count, AGREEMENTS);
}

/** Solve for the coefficients of the groups that are in, then for those that each of the others would have beside them. */
export function solveAll(block: usize): void {
  const groups = load<i32>(block, GROUPS);
  memory.fill(block + THETA, 0, <usize>MOST_FEATURES << 3);
  let count = 0;
  for (let g = 0; g < groups; g++) if (hasGroup(block, ADMITTED, g)) count = placeGroup(block, g, count);
  const left = load<f64>(block, TOTAL) - solve(block, count, block + RIGHT, THETA);
  unexplained(block);
  const weight = load<f64>(block, WEIGHT);
  // Weights that fall off leave sums of squares fewer degrees of freedom than rows: by Σw²/Σw.
  const noise = left / weight * (load<f64>(block, WEIGHT_SQUARES) / weight);
  let candidates = 0;
  for (let g = 0; g < groups; g++) {
    if (hasGroup(block, ADMITTED, g)) continue;
    const features = <f64>placeGroup(block, g, 0);
    const explained = solve(block, <i32>features, rest, STAGED);
    const isMore = explained > 0.0 && explained >= noise * (features + CHANCE * sqrt<f64>(2.0 * features));
    candidates |= i32(isMore) << g;
  }
  store<i32>(block, candidates, CANDIDATES);
}

/** Put the features of a group behind `count` others; gives how many there are now. */
function placeGroup(block: usize, group: i32, count: i32): i32 {
  for (let i = groupStart(block, group); i < groupEnd(block, group); i++) {
    store<i32>(places + (<usize>count << 2), i);
    count++;
  }
  return count;
}

/** Products of all features with what the model leaves: of the score test (Rao 1948). */
function unexplained(block: usize): void {
  const theta = block + THETA;
  memory.copy(rest, block + RIGHT, <usize>MOST_FEATURES << 3);
  for (let i = 0; i < load<i32>(block, FEATURES); i++) {
    const row = matrixRow(block, i);
    const o = <usize>i << 3;
    store<f64>(rest + o, load<f64>(rest + o) - dotF64(row, theta, i + 1));
    const coefficient = load<f64>(theta + o);
    if (coefficient != 0.0) addMultiple(rest, row, -coefficient, i);
  }
}

/**
 * Solve the normal equations of the features in `places`.
 * @param products right side, f64 of every feature
 * @param into vector of the block that takes the coefficients
 * @returns what they explain of the sum of squares
 */
function solve(block: usize, count: i32, products: usize, into: usize): f64 {
  for (let i = 0; i < count; i++) gather(block, i, products);
  if (count == 0 || !factorize(matrix, matrix, count, MOST_FEATURES)) return 0.0;
  solveLower(matrix, right, count, MOST_FEATURES);
  const explained = dotF64(right, right, count);
  solveUpper(matrix, right, count, MOST_FEATURES);
  for (let i = 0; i < count; i++) {
    const place = <usize>load<i32>(places + (<usize>i << 2)) << 3;
    store<f64>(block + into + place, load<f64>(right + (<usize>i << 3)));
  }
  return explained;
}

/** Row i of the system, with the ridge: so many rows in which the feature does nothing. */
function gather(block: usize, i: i32, products: usize): void {
  const place = load<i32>(places + (<usize>i << 2));
  const from = matrixRow(block, place);
  const row = matrix + (<usize>(i * MOST_FEATURES) << 3);
  const o = <usize>place << 3;
  for (let j = 0; j < i; j++) {
    store<f64>(row + (<usize>j << 3), load<f64>(from + (<usize>load<i32>(places + (<usize>j << 2)) << 3)));
  }
  const energy = load<f64>(from + o);
  const ridge = energy > STILL ? energy * PRIOR_ROWS / max<f64>(PRIOR_ROWS, load<f64>(block + COUNTS + o)) : 1.0;
  store<f64>(row + (<usize>i << 3), energy + ridge);
  store<f64>(right + (<usize>i << 3), load<f64>(products + o));
}
