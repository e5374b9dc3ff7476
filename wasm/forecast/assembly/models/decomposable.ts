import { dotF64, solveLower, solveUpper } from './cholesky';
import {
  CHANGES, changeSpacing, columnsOf, CURSOR, ENDINGS, FLEXIBILITIES, harmonicsOf, HOLDOUT, layOut, matrix, PAIRS, PATH, PRESENT,
  RIGHT, ROWS, SCALE, scoreAt, SCORED, SEASON_A, SEASON_B, SHIFT, STAGE, STRIDE, valueAt, vector, workspaceBytes, writeSeasons,
  writeSlope, writeTrend, X, Z,
} from './decomposable-design';
import { accumulate, degreesOfFreedom, endingDamping, factorizeWith, tryHoldout } from './decomposable-search';
import {
  CHANGEPOINTS, COEFFICIENTS, DAMPING, FLEXIBILITY, HARMONICS, HIGH, LENGTH, LEVEL, LOW, memoryOf, MISSED, NOISE_DAMPING, POWER,
  PRODUCT, RESIDUAL, seasonOf, SLOPE, SLOPE_NOISE, startSeason, STATE_BYTES,
} from './decomposable-state';
import { writeHeader } from './header';

// Decomposable model (Taylor & Letham 2018, "Forecasting at scale", The American Statistician 72): piecewise linear trend
// plus Fourier seasons plus noise. Slope changes and harmonics have normal priors, so that a fit is a ridge regression in
// closed form. How far the trend may bend, how many harmonics there are and how the trend goes on are chosen by the
// mean absolute error over four holdouts at the window's end. What remains is an AR(1).

export { isSound, predict, update } from './decomposable-state';

const KIND_NUMBER: i32 = 5;
/** Rows that are summed in one piece. */
const PIECE: i32 = 512;
/** Rows from which there is something to hold out. */
const LEAST_ROWS: i32 = 24;
const ORIGINS: i32 = 4;
const LEAST_PRESENT: i32 = 3;

export function workBytes(n: i32, m: i32): i32 { return workspaceBytes(n); }
export function stateBytes(m: i32): i32 { return <i32>STATE_BYTES; }

/** @param spec its first number is the length of a second season, −1: none */
export function begin(work: usize, y: usize, n: i32, m: i32, spec: usize): void {
  layOut(work, y, max<i32>(0, n), m, spec == 0 ? 0 : load<i32>(spec));
  store<i32>(work, n < LEAST_ROWS ? 0 : max<i32>(2, n / 12), HOLDOUT);
}

export function advance(work: usize): bool {
  if (load<i32>(work, PRESENT) < LEAST_PRESENT) return false;
  const rows = load<i32>(work, ROWS);
  const cursor = load<i32>(work, CURSOR);
  const stage = load<i32>(work, STAGE);
  const holdout = load<i32>(work, HOLDOUT);
  const origin = holdout == 0 ? rows : rows - (ORIGINS - stage) * holdout;
  if (cursor < origin) {
    accumulate(work, min<i32>(origin, cursor + PIECE));
  } else if (cursor == origin && stage < ORIGINS) {
    for (let f = 0; f < FLEXIBILITIES; f++) tryHoldout(work, f, origin);
    store<i32>(work, stage + 1, STAGE);
  }
  return load<i32>(work, CURSOR) < rows;
}

/** Fit the form of least error, among equals the simplest, to the whole window. */
export function finish(work: usize, state: usize): bool {
  if (load<i32>(work, PRESENT) < LEAST_PRESENT) return false;
  accumulate(work, load<i32>(work, ROWS));
  let best = scoreAt(work, 0, 0, 0);
  let flexibility = 0, harmonics = 0, ending = 0;
  for (let f = 0; f < FLEXIBILITIES; f++) {
    for (let k = 0; k <= load<i32>(work, PATH); k++) {
      // A trend without a slope has one ending.
      for (let e = 0; e < (f == 0 ? 1 : ENDINGS); e++) {
        const at = scoreAt(work, f, k, e);
        if (!(load<f64>(at) < load<f64>(best))) continue;
        best = at;
        flexibility = f;
        harmonics = k;
        ending = e;
      }
    }
  }
  const p = columnsOf(work, harmonics);
  if (!factorizeWith(work, flexibility, p)) return false;
  const theta = vector(work, Z);
  memory.copy(theta, vector(work, RIGHT), <usize>p << 3);
  solveLower(matrix(work, 1), theta, p, STRIDE);
  solveUpper(matrix(work, 1), theta, p, STRIDE);
  memory.fill(state, 0, STATE_BYTES);
  store<i32>(state, flexibility, FLEXIBILITY);
  store<i32>(state, harmonics, HARMONICS);
  store<i32>(state, flexibility < 2 ? 0 : load<i32>(work, CHANGES), CHANGEPOINTS);
  writeTrendState(work, state, endingDamping(load<i32>(work, ROWS), ending));
  writeSeasonState(work, state, harmonics);
  writeResiduals(work, state, p, degreesOfFreedom(work, flexibility, p), best);
  return true;
}

