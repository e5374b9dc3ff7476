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

/** The same for two numbers at once, operation by operation. */
// @ts-ignore: decorator
@inline
export function log2x(x: v128): v128 {
  const one = f64x2.splat(1.0), two = f64x2.splat(2.0), half = f64x2.splat(0.5);
  const u = i64x2.add(x, i64x2.splat(SHIFT_UP));
  const e = i64x2.shr_u(u, 52);
  const exponents = i32x4.sub(i32x4.shuffle(e, e, 0, 2, 0, 2), i32x4.splat(0x3ff));
  const k = f64x2.convert_low_i32x4_s(exponents);
  const f = f64x2.sub(i64x2.add(v128.and(u, i64x2.splat(MANTISSA)), i64x2.splat(SQRT_HALF)), one);
  const hfsq = f64x2.mul(f64x2.mul(half, f), f);
  const s = f64x2.div(f, f64x2.add(two, f));
  const z = f64x2.mul(s, s);
  const w = f64x2.mul(z, z);
  let t1 = f64x2.add(f64x2.splat(LG4), f64x2.mul(w, f64x2.splat(LG6)));
  t1 = f64x2.mul(w, f64x2.add(f64x2.splat(LG2), f64x2.mul(w, t1)));
  let t2 = f64x2.add(f64x2.splat(LG5), f64x2.mul(w, f64x2.splat(LG7)));
  t2 = f64x2.add(f64x2.splat(LG3), f64x2.mul(w, t2));
  t2 = f64x2.mul(z, f64x2.add(f64x2.splat(LG1), f64x2.mul(w, t2)));
  let r = f64x2.mul(s, f64x2.add(hfsq, f64x2.add(t2, t1)));
  r = f64x2.add(r, f64x2.mul(k, f64x2.splat(LN2_LO)));
  r = f64x2.add(f64x2.sub(r, hfsq), f);
  return f64x2.add(r, f64x2.mul(k, f64x2.splat(LN2_HI)));
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
