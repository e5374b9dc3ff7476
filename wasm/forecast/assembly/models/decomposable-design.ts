import { ABSURD, MOST_HARMONICS } from './decomposable-state';

// Regressors of a decomposable model and their normal equations. Time is u = t/n in the window, values are shifted and
// scaled. Columns: 1 · u · ramps (u − cⱼ)₊ at CHANGEPOINTS places · for k = 1, 2, …: cosine and sine of harmonic k of the
// first season, then of the second. So the first columns are all of a model with fewer harmonics, and one Cholesky
// factor serves them all.

/** Changepoints of the trend, evenly over this part of the window (Taylor & Letham 2018, section 3.1.3). */
const CHANGEPOINTS: i32 = 16;
const CHANGE_PART: f64 = 0.9;
/** Rows per changepoint at least. */
const ROWS_PER_CHANGE: i32 = 6;
const MOST_COLUMNS: i32 = 2 + CHANGEPOINTS + 4 * MOST_HARMONICS;

/** Ridge of the slope changes: none at all, a straight line, then ever more bent. */
export const FLEXIBILITIES: i32 = 6;
/** Ways to go on with the trend: flat, or damped over a 32nd or an 8th of the window. */
export const ENDINGS: i32 = 3;
export const PATHS: i32 = MOST_HARMONICS + 1;

// Workspace, bytes.
export const ROWS: usize = 0; // i32 rows of the window
export const SEASON_A: usize = 4; // i32 length of the first season; 0: none
export const SEASON_B: usize = 8;
export const CHANGES: usize = 12; // i32 changepoints
export const COLUMNS: usize = 16; // i32
export const PATH: usize = 20; // i32 most harmonics
export const CURSOR: usize = 24; // i32 rows summed so far
export const STAGE: usize = 28; // i32 origins tried so far
export const HOLDOUT: usize = 32; // i32 rows of one holdout; 0: the window is too short for any
export const PRESENT: usize = 36; // i32 values
export const SHIFT: usize = 40; // f64
export const SCALE: usize = 48; // f64
export const SCORED: usize = 56; // i32 values held out that were scored
export const PAIRS: usize = 60; // i32 of them with a neighbour before them
const ENDS: usize = 64; // (1 + MOST_HARMONICS) × i32 columns of a model with so many harmonics
const SCORES: usize = 128; // FLEXIBILITIES × PATHS × ENDINGS × (Σ|e|, Σe², Σ of neighbours' products, last e) f64
const VECTOR: usize = <usize>MOST_COLUMNS << 3;
const VECTORS: usize = SCORES + <usize>(32 * FLEXIBILITIES * PATHS * ENDINGS);
const MATRIX: usize = VECTORS + 5 * VECTOR;
const VALUES: usize = MATRIX + 2 * <usize>(MOST_COLUMNS * MOST_COLUMNS * 8);

export const STRIDE: i32 = MOST_COLUMNS;

// Vectors: X′y, regressors x of a row, L⁻¹X′y or the coefficients, L⁻¹x, L⁻¹ of what a step adds to the trend.
export const RIGHT: i32 = 0;
export const X: i32 = 1;
export const Z: i32 = 2;
export const U: i32 = 3;
export const SLOPES: i32 = 4;

// @ts-ignore: decorator
@inline
export function vector(work: usize, i: i32): usize { return work + VECTORS + <usize>i * VECTOR; }
/** Normal matrix (0) and its factor (1). */
// @ts-ignore: decorator
@inline
export function matrix(work: usize, i: i32): usize { return work + MATRIX + <usize>(i * MOST_COLUMNS * MOST_COLUMNS * 8); }
// @ts-ignore: decorator
@inline
export function valueAt(work: usize, t: i32): f64 { return load<f64>(work + VALUES + (<usize>t << 3)); }
/** Columns of the model with k harmonics. */
// @ts-ignore: decorator
@inline
export function columnsOf(work: usize, k: i32): i32 { return load<i32>(work + ENDS + (<usize>k << 2)); }
// @ts-ignore: decorator
@inline
export function scoreAt(work: usize, flexibility: i32, k: i32, ending: i32): usize {
  return work + SCORES + (<usize>((flexibility * PATHS + k) * ENDINGS + ending) << 5);
}

export function workspaceBytes(n: i32): i32 { return <i32>VALUES + 8 * max<i32>(0, n); }

/** Harmonics that a season of m steps can have. */
// @ts-ignore: decorator
@inline
export function harmonicsOf(m: i32): i32 { return min<i32>(MOST_HARMONICS, m >> 1); }

/** A season is looked at from two cycles on. */
function seasonIn(n: i32, m: i32): i32 { return m >= 2 && m <= n >> 1 ? m : 0; }

