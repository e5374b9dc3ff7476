// Locally weighted regression over points on a line (Cleveland, Cleveland, McRae & Terpenning 1990, section 2.1): the
// nearest points within a span, tricube weights times weights of their own, a local constant or line. Where every step
// holds a point this is what R's stl computes; where some do not, the span reaches for the nearest that are there.

// @ts-ignore: decorator
@inline
function get(vector: usize, i: i32): f64 { return load<f64>(vector + (<usize>i << 3)); }

/** First of the `q` of `k` ascending points `x` that are nearest to `at`, from `left` on. */
export function nearest(x: usize, k: i32, q: i32, at: f64, left: i32): i32 {
  while (left + q < k && get(x, left + q) - at < at - get(x, left)) left++;
  return left;
}

/**
 * Value at `at` of the local fit to the `q` points from `left` on.
 * @param x positions of k points, ascending
 * @param y their values
 * @param weights their own weights; 0: all 1
 * @param span points that the tricube's width is made for; with fewer points it grows by half of what is missing
 * @param degree 0 or 1
 * @returns NaN if no point has any weight
 */
export function fitAt(
  x: usize, y: usize, weights: usize, k: i32, left: i32, q: i32, at: f64, span: i32, degree: i32,
): f64 {
  const end = left + q;
  let width = max<f64>(at - get(x, left), get(x, end - 1) - at);
  if (span > k) width += <f64>((span - k) >> 1);
  const inner = 0.001 * width;
  const outer = 0.999 * width;
  const shrink = width > 0.0 ? 1.0 / width : 0.0;
  let w0: f64 = 0.0, w1: f64 = 0.0, w2: f64 = 0.0, y0: f64 = 0.0, y1: f64 = 0.0;
  for (let i = left; i < end; i++) {
    const distance = get(x, i) - at;
    const r = abs<f64>(distance);
    if (r > outer) continue;
    const share = r * shrink;
    const hollow = 1.0 - share * share * share;
    let w = r <= inner ? 1.0 : hollow * hollow * hollow;
    if (weights != 0) w *= get(weights, i);
    const wd = w * distance;
    w0 += w;
    w1 += wd;
    w2 += wd * distance;
    y0 += w * get(y, i);
    y1 += wd * get(y, i);
  }
  if (w0 <= 0.0) return NaN;
  const mean = y0 / w0;
  if (degree == 0 || width <= 0.0) return mean;
  const centre = w1 / w0;
  const spread = w2 / w0 - centre * centre;
  const least = 0.001 * (get(x, k - 1) - get(x, 0));
  return spread > least * least ? mean - (centre / spread) * (y1 / w0 - centre * mean) : mean;
}

/**
 * Smooth at steps 1 … n: every `jump`-th and the last one fitted, the others on lines between those.
 * @param out n f64; all NaN if there is no point
 */
export function smooth(
  x: usize, y: usize, weights: usize, k: i32, n: i32, span: i32, degree: i32, jump: i32, out: usize,
): void {
  if (k == 0) {
    for (let i = 0; i < n; i++) store<f64>(out + (<usize>i << 3), NaN);
    return;
  }
  const q = min<i32>(span, k);
  const stride = max<i32>(1, min<i32>(jump, n - 1));
  let left = 0;
  for (let last = 0, i = 0; ; ) {
    const at = <f64>(i + 1);
    left = nearest(x, k, q, at, left);
    const fitted = fitAt(x, y, weights, k, left, q, at, span, degree);
    const value = isNaN(fitted) ? closest(x, y, left, q, at) : fitted;
    store<f64>(out + (<usize>i << 3), value);
    const start = get(out, last);
    const slope = i > last ? (value - start) / <f64>(i - last) : 0.0;
    for (let j = last + 1; j < i; j++) store<f64>(out + (<usize>j << 3), start + slope * <f64>(j - last));
    if (i == n - 1) return;
    last = i;
    i = min<i32>(i + stride, n - 1);
  }
}

/** Value of the point closest to `at`, for where no point of the span has any weight. */
function closest(x: usize, y: usize, left: i32, q: i32, at: f64): f64 {
  let best = left;
  for (let i = left + 1; i < left + q; i++) if (abs<f64>(get(x, i) - at) < abs<f64>(get(x, best) - at)) best = i;
  return get(y, best);
}
