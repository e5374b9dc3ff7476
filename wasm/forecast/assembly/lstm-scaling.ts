import { INPUTS } from './lstm-network';

// A series on the network's scale. Its unit is the mean change from value to value (the scale of MASE: Hyndman & Koehler
// 2006, section 3), its origin is the last value for what comes out and a slow mean for what goes in; asinh takes what is
// far from there without bound. So one network serves series of any size and sign.

// State of a series, bytes. Behind these the vector that enters the cell: inputs, then hidden units.
export const UNITS: usize = 0; // i32
export const COUNT: usize = 4; // i32 values, up to MOST_COUNT
export const GAP: usize = 8; // i32 missing steps since the last value
export const LEVEL: usize = 16; // f64 slow mean
export const SPREAD: usize = 24; // f64 mean |change|
export const LAST: usize = 32; // f64
export const VECTOR: usize = 40; // f32

export const MOST_COUNT: i32 = 1 << 30;
/** Mean and spread forget over about so many values. */
const MEMORY: f64 = 144.0;
/** A spread below this part of the level is that of a constant. */
const LEAST_SPREAD: f64 = 1e-4;
/** Values beyond this are no rates: they count as missing, so that nothing overflows. */
const ABSURD: f64 = 1e30;

/** Unit of the network's outputs. */
export function unitOf(state: usize): f64 {
  return max<f64>(max<f64>(load<f64>(state, SPREAD), LEAST_SPREAD * abs<f64>(load<f64>(state, LEVEL))), 1e-30);
}

/**
 * Take a value in and write the inputs of its step: deviation from the mean and change since the last value, both asinh
 * of units, 0 where missing; sine and cosine of the time of day; g/(g + 1) after g missing steps; how many units the mean
 * is.
 */
export function scaleInputs(state: usize, y: f64, sinDay: f32, cosDay: f32): void {
  const isThere = abs<f64>(y) <= ABSURD;
  const change = isThere ? learn(state, y) : 0.0;
  const gap = isThere ? 0 : min<i32>(load<i32>(state, GAP) + 1, MOST_COUNT);
  store<i32>(state, gap, GAP);
  const level = load<f64>(state, LEVEL);
  const unit = unitOf(state);
  store<f32>(state, isThere ? <f32>asinh((y - level) / unit) : 0.0, VECTOR);
  store<f32>(state, isThere ? <f32>asinh(change / unit) : 0.0, VECTOR + 4);
  store<f32>(state, bounded(sinDay), VECTOR + 8);
  store<f32>(state, bounded(cosDay), VECTOR + 12);
  store<f32>(state, <f32>(<f64>gap / (<f64>gap + 1.0)), VECTOR + 16);
  store<f32>(state, <f32>(0.25 * asinh(level / unit)), VECTOR + 20);
}

/** Mean, spread and last value move on; returns the change since the last value, 0 for the first. */
function learn(state: usize, y: f64): f64 {
  const before = load<i32>(state, COUNT);
  const count = min<i32>(before + 1, MOST_COUNT);
  const level = load<f64>(state, LEVEL);
  const change = before > 0 ? y - load<f64>(state, LAST) : 0.0;
  if (before > 0) {
    const spread = load<f64>(state, SPREAD);
    // A change over a gap is the sum of several: as in a random walk it grows with the root of their number.
    const size = abs<f64>(change) / sqrt<f64>(<f64>load<i32>(state, GAP) + 1.0);
    store<f64>(state, spread + (size - spread) * max<f64>(1.0 / <f64>before, 1.0 / MEMORY), SPREAD);
  }
  store<f64>(state, level + (y - level) * max<f64>(1.0 / <f64>count, 1.0 / MEMORY), LEVEL);
  store<i32>(state, count, COUNT);
  store<f64>(state, y, LAST);
  return change;
}

function asinh(x: f64): f64 {
  const size = abs<f64>(x);
  return copysign<f64>(Math.log(size + sqrt<f64>(size * size + 1.0)), x);
}

/** A sine or cosine; 0 where the caller has none. */
function bounded(x: f32): f32 {
  return abs<f32>(x) <= <f32>1.0 ? x : 0.0;
}

/** Whether the numbers of a state, its inputs included, can be gone on from. */
export function scalingIsSound(state: usize): bool {
  const count = load<i32>(state, COUNT);
  const gap = load<i32>(state, GAP);
  if (count < 0 || count > MOST_COUNT || gap < 0 || gap > MOST_COUNT) return false;
  if (!(abs<f64>(load<f64>(state, LEVEL)) <= ABSURD && abs<f64>(load<f64>(state, LAST)) <= ABSURD)) return false;
  const spread = load<f64>(state, SPREAD);
  if (!(spread >= 0.0 && spread <= 2.0 * ABSURD)) return false;
  for (let i = 0; i < INPUTS; i++) {
    if (!(abs<f32>(load<f32>(state + VECTOR + (<usize>i << 2))) <= <f32>1e3)) return false;
  }
  return true;
}
