// Tables of skip counts: how many records to pass over before the next one that is kept (i32, ≥ 0).
import { A, B, C, CARRY, D, FRESH, nextScalar, nextVector, rotated, starred } from "./rng";
import { log2x } from "./log";
import { fraction, fractions, geometric } from "./uniform";

/** Every `interval`-th record, from a random phase on. `count` entries. */
export function fillSystematic(state: usize, table: usize, count: i32, interval: i32): void {
  let i: usize = 0;
  const end = <usize>count << 2;
  if (load<i32>(state, CARRY) == FRESH) {
    const phase = bounded(nextScalar(state, 0), interval);
    store<i32>(table, phase);
    store<i32>(state, 0, CARRY);
    i = 4;
  }
  for (; i < end; i += 4) store<i32>(table + i, interval - 1);
}

// @ts-ignore: decorator
@inline
function bounded(u: u32, bound: i32): i32 {
  return <i32>((<u64>u * <u64>bound) >> 32);
}

/**
 * One random record in each block of `interval`; the carry is the place taken in the last block.
 * `count` a multiple of 4. Places are ⌊u·interval / 2³²⌋: uneven by less than interval / 2³².
 */
export function fillStratified(state: usize, table: usize, count: i32, interval: i32): void {
  const last = interval - 1;
  let carry = load<i32>(state, CARRY);
  if (carry == FRESH) carry = last;
  const end = table + (<usize>count << 2);
  if (ASC_FEATURE_SIMD) {
    const width = i32x4.splat(interval), most = i32x4.splat(last);
    let before = i32x4.splat(carry);
    for (let at = table; at < end; at += 16) {
      const u = nextVector(state);
      const low = i64x2.extmul_low_i32x4_u(u, width), high = i64x2.extmul_high_i32x4_u(u, width);
      const place = i32x4.shuffle(low, high, 1, 3, 5, 7);
      const shifted = i32x4.shuffle(before, place, 3, 4, 5, 6);
      v128.store(at, i32x4.add(i32x4.sub(most, shifted), place));
      before = place;
    }
    carry = i32x4.extract_lane(before, 3);
  } else {
    for (let at = table; at < end; at += 16) {
      for (let lane: usize = 0; lane < 4; lane++) {
        const place = bounded(nextScalar(state, lane), interval);
        store<i32>(at + (lane << 2), last - carry + place);
        carry = place;
      }
    }
  }
  store<i32>(state, carry, CARRY);
}

/**
 * Each record with probability p: gaps are geometric, ⌊ln u · scale⌋ with scale = 1 / ln(1 − p) and
 * u = (52 random bits + ½) · 2⁻⁵² in (0, 1). `count` even. Gaps above 2³¹ − 1 are cut to it.
 */
export function fillBernoulli(state: usize, table: usize, count: i32, scale: f64): void {
  const end = table + (<usize>count << 2);
  if (ASC_FEATURE_SIMD) {
    // The generators as in `nextVector`, kept in registers over the whole table.
    let a = v128.load(state, A), b = v128.load(state, B), c = v128.load(state, C), d = v128.load(state, D);
    for (let at = table; at < end; at += 8) {
      const u = fractions(starred(b));
      const t = i32x4.shl(b, 9);
      c = v128.xor(c, a);
      d = v128.xor(d, b);
      b = v128.xor(b, c);
      a = v128.xor(a, d);
      c = v128.xor(c, t);
      d = rotated(d, 11);
      const skips = i32x4.trunc_sat_f64x2_s_zero(f64x2.mul(log2x(u), f64x2.splat(scale)));
      v128.store64_lane(at, skips, 0);
    }
    v128.store(state, a, A);
    v128.store(state, b, B);
    v128.store(state, c, C);
    v128.store(state, d, D);
  } else {
    for (let at = table; at < end; at += 8) {
      const h0 = nextScalar(state, 0), h1 = nextScalar(state, 1);
      const l0 = nextScalar(state, 2), l1 = nextScalar(state, 3);
      store<i32>(at, geometric(fraction(h0, l0), scale));
      store<i32>(at + 4, geometric(fraction(h1, l1), scale));
    }
  }
}
