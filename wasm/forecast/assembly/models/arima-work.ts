import { MODEL_BYTES, mostReach, MOST_PERIOD } from './arima-model';

// Layout of the workspace of a fit: fields, then arrays whose offsets are fields.

// The window, i32.
export const N: usize = 0; // steps from the first to the last value that is there
export const M: usize = 4; // season that is fitted, 1: none
export const PRESENT: usize = 8;
export const TAIL: usize = 12; // missing steps after the last value
export const SPEC: usize = 16; // 7 i32
export const PHASE: usize = 44;

// The search, i32.
export const CHOSEN_D: usize = 48;
export const CHOSEN_SEASONAL_D: usize = 52;
export const APPROXIMATE: usize = 56; // candidates are compared by conditional sums of squares
export const MOST: usize = 60; // 4 i32: highest p, q, P, Q
export const CURRENT: usize = 76; // 5 i32: p, q, P, Q, constant where the search stands
export const CANDIDATE: usize = 96; // 5 i32
export const MOVE: usize = 116;
export const RESULTS: usize = 120; // candidates so far
export const BEST: usize = 124; // index of the best of them
export const REFITTED: usize = 128; // exact fits that may be chosen
export const REFITTING: usize = 132; // index of the result in work
export const DEGENERATE: usize = 136; // nothing is left after differencing

// The likelihood.
export const EXACT: usize = 140; // i32
export const USED: usize = 144; // i32 values that count
export const ATTEMPT: usize = 148; // i32 which start is being tried, see arima-search.ts
export const CENTRE: usize = 152; // f64 each: taken off before scaling
export const SCALE: usize = 160;
export const MU: usize = 168; // regression on the constant, in scaled units
export const SSQ: usize = 176; // Σ ν²/F
export const SUM_LOG: usize = 184; // Σ log F

// Least squares, see arima-descent.ts.
export const COUNT: usize = 192; // i32
export const STAGE: usize = 196; // i32
export const ROUND: usize = 200; // i32
export const STOPS: usize = 204; // i32: a parameter far out ends it, the model will be refused
export const TOLERANCE: usize = 208;
export const DAMPING: usize = 216;
export const GROWTH: usize = 224;
export const OBJECTIVE: usize = 232;
export const PREDICTED: usize = 240;
export const X: usize = 248; // 14 f64 each
export const TRIAL: usize = 360;
export const GRADIENT: usize = 472;
export const STEP: usize = 584;
export const NORMAL: usize = 696; // 14 × 14
export const FACTOR: usize = 2264;
export const MODEL: usize = 3832;

// Offsets of arrays, i32.
const OFFSETS: usize = MODEL + MODEL_BYTES;
/** The window as it is, n. */
export const Y: usize = OFFSETS;
/** What is filtered: scaled differences or levels, n. */
export const VALUES: usize = OFFSETS + 4;
/** The constant's regressor, n. */
export const REGRESSOR: usize = OFFSETS + 8;
/** Residuals, of the regressor, and of a trial, n each. */
export const RESIDUALS: usize = OFFSETS + 12;
export const RESIDUALS_X: usize = OFFSETS + 16;
export const RESIDUALS_TRIAL: usize = OFFSETS + 20;
/** What past steps say of steps to come, by step: n + reach, also for the regressor. */
export const AHEAD: usize = OFFSETS + 24;
export const AHEAD_X: usize = OFFSETS + 28;
/** Jacobian by columns, 14 × n. */
export const JACOBIAN: usize = OFFSETS + 32;
/** Vectors of 2·reach + 8 f64 each. */
export const VECTORS: usize = OFFSETS + 36;
/** Covariance of the state, (reach + 4)². */
export const COVARIANCE: usize = OFFSETS + 40;
/** Results of candidates. */
export const LIST: usize = OFFSETS + 44;
const HEADER: i32 = <i32>OFFSETS + 48;

/** Candidates that the search looks at; R's nmodels. */
export const MOST_RESULTS: i32 = 94;
/** A result: key i32, state i32, criterion f64, parameters 14 f64. */
export const RESULT_BYTES: i32 = 128;
export const VECTOR_COUNT: i32 = 11;

/** Longest window that is used; older values are left out. */
const MOST_VALUES: i32 = 2048;

// @ts-ignore: decorator
@inline
export function array(work: usize, which: usize): usize { return work + <usize>load<i32>(work + which); }

// @ts-ignore: decorator
@inline
export function vectorAt(work: usize, reach: i32, i: i32): usize {
  return array(work, VECTORS) + <usize>(i * vectorBytes(reach));
}

// @ts-ignore: decorator
@inline
function vectorBytes(reach: i32): i32 { return 8 * (2 * reach + 8); }

/** The season that can be fitted: none where it is longer than MOST_PERIOD or does not fit into the window twice. */
export function usableSeason(n: i32, m: i32): i32 {
  return m >= 2 && m <= MOST_PERIOD && n >= 2 * m ? m : 1;
}

/** Values of a window that are used. */
export function usedOf(n: i32): i32 { return min<i32>(n, MOST_VALUES); }

/** Write the offsets of arrays for n values; returns the bytes of the workspace. */
export function layOut(work: usize, n: i32, m: i32): i32 {
  const reach = mostReach(m);
  const row = 8 * (n + 2);
  let at = (HEADER + 15) & ~15;
  for (let i = 0; i < 12; i++) {
    if (work != 0) store<i32>(work + OFFSETS + (<usize>i << 2), at);
    switch (i) {
      case 6:
      case 7: at += row + 8 * (reach + 2); break;
      case 8: at += 14 * row; break;
      case 9: at += VECTOR_COUNT * vectorBytes(reach); break;
      case 10: at += 8 * (reach + 4) * (reach + 4); break;
      case 11: at += MOST_RESULTS * RESULT_BYTES; break;
      default: at += row;
    }
    at = (at + 15) & ~15;
  }
  return at;
}

/** Number i of a list of i32. */
// @ts-ignore: decorator
@inline
export function fieldAt(work: usize, list: usize, i: i32): i32 { return load<i32>(work + list + (<usize>i << 2)); }
// @ts-ignore: decorator
@inline
export function setField(work: usize, list: usize, i: i32, v: i32): void { store<i32>(work + list + (<usize>i << 2), v); }
