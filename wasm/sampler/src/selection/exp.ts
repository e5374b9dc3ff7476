// After FreeBSD's e_exp.c (fdlibm), as musl had it.
// Copyright (C) 2004 by Sun Microsystems, Inc. All rights reserved. Permission to use, copy, modify, and distribute this
// software is freely granted, provided that this notice is preserved.

const LN2_HI = 6.931471803691238e-1;
const LN2_LO = 1.9082149292705877e-10;
const INV_LN2 = 1.4426950408889634;
const P1 = 1.66666666666666019037e-1;
const P2 = -2.77777777770155933842e-3;
const P3 = 6.61375632143793436117e-5;
const P4 = -1.6533902205465252e-6;
const P5 = 4.1381367970572385e-8;

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
const HIGH = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;

/** eˣ for −700 ≤ x ≤ 0, within 1 ulp: the kernel's, bit for bit. `Math.exp` differs between engines in the last bit. */
export function exp(x: number): number {
  const k = Math.trunc(INV_LN2 * x - 0.5);
  const hi = x - k * LN2_HI;
  const lo = k * LN2_LO;
  const r = hi - lo;
  const z = r * r;
  const c = r - z * (P1 + z * (P2 + z * (P3 + z * (P4 + z * P5))));
  const y = 1 + ((r * c) / (2 - c) - lo + hi);
  float[0] = 0;
  words[HIGH] = (0x3ff + k) << 20;
  return y * float[0];
}
