// Loops over vectors of even length. SIMD and scalar add in the same order (even lane, odd lane, then their sum), so
// that both builds give the same bits. `f32` vectors hold what may be rounded: regressors, gains, history.

/** Two f32 at `p` as two f64 lanes. */
// @ts-ignore: decorator
@inline
export function loadPair(p: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(p));
}

/** Σ a[i]·x[i] with `a` f64 and `x` f32. */
export function dot(a: usize, x: usize, n: i32): f64 {
  if (ASC_FEATURE_SIMD) {
    let sum = f64x2.splat(0.0);
    for (let i = 0; i < n; i += 2) {
      sum = f64x2.add(sum, f64x2.mul(v128.load(a + (<usize>i << 3)), loadPair(x + (<usize>i << 2))));
    }
    return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
  } else {
    let even: f64 = 0.0;
    let odd: f64 = 0.0;
    for (let i = 0; i < n; i += 2) {
      const o = a + (<usize>i << 3);
      const q = x + (<usize>i << 2);
      even += load<f64>(o) * <f64>load<f32>(q);
      odd += load<f64>(o, 8) * <f64>load<f32>(q, 4);
    }
    return even + odd;
  }
}

/** a[i] += factor·x[i] with `a` f64 and `x` f32. */
export function addScaled(a: usize, x: usize, factor: f64, n: i32): void {
  if (ASC_FEATURE_SIMD) {
    const f = f64x2.splat(factor);
    for (let i = 0; i < n; i += 2) {
      const o = a + (<usize>i << 3);
      v128.store(o, f64x2.add(v128.load(o), f64x2.mul(f, loadPair(x + (<usize>i << 2)))));
    }
  } else {
    for (let i = 0; i < n; i++) {
      const o = a + (<usize>i << 3);
      store<f64>(o, load<f64>(o) + factor * <f64>load<f32>(x + (<usize>i << 2)));
    }
  }
}

/** One row of a symmetric rank-one downdate: row[j] = (row[j] − ui·u[j])·growth. */
export function downdateRow(row: usize, u: usize, ui: f64, growth: f64, n: i32): void {
  if (ASC_FEATURE_SIMD) {
    const f = f64x2.splat(ui);
    const g = f64x2.splat(growth);
    for (let j = 0; j < n; j += 2) {
      const o = row + (<usize>j << 3);
      const d = f64x2.mul(f, v128.load(u + (<usize>j << 3)));
      v128.store(o, f64x2.mul(f64x2.sub(v128.load(o), d), g));
    }
  } else {
    for (let j = 0; j < n; j++) {
      const o = row + (<usize>j << 3);
      store<f64>(o, (load<f64>(o) - ui * load<f64>(u + (<usize>j << 3))) * growth);
    }
  }
}

/** Σ of the finite |a[i] − b[i]| over two f32 vectors; their number is left in `absDifferencePairs`. */
export let absDifferencePairs: i32 = 0;

export function absDifference(a: usize, b: usize, n: i32): f64 {
  const whole = n & ~3;
  let pairs: i32 = 0;
  let sum: f64 = 0.0;
  if (ASC_FEATURE_SIMD) {
    let s0 = f64x2.splat(0.0);
    let s1 = f64x2.splat(0.0);
    let count = i32x4.splat(0);
    for (let i = 0; i < whole; i += 4) {
      const o = <usize>i << 2;
      const d = f32x4.abs(f32x4.sub(v128.load(a + o), v128.load(b + o)));
      const there = f32x4.eq(d, d);
      const v = v128.and(d, there);
      count = i32x4.sub(count, there);
      s0 = f64x2.add(s0, f64x2.promote_low_f32x4(v));
      s1 = f64x2.add(s1, f64x2.promote_low_f32x4(i8x16.shuffle(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7)));
    }
    sum =
      f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1) + f64x2.extract_lane(s1, 0) + f64x2.extract_lane(s1, 1);
    pairs =
      i32x4.extract_lane(count, 0) + i32x4.extract_lane(count, 1) +
      i32x4.extract_lane(count, 2) + i32x4.extract_lane(count, 3);
  } else {
    let s0: f64 = 0.0, s1: f64 = 0.0, s2: f64 = 0.0, s3: f64 = 0.0;
    for (let i = 0; i < whole; i += 4) {
      const o = <usize>i << 2;
      const d0 = abs<f32>(load<f32>(a + o) - load<f32>(b + o));
      const d1 = abs<f32>(load<f32>(a + o, 4) - load<f32>(b + o, 4));
      const d2 = abs<f32>(load<f32>(a + o, 8) - load<f32>(b + o, 8));
      const d3 = abs<f32>(load<f32>(a + o, 12) - load<f32>(b + o, 12));
      if (d0 == d0) { s0 += <f64>d0; pairs++; }
      if (d1 == d1) { s1 += <f64>d1; pairs++; }
      if (d2 == d2) { s2 += <f64>d2; pairs++; }
      if (d3 == d3) { s3 += <f64>d3; pairs++; }
    }
    sum = s0 + s1 + s2 + s3;
  }
  for (let i = whole; i < n; i++) {
    const o = <usize>i << 2;
    const d = abs<f32>(load<f32>(a + o) - load<f32>(b + o));
    if (d == d) { sum += <f64>d; pairs++; }
  }
  absDifferencePairs = pairs;
  return sum;
}
