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

/** The bits of 1, and 1 − 2⁻⁵³. */
const ONE: usize = ASC_FEATURE_SIMD ? memory.data<u64>([0x3ff0000000000000, 0x3ff0000000000000], 16) : 0;
const BELOW_ONE: usize = ASC_FEATURE_SIMD ? memory.data<u64>([0x3fefffffffffffff, 0x3fefffffffffffff], 16) : 0;

/**
 * `fraction` of lanes 0 and 2, and of 1 and 3: the 52 bits as the mantissa of a number in [1, 2), less 1 − 2⁻⁵³. Exact, so
 * that it is the same to the last bit.
 */
// @ts-ignore: decorator
@inline
export function fractions(r: v128): v128 {
  const high = i64x2.shl(i64x2.extend_low_i32x4_u(r), 20), low = i64x2.shr_u(i64x2.extend_high_i32x4_u(r), 12);
  const bits = v128.or(v128.or(high, low), v128.load(ONE));
  return f64x2.sub(bits, v128.load(BELOW_ONE));
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
