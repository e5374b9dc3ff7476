import { nextScalar } from "./rng";
import { log } from "./log";

const TWO_20: f64 = 1048576.0;
const TWO_M52: f64 = 2.220446049250313e-16;

/** (52 random bits + ½) · 2⁻⁵², in (0, 1). */
// @ts-ignore: decorator
@inline
export function fraction(high: u32, low: u32): f64 {
  return (<f64>high * TWO_20 + <f64>(low >> 12) + 0.5) * TWO_M52;
}

/** A uniform number from two of the four generators. */
// @ts-ignore: decorator
@inline
export function uniform(state: usize, laneHigh: usize, laneLow: usize): f64 {
  const high = nextScalar(state, laneHigh);
  return fraction(high, nextScalar(state, laneLow));
}

/** ⌊ln u · scale⌋, cut to 2³¹ − 1. */
// @ts-ignore: decorator
@inline
export function geometric(u: f64, scale: f64): i32 {
  const gap = log(u) * scale;
  return gap < 2147483647.0 ? <i32>gap : i32.MAX_VALUE;
}
