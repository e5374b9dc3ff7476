import * as ets from './ets';

// Workspace of a fit of STL and ETS: fields, rows of n f64, rows with a cycle more at either side, ETS's own workspace.

export const N: usize = 0; // i32 values in the window
export const COUNT: usize = 4; // i32 seasons, 1 or 2
export const SHORT: usize = 8; // i32 length of the first season, the shorter of two
export const LONG: usize = 12; // i32 length of the second, 0: none
export const WINDOW: usize = 16; // i32 seasonal span asked for: 0 periodic, AUTO
export const ROBUST: usize = 20; // i32
export const STAGE: usize = 24; // i32
export const PRESENT: usize = 28; // i32 values that are there
// The decomposition under way; i32 each.
export const ROUND: usize = 32; // of all seasons
export const NUMBER: usize = 36; // season, 0 or 1
export const OUTER: usize = 40;
export const INNER: usize = 44;
export const WEIGHED: usize = 48; // whether robustness weights hold
const FIELDS: usize = 64;

/** Rows of the workspace; each has room for n values and two cycles. */
const ROWS: i32 = 12;
/** Values that are no rates are missing, as they are to ETS. */
const LARGEST: f64 = 1e29;

// @ts-ignore: decorator
@inline
export function isThere(y: f64): bool { return abs<f64>(y) <= LARGEST; }
// @ts-ignore: decorator
@inline
export function at(vector: usize, i: i32): f64 { return load<f64>(vector + (<usize>i << 3)); }
// @ts-ignore: decorator
@inline
export function put(vector: usize, i: i32, value: f64): void { store<f64>(vector + (<usize>i << 3), value); }
// @ts-ignore: decorator
@inline
export function numberAt(work: usize, offset: usize): i32 { return load<i32>(work, offset); }

function rowBytes(n: i32): usize { return <usize>n << 4; }
export function bytesFor(n: i32): i32 { return <i32>(FIELDS + <usize>ROWS * rowBytes(n)) + ets.workBytes(n, 1); }

// @ts-ignore: decorator
@inline
function row(work: usize, place: i32): usize { return work + FIELDS + <usize>place * rowBytes(load<i32>(work, N)); }
/** The window, NaN where missing. */
// @ts-ignore: decorator
@inline
export function windowOf(work: usize): usize { return row(work, 0); }
/** Seasonal component of the first (0) or second (1) season. */
// @ts-ignore: decorator
@inline
export function seasonalOf(work: usize, season: i32): usize { return row(work, 1 + season); }
// @ts-ignore: decorator
@inline
export function trendOf(work: usize): usize { return row(work, 3); }
/** The window without the seasons other than the one under way; in the end without any. */
// @ts-ignore: decorator
@inline
export function adjustedOf(work: usize): usize { return row(work, 4); }
/** Robustness weights, 0 where missing. */
// @ts-ignore: decorator
@inline
export function weightsOf(work: usize): usize { return row(work, 5); }
/** Points of a smoothing: positions, values, weights. */
// @ts-ignore: decorator
@inline
export function pointsOf(work: usize): usize { return row(work, 6); }
// @ts-ignore: decorator
@inline
export function valuesOf(work: usize): usize { return row(work, 7); }
// @ts-ignore: decorator
@inline
export function ownWeightsOf(work: usize): usize { return row(work, 8); }
/** Smoothed cycle-subseries, a cycle longer at either end. */
// @ts-ignore: decorator
@inline
export function cyclesOf(work: usize): usize { return row(work, 9); }
// @ts-ignore: decorator
@inline
export function scratchOf(work: usize): usize { return row(work, 10); }
// @ts-ignore: decorator
@inline
export function spareOf(work: usize): usize { return row(work, 11); }
// @ts-ignore: decorator
@inline
export function etsOf(work: usize): usize { return row(work, ROWS); }
