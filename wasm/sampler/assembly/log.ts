// Natural logarithm after FreeBSD's e_log.c (fdlibm), as musl has it; within 1 ulp.
//
// Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
// Developed at SunSoft, a Sun Microsystems, Inc. business.
// Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice is
// preserved.
//
// Only for normal numbers > 0, which is all that the samplers ask for. Engines' own logarithms differ in the last
// bit; this one uses nothing but correctly rounded operations, in one fixed order.

const LN2_HI: f64 = 6.93147180369123816490e-01;
const LN2_LO: f64 = 1.90821492927058770002e-10;
const LG1: f64 = 6.666666666666735130e-01;
const LG2: f64 = 3.999999999940941908e-01;
const LG3: f64 = 2.857142874366239149e-01;
const LG4: f64 = 2.222219843214978396e-01;
const LG5: f64 = 1.818357216161805012e-01;
const LG6: f64 = 1.531383769920937332e-01;
const LG7: f64 = 1.479819860511658591e-01;

// High words, moved so that the mantissa falls into [√½, √2).
const SHIFT_UP: u64 = (0x3ff00000 - 0x3fe6a09e) << 32;
const SQRT_HALF: u64 = 0x3fe6a09e << 32;
const TWO_52: u64 = 0x4330000000000000;
/** 2⁵² + 1023. */
const BIASED_52: f64 = 4503599627371519.0;
const MANTISSA: u64 = 0x000f_ffff_ffff_ffff;

export function log(x: f64): f64 {
  const u = reinterpret<u64>(x) + SHIFT_UP;
  const k = <f64>(<i32>(u >> 52) - 0x3ff);
  const f = reinterpret<f64>((u & MANTISSA) + SQRT_HALF) - 1.0;
  const hfsq = 0.5 * f * f;
  const s = f / (2.0 + f);
  const z = s * s;
  const w = z * z;
  const t1 = w * (LG2 + w * (LG4 + w * LG6));
  const t2 = z * (LG1 + w * (LG3 + w * (LG5 + w * LG7)));
  return s * (hfsq + (t2 + t1)) + k * LN2_LO - hfsq + f + k * LN2_HI;
}

// Vectors of constants, in memory: engines build a splat of a constant anew wherever it is used, out of three or four
// instructions; a load is one.
const FLOATS: usize = ASC_FEATURE_SIMD ? memory.data<f64>([
  1.0, 1.0, 2.0, 2.0, 0.5, 0.5, BIASED_52, BIASED_52, LN2_HI, LN2_HI, LN2_LO, LN2_LO,
  LG1, LG1, LG2, LG2, LG3, LG3, LG4, LG4, LG5, LG5, LG6, LG6, LG7, LG7,
], 16) : 0;
const BITS: usize = ASC_FEATURE_SIMD ? memory.data<u64>([
  SHIFT_UP, SHIFT_UP, MANTISSA, MANTISSA, SQRT_HALF, SQRT_HALF, TWO_52, TWO_52,
], 16) : 0;

/** The same for two numbers at once, operation by operation. */
// @ts-ignore: decorator
@inline
export function log2x(x: v128): v128 {
  const u = i64x2.add(x, v128.load(BITS));
  // 2⁵² + exponent as bits, less 2⁵² + 1023: the exponent as a number, exactly.
  const k = f64x2.sub(v128.or(i64x2.shr_u(u, 52), v128.load(BITS, 48)), v128.load(FLOATS, 48));
  const f = f64x2.sub(i64x2.add(v128.and(u, v128.load(BITS, 16)), v128.load(BITS, 32)), v128.load(FLOATS));
  const hfsq = f64x2.mul(f64x2.mul(v128.load(FLOATS, 32), f), f);
  const s = f64x2.div(f, f64x2.add(v128.load(FLOATS, 16), f));
  const z = f64x2.mul(s, s);
  const w = f64x2.mul(z, z);
  let t1 = f64x2.add(v128.load(FLOATS, 144), f64x2.mul(w, v128.load(FLOATS, 176)));
  t1 = f64x2.mul(w, f64x2.add(v128.load(FLOATS, 112), f64x2.mul(w, t1)));
  let t2 = f64x2.add(v128.load(FLOATS, 160), f64x2.mul(w, v128.load(FLOATS, 192)));
  t2 = f64x2.add(v128.load(FLOATS, 128), f64x2.mul(w, t2));
  t2 = f64x2.mul(z, f64x2.add(v128.load(FLOATS, 96), f64x2.mul(w, t2)));
  let r = f64x2.mul(s, f64x2.add(hfsq, f64x2.add(t2, t1)));
  r = f64x2.add(r, f64x2.mul(k, v128.load(FLOATS, 80)));
  r = f64x2.add(f64x2.sub(r, hfsq), f);
  return f64x2.add(r, f64x2.mul(k, v128.load(FLOATS, 64)));
}

/** out[i] = ln(x[i]) for `n` normal positive f64; `n` even. In place is fine. */
export function logAt(x: usize, out: usize, n: i32): void {
  for (let i: usize = 0, end = <usize>n << 3; i < end; i += 16) {
    if (ASC_FEATURE_SIMD) {
      v128.store(out + i, log2x(v128.load(x + i)));
    } else {
      store<f64>(out + i, log(load<f64>(x + i)));
      store<f64>(out + i + 8, log(load<f64>(x + i + 8)));
    }
  }
}