function writeTrendState(work: usize, state: usize, damping: f64): void {
  const rows = load<i32>(work, ROWS);
  const changes = load<i32>(work, CHANGES);
  const unit = load<f64>(work, SCALE);
  const theta = vector(work, Z), x = vector(work, X);
  const trend = 2 + changes;
  writeTrend(work, x, rows - 1);
  store<f64>(state, load<f64>(work, SHIFT) + unit * dotF64(theta, x, trend), LEVEL);
  writeSlope(work, x, rows - 1);
  store<f64>(state, unit * dotF64(theta, x, trend), SLOPE);
  store<f64>(state, damping, DAMPING);
  let squares: f64 = 0.0;
  for (let j = 0; j < changes; j++) {
    const change = load<f64>(theta + (<usize>j << 3), 16) * unit / <f64>rows;
    squares += change * change;
  }
  store<f64>(state, changes == 0 ? 0.0 : squares / <f64>changes / changeSpacing(work), SLOPE_NOISE);
  store<f64>(state, endingDamping(rows, 2), NOISE_DAMPING);
}

function writeSeasonState(work: usize, state: usize, harmonics: i32): void {
  const rows = load<i32>(work, ROWS);
  const unit = load<f64>(work, SCALE);
  for (let j = 0; j < 2; j++) {
    const season = j == 0 ? load<i32>(work, SEASON_A) : load<i32>(work, SEASON_B);
    if (season == 0 || harmonics == 0) continue;
    const record = seasonOf(state, j);
    const count = min<i32>(harmonics, harmonicsOf(season));
    startSeason(record, season, (rows - 1) % season, count);
    for (let k = 1; k <= count; k++) {
      // Of a harmonic that both have the first season's columns come first.
      const behind = j == 1 && k <= harmonicsOf(load<i32>(work, SEASON_A)) ? 2 : 0;
      const from = vector(work, Z) + (<usize>(columnsOf(work, k - 1) + behind) << 3);
      const coefficient = record + COEFFICIENTS + (<usize>(k - 1) << 4);
      store<f64>(coefficient, unit * load<f64>(from));
      store<f64>(coefficient, unit * load<f64>(from, 8), 8);
    }
  }
}

/**
 * What the model leaves: moments, last residual, bounds and header. The moments are those of the holdouts where there
 * were any: in the window the trend has followed the residuals, and they look shorter-lived than those to come.
 */
function writeResiduals(work: usize, state: usize, p: i32, df: f64, score: usize): void {
  const rows = load<i32>(work, ROWS);
  const shift = load<f64>(work, SHIFT), unit = load<f64>(work, SCALE);
  const theta = vector(work, Z), x = vector(work, X);
  let squares: f64 = 0.0, products: f64 = 0.0, last: f64 = 0.0;
  let low = Infinity, high = -Infinity;
  let pairs = 0, missed = 0;
  for (let t = 0; t < rows; t++) {
    const y = valueAt(work, t);
    if (isNaN(y)) {
      missed++;
      continue;
    }
    writeTrend(work, x, t);
    writeSeasons(work, x, t);
    const residual = y - dotF64(theta, x, p);
    squares += residual * residual;
    if (missed == 0 && t > 0) {
      products += residual * last;
      pairs++;
    }
    last = residual;
    missed = 0;
    low = min<f64>(low, y);
    high = max<f64>(high, y);
  }
  const n = <f64>load<i32>(work, PRESENT);
  const scored = load<i32>(work, SCORED), both = load<i32>(work, PAIRS);
  // Within the window both moments have the degrees of freedom that the fit has left.
  const per = n / max<f64>(1.0, n - df);
  const product = pairs == 0 ? 0.0 : products / <f64>pairs;
  const square = unit * unit;
  store<f64>(state, square * (scored == 0 ? squares / n * per : load<f64>(score, 8) / <f64>scored), POWER);
  store<f64>(state, square * (both == 0 ? product * per : load<f64>(score, 16) / <f64>both), PRODUCT);
  const memory = memoryOf(state);
  store<f64>(state, unit * last * (missed == 0 ? 1.0 : Math.pow(memory, <f64>missed)), RESIDUAL);
  store<i32>(state, missed, MISSED);
  // Trend and seasons go no farther beyond what was seen than what was seen is wide.
  store<f64>(state, shift + unit * (2.0 * low - high), LOW);
  store<f64>(state, shift + unit * (2.0 * high - low), HIGH);
  const errors = square * max<f64>(1e-30, squares / n * (1.0 + memory * memory) - 2.0 * memory * product);
  writeCriteria(state, load<i32>(work, PRESENT), errors, df + 2.0);
}

/**
 * Header.
 * @param errors mean squared one-step error in the window
 * @param k parameters: the effective ones of the regression, variance and coefficient of the residuals
 */
function writeCriteria(state: usize, present: i32, errors: f64, k: f64): void {
  const n = <f64>present;
  const logLikelihood = -0.5 * n * (Math.log(2.0 * Math.PI * errors) + 1.0);
  const room = n - k - 1.0;
  const aicc = room > 0.0 ? 2.0 * k - 2.0 * logLikelihood + 2.0 * k * (k + 1.0) / room : NaN;
  const season = max<i32>(1, load<i32>(seasonOf(state, 0), LENGTH));
  writeHeader(state, KIND_NUMBER, present, logLikelihood, aicc, errors, season, <i32>nearest<f64>(k));
}
