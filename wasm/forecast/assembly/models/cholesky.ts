// Symmetric positive definite systems by Cholesky (Golub & Van Loan, Matrix Computations, section 4.2), rows of f64 with
// a stride, lower triangle. SIMD and scalar add in the same order (four lanes, pairwise), so that both builds give the
// same bits.

/** Σ a[i]·b[i]. */
export function dotF64(a: usize, b: usize, n: i32): f64 {
  const whole = n & ~3;
  let sum: f64;
  if (ASC_FEATURE_SIMD) {
    let s0 = f64x2.splat(0.0);
    let s1 = f64x2.splat(0.0);
    for (let i = 0; i < whole; i += 4) {
      const o = <usize>i << 3;
      s0 = f64x2.add(s0, f64x2.mul(v128.load(a + o), v128.load(b + o)));
      s1 = f64x2.add(s1, f64x2.mul(v128.load(a + o, 16), v128.load(b + o, 16)));
    }
    s0 = f64x2.add(s0, s1);
    sum = f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1);
  } else {
    let s0: f64 = 0.0, s1: f64 = 0.0, s2: f64 = 0.0, s3: f64 = 0.0;
    for (let i = 0; i < whole; i += 4) {
      const o = <usize>i << 3;
      s0 += load<f64>(a + o) * load<f64>(b + o);
      s1 += load<f64>(a + o, 8) * load<f64>(b + o, 8);
      s2 += load<f64>(a + o, 16) * load<f64>(b + o, 16);
      s3 += load<f64>(a + o, 24) * load<f64>(b + o, 24);
    }
    sum = s0 + s2 + (s1 + s3);
  }
  for (let i = whole; i < n; i++) {
    const o = <usize>i << 3;
    sum += load<f64>(a + o) * load<f64>(b + o);
  }
  return sum;
}

/** y[i] += factor·x[i]. */
export function addMultiple(y: usize, x: usize, factor: f64, n: i32): void {
  let i = 0;
  if (ASC_FEATURE_SIMD) {
    const f = f64x2.splat(factor);
    for (; i + 2 <= n; i += 2) {
      const o = <usize>i << 3;
      v128.store(y + o, f64x2.add(v128.load(y + o), f64x2.mul(f, v128.load(x + o))));
    }
  }
  for (; i < n; i++) {
    const o = <usize>i << 3;
    store<f64>(y + o, load<f64>(y + o) + factor * load<f64>(x + o));
  }
}

// @ts-ignore: decorator
@inline
function rowAt(a: usize, i: i32, stride: i32): usize { return a + (<usize>(i * stride) << 3); }

/**
 * Factor the lower triangle of the n×n matrix `a` into L with A = LL′, written to `l` (may be `a`). The leading k×k part
 * of L is the factor of the leading k×k part of A. False if A is not positive definite.
 */
export function factorize(a: usize, l: usize, n: i32, stride: i32): bool {
  for (let i = 0; i < n; i++) {
    const source = rowAt(a, i, stride);
    const row = rowAt(l, i, stride);
    for (let j = 0; j < i; j++) {
      const other = rowAt(l, j, stride);
      const o = <usize>j << 3;
      store<f64>(row + o, (load<f64>(source + o) - dotF64(row, other, j)) / load<f64>(other + o));
    }
    const o = <usize>i << 3;
    const pivot = load<f64>(source + o) - dotF64(row, row, i);
    if (!(pivot > 0.0)) return false;
    store<f64>(row + o, sqrt<f64>(pivot));
  }
  return true;
}

/** x ← L⁻¹x, from entry `from` on: those before are zero. */
export function solveLower(l: usize, x: usize, n: i32, stride: i32, from: i32 = 0): void {
  const skipped = <usize>from << 3;
  for (let i = from; i < n; i++) {
    const row = rowAt(l, i, stride);
    const o = <usize>i << 3;
    const known = dotF64(row + skipped, x + skipped, i - from);
    store<f64>(x + o, (load<f64>(x + o) - known) / load<f64>(row + o));
  }
}

/** x ← L′⁻¹x. */
export function solveUpper(l: usize, x: usize, n: i32, stride: i32): void {
  for (let i = n - 1; i >= 0; i--) {
    const row = rowAt(l, i, stride);
    const o = <usize>i << 3;
    const value = load<f64>(x + o) / load<f64>(row + o);
    store<f64>(x + o, value);
    addMultiple(x, row, -value, i);
  }
}

/** y[i] ← decay·y[i] + factor·x[i]. */
export function decayAndAdd(y: usize, x: usize, decay: f64, factor: f64, n: i32): void {
  let i = 0;
  if (ASC_FEATURE_SIMD) {
    const d = f64x2.splat(decay);
    const f = f64x2.splat(factor);
    for (; i + 2 <= n; i += 2) {
      const o = <usize>i << 3;
      v128.store(y + o, f64x2.add(f64x2.mul(d, v128.load(y + o)), f64x2.mul(f, v128.load(x + o))));
    }
  }
  for (; i < n; i++) {
    const o = <usize>i << 3;
    store<f64>(y + o, decay * load<f64>(y + o) + factor * load<f64>(x + o));
  }
}
