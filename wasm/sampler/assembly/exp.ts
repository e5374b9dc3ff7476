// Exponential function after FreeBSD's e_exp.c (fdlibm), as musl had it; within 1 ulp.
//
// Copyright (C) 2004 by Sun Microsystems, Inc. All rights reserved.
// Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice is
// preserved.
//
// Only for −700 ≤ x ≤ 0, which is all that the samplers ask for: results are normal numbers.

const LN2_HI: f64 = 6.93147180369123816490e-01;
const LN2_LO: f64 = 1.90821492927058770002e-10;
const INV_LN2: f64 = 1.44269504088896338700;
const P1: f64 = 1.66666666666666019037e-01;
const P2: f64 = -2.77777777770155933842e-03;
const P3: f64 = 6.61375632143793436117e-05;
const P4: f64 = -1.65339022054652515390e-06;
const P5: f64 = 4.13813679705723846039e-08;

/** eˣ for −700 ≤ x ≤ 0. */
export function exp(x: f64): f64 {
  const k = <i32>(INV_LN2 * x - 0.5);
  const hi = x - <f64>k * LN2_HI;
  const lo = <f64>k * LN2_LO;
  const r = hi - lo;
  const z = r * r;
  const c = r - z * (P1 + z * (P2 + z * (P3 + z * (P4 + z * P5))));
  const y = 1.0 + ((r * c) / (2.0 - c) - lo + hi);
  return y * reinterpret<f64>(<u64>(0x3ff + k) << 52);
}

/** out[i] = eˣ for `n` numbers −700 ≤ x ≤ 0. In place is fine. */
export function expAt(x: usize, out: usize, n: i32): void {
  for (let i: usize = 0, end = <usize>n << 3; i < end; i += 8) store<f64>(out + i, exp(load<f64>(x + i)));
}
