import { addMultiple, dotF64, factorize, solveLower } from './cholesky';
import {
  COLUMNS, columnsOf, CURSOR, FLEXIBILITIES, HOLDOUT, matrix, PAIRS, PATH, RIGHT, ROWS, scoreAt, SCORED, SLOPES, STRIDE,
  U, valueAt, vector, writeSeasons, writeSlope, writeTrend, X, Z,
} from './decomposable-design';

// Normal equations of a decomposable model, its ridge, and the holdouts that choose among flexibilities, harmonics and
// endings.

/** Rows of one holdout that are scored, about. */
const MOST_SCORED: i32 = 32;

// Priors, as ridge penalties on coefficients of scaled values.
const FIXED: f64 = 1e9;
const LOOSE: f64 = 1e-6;
const SLOPE_PENALTY: f64 = 1e-3;
const BENT_MOST: f64 = 0.01;
const HARMONIC_PENALTY: f64 = 0.1;

/** Add rows to the normal equations. */
export function accumulate(work: usize, until: i32): void {
  const p = load<i32>(work, COLUMNS);
  const x = vector(work, X);
  for (let t = load<i32>(work, CURSOR); t < until; t++) {
    const y = valueAt(work, t);
    if (isNaN(y)) continue;
    writeTrend(work, x, t);
    writeSeasons(work, x, t);
    for (let i = 0; i < p; i++) {
      const xi = load<f64>(x + (<usize>i << 3));
      if (xi != 0.0) addMultiple(matrix(work, 0) + (<usize>(i * STRIDE) << 3), x, xi, i + 1);
    }
    addMultiple(vector(work, RIGHT), x, y, p);
  }
  store<i32>(work, until, CURSOR);
}

/** Ridge penalty of a column. */
function penalty(work: usize, flexibility: i32, column: i32): f64 {
  if (column == 0) return LOOSE;
  if (column == 1) return flexibility == 0 ? FIXED : SLOPE_PENALTY;
  if (column >= columnsOf(work, 0)) return HARMONIC_PENALTY;
  if (flexibility < 2) return FIXED;
  let bent = BENT_MOST;
  for (let i = flexibility; i < FLEXIBILITIES - 1; i++) bent *= 10.0;
  return bent;
}

/** Factor of the first p columns under a flexibility's penalties. */
export function factorizeWith(work: usize, flexibility: i32, p: i32): bool {
  const a = matrix(work, 0);
  const l = matrix(work, 1);
  for (let i = 0; i < p; i++) {
    const o = <usize>(i * STRIDE) << 3;
    memory.copy(l + o, a + o, <usize>(i + 1) << 3);
    const diagonal = l + o + (<usize>i << 3);
    store<f64>(diagonal, load<f64>(diagonal) + penalty(work, flexibility, i));
  }
  return factorize(l, l, p, STRIDE);
}

/** tr((X′X + Λ)⁻¹X′X) = p − Σ λᵢ ((X′X + Λ)⁻¹)ᵢᵢ (Hastie, Tibshirani & Friedman, section 3.4.1). */
export function degreesOfFreedom(work: usize, flexibility: i32, p: i32): f64 {
  const u = vector(work, U);
  let df = <f64>p;
  for (let i = 0; i < p; i++) {
    memory.fill(u, 0, <usize>p << 3);
    store<f64>(u + (<usize>i << 3), 1.0);
    solveLower(matrix(work, 1), u, p, STRIDE, i);
    const o = <usize>i << 3;
    df -= penalty(work, flexibility, i) * dotF64(u + o, u + o, p - i);
  }
  return df;
}

/** Damping of an ending: its slope reaches over so many more steps. */
export function endingDamping(rows: i32, ending: i32): f64 {
  if (ending == 0) return 0.0;
  return 1.0 - 1.0 / <f64>max<i32>(2 * ending, ending == 1 ? rows >> 5 : rows >> 3);
}

/**
 * Score all harmonics and endings under one flexibility over the holdout that starts at row `from`. With z = L⁻¹X′y and
 * u = L⁻¹x the forecast of x by the model of the first p columns is Σ z[i]·u[i] over i < p.
 */
export function tryHoldout(work: usize, flexibility: i32, from: i32): void {
  const rows = load<i32>(work, ROWS);
  const p = load<i32>(work, COLUMNS);
  if (!factorizeWith(work, flexibility, p)) return;
  const l = matrix(work, 1);
  const z = vector(work, Z), slope = vector(work, SLOPES), u = vector(work, U), x = vector(work, X);
  memory.copy(z, vector(work, RIGHT), <usize>p << 3);
  solveLower(l, z, p, STRIDE);
  writeSlope(work, slope, from - 1);
  solveLower(l, slope, p, STRIDE, 1);
  writeTrend(work, x, from - 1);
  const holdout = load<i32>(work, HOLDOUT);
  // Neighbours are scored in pairs.
  const every = 2 * ((holdout + MOST_SCORED - 1) / MOST_SCORED);
  const short = endingDamping(rows, 1), long = endingDamping(rows, 2);
  let shortPower: f64 = 1.0, longPower: f64 = 1.0, shortReach: f64 = 0.0, longReach: f64 = 0.0;
  let isPair = false;
  for (let h = 0; h < holdout; h++) {
    shortPower *= short;
    shortReach += shortPower;
    longPower *= long;
    longReach += longPower;
    const y = valueAt(work, from + h);
    if (h % every > 1 || isNaN(y)) {
      isPair = false;
      continue;
    }
    writeSeasons(work, x, from + h);
    memory.copy(u, x, <usize>p << 3);
    solveLower(l, u, p, STRIDE);
    scoreRow(work, flexibility, y, shortReach, longReach, isPair);
    if (flexibility == 0) {
      store<i32>(work, load<i32>(work, SCORED) + 1, SCORED);
      store<i32>(work, load<i32>(work, PAIRS) + i32(isPair), PAIRS);
    }
    isPair = true;
  }
}

/** Add a row's errors to the scores of all harmonics and endings. */
function scoreRow(work: usize, flexibility: i32, y: f64, shortReach: f64, longReach: f64, isPair: bool): void {
  const z = vector(work, Z), slope = vector(work, SLOPES), u = vector(work, U);
  let flat: f64 = 0.0;
  let change: f64 = 0.0;
  let done = 0;
  for (let k = 0; k <= load<i32>(work, PATH); k++) {
    const end = columnsOf(work, k);
    const o = <usize>done << 3;
    flat += dotF64(z + o, u + o, end - done);
    change += dotF64(z + o, slope + o, end - done);
    done = end;
    addError(scoreAt(work, flexibility, k, 0), y - flat, isPair);
    addError(scoreAt(work, flexibility, k, 1), y - flat - shortReach * change, isPair);
    addError(scoreAt(work, flexibility, k, 2), y - flat - longReach * change, isPair);
  }
}

// @ts-ignore: decorator
@inline
function addError(at: usize, error: f64, isPair: bool): void {
  store<f64>(at, load<f64>(at) + abs<f64>(error));
  store<f64>(at, load<f64>(at, 8) + error * error, 8);
  if (isPair) store<f64>(at, load<f64>(at, 16) + error * load<f64>(at, 24), 16);
  store<f64>(at, error, 24);
}
