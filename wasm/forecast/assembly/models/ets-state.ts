import { SEASON } from './header';

// State of a fitted form, following the series. The season is kept by phase; `NEXT` is the phase of the coming step.

export const ERROR: usize = 48; // i32 0 A, 1 M
export const TREND_FORM: usize = 52; // i32 0 N, 1 A, 2 Ad
export const SEASON_FORM: usize = 56; // i32 0 N, 1 A, 2 M
export const NEXT_PHASE: usize = 60; // i32
export const ALPHA: usize = 64; // f64 each from here on
export const BETA: usize = 72;
export const GAMMA: usize = 80;
export const PHI: usize = 88;
export const LEVEL: usize = 96;
export const TREND: usize = 104;
export const FLOOR: usize = 112; // least level of a multiplicative season
export const SHAPE: usize = 128; // m seasonal states

/** Values beyond this are no rates: they count as missing. */
export const ABSURD: f64 = 1e30;
/** A multiplicative season takes relative errors in up to this; a series that comes back from nothing must not blow it up. */
const LARGEST_ERROR: f64 = 10.0;
const LEAST_FACTOR: f64 = 1e-4;

export function stateBytes(m: i32): i32 { return <i32>SHAPE + 8 * max<i32>(1, m); }

// @ts-ignore: decorator
@inline
export function shapeAt(state: usize, phase: i32): usize { return state + SHAPE + (<usize>phase << 3); }

/** Take the next value in. Without one the states move on without an error. */
export function update(state: usize, y: f64): void {
  const alpha = load<f64>(state, ALPHA), beta = load<f64>(state, BETA), gamma = load<f64>(state, GAMMA);
  const trend = load<f64>(state, PHI) * load<f64>(state, TREND);
  let q = load<f64>(state, LEVEL) + trend;
  const kind = load<i32>(state, SEASON_FORM);
  const phase = load<i32>(state, NEXT_PHASE);
  const at = shapeAt(state, phase);
  const there = abs<f64>(y) <= ABSURD;
  let a: f64 = 0.0;
  if (kind == 2) {
    q = max<f64>(q, load<f64>(state, FLOOR));
    const s = load<f64>(at);
    const e = there ? max<f64>(-1.0, min<f64>(LARGEST_ERROR, y / (q * s) - 1.0)) : 0.0;
    a = q * e;
    store<f64>(at, max<f64>(LEAST_FACTOR, s + gamma * (s * e)));
  } else {
    const s = kind == 1 ? load<f64>(at) : 0.0;
    a = there ? y - (q + s) : 0.0;
    if (kind == 1) store<f64>(at, s + gamma * a);
  }
  store<f64>(state, q + alpha * a, LEVEL);
  store<f64>(state, trend + beta * a, TREND);
  const next = phase + 1;
  store<i32>(state, next < load<i32>(state, SEASON) ? next : 0, NEXT_PHASE);
}

/** Whether a state's form and place in the season are ones that can be. */
export function isSound(state: usize, m: i32): bool {
  const season = load<i32>(state, SEASON);
  const phase = load<i32>(state, NEXT_PHASE);
  const kind = load<i32>(state, SEASON_FORM);
  return <u32>load<i32>(state, ERROR) <= 1 && <u32>load<i32>(state, TREND_FORM) <= 2 && <u32>kind <= 2 &&
    season >= 1 && season <= max<i32>(1, m) && phase >= 0 && phase < season && (kind != 0 || season == 1);
}
