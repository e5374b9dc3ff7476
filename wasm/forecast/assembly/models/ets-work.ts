// Workspace of a fit. Forms are numbered 9·error + 3·trend + season with error 0 A, 1 M; trend 0 N, 1 A, 2 Ad; season
// 0 N, 1 A, 2 M. A vector of parameters is α β γ φ, level, trend, then the m seasonal states by phase: step t has phase
// t mod m. A form leaves those that it lacks at what makes no difference.

// Header.
export const N: usize = 0; // i32 steps from the first value that is there
export const M: usize = 4; // i32 season in steps, 1: none
export const PRESENT: usize = 8; // i32 values that are there
export const TODO: usize = 12; // i32 forms to try, one bit each
export const NEXT: usize = 16; // i32 form being fitted
export const START: usize = 20; // i32 start of it that is descended from, or comes next
export const STEPS: usize = 24; // i32 steps of this descent so far, −1: not begun
export const BEST: usize = 28; // i32 form with the least criterion so far, −1: none
export const FREE: usize = 32; // i32 columns of the Jacobian's seasonal states
export const COLUMNS: usize = 36; // i32 columns of the Jacobian in all, a multiple of four
export const ALIKE: usize = 40; // i32 the sums of products hold for the current parameters
export const BEST_AICC: usize = 48; // f64
export const SCALE: usize = 56; // f64 factor from values to the window's copy, a power of two
export const DAMPING: usize = 64; // f64 λ of Levenberg and Marquardt
export const GROWTH: usize = 72; // f64 by which the damping grows when a step fails
export const CRITERION: usize = 80; // f64 −2 log-likelihood at the current parameters
export const PROMISED: usize = 88; // f64 fall of it that the last step was to bring
// What a pass over the window leaves.
export const SSE: usize = 96; // f64 sum of squared errors
export const LOG_SUM: usize = 104; // f64 Σ log f, multiplicative errors only
export const LEVEL: usize = 112; // f64 states at the end
export const TREND: usize = 120;
// Places of arrays, i32 each.
const TRIAL: usize = 128;
const RING: usize = 132;
const DECOMPOSED: usize = 136; // and 140
const FOUND: usize = 144;
const FOUND_CRITERION: usize = 148;
const VECTORS: usize = 152;
const GRAM: usize = 156;
const FACTOR: usize = 160;
const ROWS_PLACE: usize = 164;
const SHAPES: usize = 168;
const VALUES: usize = 172;
const THETA: usize = 176;

export const FORMS: i32 = 18;
/** Longest season whose initial states are estimated with the rest; longer ones keep those of the decomposition. */
const LONGEST_FREE: i32 = 24;
/** Rows of the Jacobian that are held at a time; a power of two. */
export const ROWS: i32 = 64;
/** Columns besides those of seasonal states: level, trend, α β γ φ, error and its weight. */
const PLAIN_COLUMNS: i32 = 8;
/** Vectors of a column's length each. */
const VECTOR_COUNT: i32 = 3;

// Places in a vector of parameters, bytes.
export const ALPHA: usize = 0;
export const BETA: usize = 8;
export const GAMMA: usize = 16;
export const PHI: usize = 24;
export const L0: usize = 32;
export const B0: usize = 40;
export const S0: usize = 48;

// @ts-ignore: decorator
@inline
export function errorOf(form: i32): i32 { return form / 9; }
// @ts-ignore: decorator
@inline
export function trendOf(form: i32): i32 { return (form / 3) % 3; }
// @ts-ignore: decorator
@inline
export function seasonOf(form: i32): i32 { return form % 3; }
// @ts-ignore: decorator
@inline
export function formOf(error: i32, trend: i32, season: i32): i32 { return 9 * error + 3 * trend + season; }

/** Seasonal states that can be estimated: one less than the season has, for they are relative to the level. */
function freeOf(m: i32): i32 { return m <= LONGEST_FREE ? m - 1 : 0; }

/** Parameters of a form as the criterion counts them: with the variance, and with all m − 1 seasonal states. */
export function parameterCount(form: i32, m: i32): i32 {
  return 3 + trendOf(form) + i32(trendOf(form) != 0) + (seasonOf(form) != 0 ? m : 0);
}

/** Set the Jacobian's columns for a form. */
export function setColumns(work: usize, form: i32): void {
  const free = seasonOf(form) != 0 ? freeOf(load<i32>(work, M)) : 0;
  store<i32>(work, free, FREE);
  store<i32>(work, PLAIN_COLUMNS + free + 3 & ~3, COLUMNS);
}

/** Numbers in a vector of parameters that is kept: seasonal states of long seasons never change. */
function keptLength(m: i32): i32 { return 6 + (m <= LONGEST_FREE ? m : 0); }

