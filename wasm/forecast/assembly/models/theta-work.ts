// Workspace of a theta fit: fields, then the window, its deseasonalised form, the line of every step and the indices.

export const N: usize = 0; // i32 values in the window
export const M: usize = 4; // i32 season offered, 1: none
export const DYNAMIC: usize = 8; // i32 1: dynamic optimised, 0: standard
export const STAGE: usize = 12; // i32
export const CURSOR: usize = 16; // i32 next lag or next probe
export const PRESENT: usize = 20; // i32 values that are there
export const FIRST: usize = 24; // i32 place of the first of them
export const SEASONAL: usize = 28; // i32 NONE, ADDITIVE or MULTIPLICATIVE
export const AVERAGE: usize = 32; // f64 mean of the values
export const POWER_SUM: usize = 40; // f64 Σ squared deviations
export const CORRELATIONS: usize = 48; // f64 Σ r_k², k < m
// The search; f64 each.
export const SSE: usize = 56;
export const ALPHA: usize = 64;
export const INITIAL: usize = 72;
export const OMEGA: usize = 80;
export const LOW: usize = 88;
export const HIGH: usize = 96;
export const INNER: usize = 104; // 2 × (alpha, SSE) within the bracket
// What the last probe found.
export const TRIED_INITIAL: usize = 136;
export const TRIED_OMEGA: usize = 144;
export const TRIED_SSE: usize = 152;
export const LEAST_INITIAL: usize = 160;
export const MOST_INITIAL: usize = 168;
const FIELDS: usize = 176;

export const NONE: i32 = 0;
export const ADDITIVE: i32 = 1;
export const MULTIPLICATIVE: i32 = 2;

/** What is no finite number of a sane size is missing: squares of anything beyond would overflow. */
const LARGEST: f64 = 1e140;

// @ts-ignore: decorator
@inline
export function isThere(y: f64): bool { return abs<f64>(y) <= LARGEST; }

export function bytesFor(n: i32, m: i32): i32 { return <i32>FIELDS + 8 * (4 * n + 2 * m); }

// @ts-ignore: decorator
@inline
function row(work: usize, place: i32): usize { return work + FIELDS + (<usize>(place * load<i32>(work, N)) << 3); }
/** The window, NaN where missing. */
// @ts-ignore: decorator
@inline
export function windowOf(work: usize): usize { return row(work, 0); }
/** The window without its season. */
// @ts-ignore: decorator
@inline
export function adjustedOf(work: usize): usize { return row(work, 1); }
/** Intercepts of the line through the values up to each step. */
// @ts-ignore: decorator
@inline
export function interceptsOf(work: usize): usize { return row(work, 2); }
/** Slopes of that line. */
// @ts-ignore: decorator
@inline
export function slopesOf(work: usize): usize { return row(work, 3); }
/** Seasonal indices by phase, the window's first step being phase 0. */
// @ts-ignore: decorator
@inline
export function indicesOf(work: usize): usize { return row(work, 4); }
// @ts-ignore: decorator
@inline
export function countsOf(work: usize): usize { return indicesOf(work) + (<usize>load<i32>(work, M) << 3); }
// @ts-ignore: decorator
@inline
export function at(vector: usize, i: i32): f64 { return load<f64>(vector + (<usize>i << 3)); }
// @ts-ignore: decorator
@inline
export function put(vector: usize, i: i32, value: f64): void { store<f64>(vector + (<usize>i << 3), value); }