/** Copy and scale the window, lay out the columns. */
export function layOut(work: usize, y: usize, n: i32, m: i32, second: i32): void {
  memory.fill(work, 0, MATRIX + <usize>(8 * MOST_COLUMNS * MOST_COLUMNS));
  const a = seasonIn(n, m);
  const b = second == m ? 0 : seasonIn(n, second);
  const changes = max<i32>(0, min<i32>(CHANGEPOINTS, n / ROWS_PER_CHANGE));
  const most = max<i32>(a == 0 ? 0 : harmonicsOf(a), b == 0 ? 0 : harmonicsOf(b));
  store<i32>(work, n, ROWS);
  store<i32>(work, a, SEASON_A);
  store<i32>(work, b, SEASON_B);
  store<i32>(work, changes, CHANGES);
  store<i32>(work, most, PATH);
  let columns = 2 + changes;
  store<i32>(work, columns, ENDS);
  for (let k = 1; k <= most; k++) {
    columns += 2 * (i32(has(a, k)) + i32(has(b, k)));
    store<i32>(work + (<usize>k << 2), columns, ENDS);
  }
  store<i32>(work, columns, COLUMNS);
  scale(work, y, n);
}

// @ts-ignore: decorator
@inline
export function has(season: i32, k: i32): bool { return season > 0 && k <= harmonicsOf(season); }

function scale(work: usize, y: usize, n: i32): void {
  let present = 0;
  let mean: f64 = 0.0;
  let squares: f64 = 0.0;
  for (let t = 0; t < n; t++) {
    const v = load<f64>(y + (<usize>t << 3));
    if (!(abs<f64>(v) <= ABSURD)) continue;
    present++;
    const d = v - mean;
    mean += d / <f64>present;
    squares += d * (v - mean);
  }
  const deviation = present == 0 ? 0.0 : sqrt<f64>(squares / <f64>present);
  // A window without any variation is its mean.
  const unit = deviation > 1e-14 * abs<f64>(mean) && deviation > 1e-150 ? deviation : 1.0;
  store<i32>(work, present, PRESENT);
  store<f64>(work, mean, SHIFT);
  store<f64>(work, unit, SCALE);
  for (let t = 0; t < n; t++) {
    const v = load<f64>(y + (<usize>t << 3));
    store<f64>(work + VALUES + (<usize>t << 3), abs<f64>(v) <= ABSURD ? (v - mean) / unit : NaN);
  }
}

// @ts-ignore: decorator
@inline
function changeAt(j: i32, changes: i32): f64 { return CHANGE_PART * <f64>(j + 1) / <f64>(changes + 1); }

/** Steps between two changepoints. */
export function changeSpacing(work: usize): f64 {
  return CHANGE_PART * <f64>load<i32>(work, ROWS) / <f64>(load<i32>(work, CHANGES) + 1);
}

/** Trend columns of step t. */
export function writeTrend(work: usize, x: usize, t: i32): void {
  const changes = load<i32>(work, CHANGES);
  const u = <f64>t / <f64>load<i32>(work, ROWS);
  store<f64>(x, 1.0);
  store<f64>(x, u, 8);
  for (let j = 0; j < changes; j++) {
    store<f64>(x + (<usize>j << 3), max<f64>(0.0, u - changeAt(j, changes)), 16);
  }
}

/** What a step adds to the trend columns at step t; the other columns are zero. */
export function writeSlope(work: usize, x: usize, t: i32): void {
  const changes = load<i32>(work, CHANGES);
  const u = <f64>t / <f64>load<i32>(work, ROWS);
  const step = 1.0 / <f64>load<i32>(work, ROWS);
  memory.fill(x, 0, <usize>load<i32>(work, COLUMNS) << 3);
  store<f64>(x, step, 8);
  for (let j = 0; j < changes; j++) {
    if (u > changeAt(j, changes)) store<f64>(x + (<usize>j << 3), step, 16);
  }
}

/** Seasonal columns of step t, which may lie beyond the window. */
export function writeSeasons(work: usize, x: usize, t: i32): void {
  const most = load<i32>(work, PATH);
  if (most == 0) return;
  const a = load<i32>(work, SEASON_A);
  const b = load<i32>(work, SEASON_B);
  const ca = cosAt(a, t), sa = sinAt(a, t), cb = cosAt(b, t), sb = sinAt(b, t);
  // cos kθ and sin kθ from those of (k − 1)θ by rotation.
  let ka = ca, la = sa, kb = cb, lb = sb;
  let at = x + (<usize>columnsOf(work, 0) << 3);
  for (let k = 1; k <= most; k++) {
    if (has(a, k)) { store<f64>(at, ka); store<f64>(at, la, 8); at += 16; }
    if (has(b, k)) { store<f64>(at, kb); store<f64>(at, lb, 8); at += 16; }
    const na = ka * ca - la * sa, nb = kb * cb - lb * sb;
    la = la * ca + ka * sa;
    lb = lb * cb + kb * sb;
    ka = na;
    kb = nb;
  }
}

// @ts-ignore: decorator
@inline
function cosAt(m: i32, t: i32): f64 { return m == 0 ? 1.0 : Math.cos(2.0 * Math.PI * <f64>(t % m) / <f64>m); }
// @ts-ignore: decorator
@inline
function sinAt(m: i32, t: i32): f64 { return m == 0 ? 0.0 : Math.sin(2.0 * Math.PI * <f64>(t % m) / <f64>m); }