/** Note the place of an array of `count` f64, if there is a workspace to note it in; returns where the next one is. */
function put(work: usize, field: usize, place: i32, count: i32): i32 {
  if (work != 0) store<i32>(work + field, place);
  return place + (count + 1 & ~1) * 8;
}

/** Lay out the workspace `work` (0: none yet) for n values and a season of m steps; returns its bytes. */
export function layOut(work: usize, n: i32, m: i32): i32 {
  const columns = PLAIN_COLUMNS + freeOf(m) + 3 & ~3;
  let place = put(work, THETA, 192, 6 + m);
  place = put(work, TRIAL, place, 6 + m);
  place = put(work, RING, place, m + 2);
  place = put(work, DECOMPOSED, place, m);
  place = put(work, DECOMPOSED + 4, place, m);
  place = put(work, FOUND, place, FORMS * keptLength(m));
  place = put(work, FOUND_CRITERION, place, FORMS);
  place = put(work, VECTORS, place, VECTOR_COUNT * columns);
  place = put(work, GRAM, place, columns * columns);
  place = put(work, FACTOR, place, columns * columns);
  place = put(work, ROWS_PLACE, place, ROWS * columns);
  place = put(work, SHAPES, place, m * columns);
  return put(work, VALUES, place, n);
}

// @ts-ignore: decorator
@inline
function placed(work: usize, field: usize): usize { return work + <usize>load<i32>(work + field); }

/** Current parameters. */
// @ts-ignore: decorator
@inline
export function thetaAt(work: usize): usize { return placed(work, THETA); }
/** Parameters of the step or the start being tried. */
// @ts-ignore: decorator
@inline
export function trialAt(work: usize): usize { return placed(work, TRIAL); }
/** Seasonal states during a pass; m + 2 numbers of scratch otherwise. */
// @ts-ignore: decorator
@inline
export function ringAt(work: usize): usize { return placed(work, RING); }
/** Seasonal states by decomposition: kind 1 additive, 2 multiplicative. */
// @ts-ignore: decorator
@inline
export function decomposedAt(work: usize, kind: i32): usize {
  return placed(work, DECOMPOSED + (<usize>(kind - 1) << 2));
}
/** f64 −2 log-likelihood found for a form; infinite where it was not fitted. */
// @ts-ignore: decorator
@inline
export function foundCriterionAt(work: usize, form: i32): usize { return placed(work, FOUND_CRITERION) + (<usize>form << 3); }
/** Vectors 0 and 1: sensitivities of level and trend; 2: step of a descent. */
// @ts-ignore: decorator
@inline
export function vectorAt(work: usize, i: i32): usize {
  return placed(work, VECTORS) + (<usize>(i * load<i32>(work, COLUMNS)) << 3);
}
/** Sums of products of the Jacobian's columns, square; row p has the gradient. */
// @ts-ignore: decorator
@inline
export function gramAt(work: usize): usize { return placed(work, GRAM); }
// @ts-ignore: decorator
@inline
export function factorAt(work: usize): usize { return placed(work, FACTOR); }
/** Rows of the Jacobian. */
// @ts-ignore: decorator
@inline
export function rowsAt(work: usize): usize { return placed(work, ROWS_PLACE); }
/** Sensitivities of the seasonal states, one row a phase. */
// @ts-ignore: decorator
@inline
export function shapesAt(work: usize): usize { return placed(work, SHAPES); }
/** Values of the window, scaled, NaN where missing. */
// @ts-ignore: decorator
@inline
export function valuesAt(work: usize): usize { return placed(work, VALUES); }

/** Copy parameters, seasonal states included. */
export function copyTheta(work: usize, to: usize, from: usize): void {
  memory.copy(to, from, <usize>(6 + load<i32>(work, M)) << 3);
}

/** Keep the current parameters as those found for a form. */
export function keep(work: usize, form: i32): void {
  const length = keptLength(load<i32>(work, M));
  memory.copy(placed(work, FOUND) + (<usize>(form * length) << 3), thetaAt(work), <usize>length << 3);
}

/** Largest difference between the current smoothing parameters and those found for a form. */
export function distanceFromFound(work: usize, form: i32): f64 {
  const found = placed(work, FOUND) + (<usize>(form * keptLength(load<i32>(work, M))) << 3);
  let most: f64 = 0.0;
  for (let o: usize = 0; o < 32; o += 8) most = max<f64>(most, abs<f64>(load<f64>(thetaAt(work) + o) - load<f64>(found + o)));
  return most;
}

/** Take up the parameters found for a form. */
export function recall(work: usize, form: i32, theta: usize): void {
  const m = load<i32>(work, M);
  const length = keptLength(m);
  memory.copy(theta, placed(work, FOUND) + (<usize>(form * length) << 3), <usize>length << 3);
  if (length == 6 && seasonOf(form) != 0) memory.copy(theta + S0, decomposedAt(work, seasonOf(form)), <usize>m << 3);
}
