// Small dense linear algebra and vector loops on f64. Both builds add in the same order: even lane, odd lane, their sum.

/** Σ a[i]·b[i]. */
export function dot(a: usize, b: usize, n: i32): f64 {
  const whole = n & ~1;
  let sum: f64 = 0.0;
  if (ASC_FEATURE_SIMD) {
    let pair = f64x2.splat(0.0);
    for (let i = 0; i < whole; i += 2) {
      const o = <usize>i << 3;
      pair = f64x2.add(pair, f64x2.mul(v128.load(a + o), v128.load(b + o)));
    }
    sum = f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1);
  } else {
    let even: f64 = 0.0;
    let odd: f64 = 0.0;
    for (let i = 0; i < whole; i += 2) {
      const o = <usize>i << 3;
      even += load<f64>(a + o) * load<f64>(b + o);
      odd += load<f64>(a + o, 8) * load<f64>(b + o, 8);
    }
    sum = even + odd;
  }
  if (whole < n) {
    const o = <usize>whole << 3;
    sum += load<f64>(a + o) * load<f64>(b + o);
  }
  return sum;
}

/** to[i] = from[i] − factor·x[i]; `to` may lie at or before `from`. */
export function subtractScaled(to: usize, from: usize, x: usize, factor: f64, n: i32): void {
  let i = 0;
  if (ASC_FEATURE_SIMD) {
    const f = f64x2.splat(factor);
    for (; i + 2 <= n; i += 2) {
      const o = <usize>i << 3;
      v128.store(to + o, f64x2.sub(v128.load(from + o), f64x2.mul(f, v128.load(x + o))));
    }
  }
  for (; i < n; i++) {
    const o = <usize>i << 3;
    store<f64>(to + o, load<f64>(from + o) - factor * load<f64>(x + o));
  }
}

/**
 * Solve A·x = b for a symmetric positive definite A of k rows, of which the lower triangle is read and overwritten by its
 * Cholesky factor; x replaces b. False where A is not positive definite.
 */
export function solveSymmetric(a: usize, b: usize, k: i32): bool {
  for (let i = 0; i < k; i++) {
    const row = a + (<usize>(i * k) << 3);
    for (let j = 0; j <= i; j++) {
      const other = a + (<usize>(j * k) << 3);
      let sum = load<f64>(row + (<usize>j << 3));
      for (let l = 0; l < j; l++) sum -= load<f64>(row + (<usize>l << 3)) * load<f64>(other + (<usize>l << 3));
      if (i == j) {
        if (!(sum > 0.0)) return false;
        sum = sqrt<f64>(sum);
      } else {
        sum /= load<f64>(other + (<usize>j << 3));
      }
      store<f64>(row + (<usize>j << 3), sum);
    }
  }
  for (let i = 0; i < k; i++) {
    const row = a + (<usize>(i * k) << 3);
    let sum = load<f64>(b + (<usize>i << 3));
    for (let l = 0; l < i; l++) sum -= load<f64>(row + (<usize>l << 3)) * load<f64>(b + (<usize>l << 3));
    store<f64>(b + (<usize>i << 3), sum / load<f64>(row + (<usize>i << 3)));
  }
  for (let i = k - 1; i >= 0; i--) {
    let sum = load<f64>(b + (<usize>i << 3));
    for (let l = i + 1; l < k; l++) {
      sum -= load<f64>(a + (<usize>(l * k + i) << 3)) * load<f64>(b + (<usize>l << 3));
    }
    store<f64>(b + (<usize>i << 3), sum / load<f64>(a + (<usize>(i * k + i) << 3)));
  }
  return true;
}
