import {
  ALPHA, BETA, COLUMNS, errorOf, FREE, GAMMA, gramAt, M, N, PHI, ROWS, rowsAt, seasonOf, shapesAt, trendOf, vectorAt,
} from './ets-work';

// Derivatives of the one-step errors by the initial states and smoothing parameters, carried forward with the states,
// and the sums of their products. Columns: level, trend, seasonal states of phases 1 …, then α β γ φ, then the error
// itself and the weight that turns a derivative of it into one of −log f. Columns of what a form lacks are zero. Phase 0
// has none: level and season determine each other only up to a constant (a factor for a multiplicative season).

/** Coefficients of a step: φ α β γ c1 … c6; written before they are read. */
const COEFFICIENTS: usize = memory.data(80, 16);

/**
 * One step of the sensitivities L, B, S of level, trend and season: q = L + φB, then with u = c1 q + c2 S and
 * v = c3 q + c4 S: L = q + αu, B = φB + βu, S = S + γv and the row c5 q + c6 S. `COEFFICIENTS` has them.
 */
function carry(l: usize, b: usize, s: usize, row: usize, columns: i32): void {
  const end = l + (<usize>columns << 3), c = COEFFICIENTS;
  if (ASC_FEATURE_SIMD) {
    const phi = v128.load64_splat(c), alpha = v128.load64_splat(c, 8);
    const beta = v128.load64_splat(c, 16), gamma = v128.load64_splat(c, 24);
    const c1 = v128.load64_splat(c, 32), c2 = v128.load64_splat(c, 40), c3 = v128.load64_splat(c, 48);
    const c4 = v128.load64_splat(c, 56), c5 = v128.load64_splat(c, 64), c6 = v128.load64_splat(c, 72);
    for (; l < end; l += 16, b += 16, s += 16, row += 16) {
      const trend = f64x2.mul(phi, v128.load(b));
      const q = f64x2.add(v128.load(l), trend);
      const season = v128.load(s);
      const u = f64x2.add(f64x2.mul(c1, q), f64x2.mul(c2, season));
      const v = f64x2.add(f64x2.mul(c3, q), f64x2.mul(c4, season));
      v128.store(l, f64x2.add(q, f64x2.mul(alpha, u)));
      v128.store(b, f64x2.add(trend, f64x2.mul(beta, u)));
      v128.store(s, f64x2.add(season, f64x2.mul(gamma, v)));
      v128.store(row, f64x2.add(f64x2.mul(c5, q), f64x2.mul(c6, season)));
    }
  } else {
    const phi = load<f64>(c), alpha = load<f64>(c, 8), beta = load<f64>(c, 16), gamma = load<f64>(c, 24);
    const c1 = load<f64>(c, 32), c2 = load<f64>(c, 40), c3 = load<f64>(c, 48);
    const c4 = load<f64>(c, 56), c5 = load<f64>(c, 64), c6 = load<f64>(c, 72);
    for (; l < end; l += 8, b += 8, s += 8, row += 8) {
      const trend = phi * load<f64>(b);
      const q = load<f64>(l) + trend;
      const season = load<f64>(s);
      const u = c1 * q + c2 * season;
      const v = c3 * q + c4 * season;
      store<f64>(l, q + alpha * u);
      store<f64>(b, trend + beta * u);
      store<f64>(s, season + gamma * v);
      store<f64>(row, c5 * q + c6 * season);
    }
  }
}

/** `carry` without a season: q = L + φB, then L = kept·q, B = φB − moved·q and the row −weight·q. */
function carryPlain(l: usize, b: usize, row: usize, columns: i32, phi: f64, kept: f64, moved: f64, weight: f64): void {
  const end = l + (<usize>columns << 3);
  if (ASC_FEATURE_SIMD) {
    const p = f64x2.splat(phi), k = f64x2.splat(kept), m = f64x2.splat(moved), w = f64x2.splat(-weight);
    for (; l < end; l += 16, b += 16, row += 16) {
      const trend = f64x2.mul(p, v128.load(b));
      const q = f64x2.add(v128.load(l), trend);
      v128.store(l, f64x2.mul(k, q));
      v128.store(b, f64x2.sub(trend, f64x2.mul(m, q)));
      v128.store(row, f64x2.mul(w, q));
    }
  } else {
    for (; l < end; l += 8, b += 8, row += 8) {
      const trend = phi * load<f64>(b);
      const q = load<f64>(l) + trend;
      store<f64>(l, kept * q);
      store<f64>(b, trend - moved * q);
      store<f64>(row, -weight * q);
    }
  }
}

/** Add the products of the columns of `count` rows to the sums: whole blocks of 2 × 4 that hold the lower triangle. */
function accumulate(gram: usize, rows: usize, count: i32, columns: i32): void {
  const stride = <usize>columns << 3;
  const end = rows + <usize>count * stride;
  for (let i: usize = 0; i < stride; i += 16) {
    for (let j: usize = 0; j <= i; j += 32) {
      const out = gram + (i >> 3) * stride + j;
      if (ASC_FEATURE_SIMD) {
        let s0 = v128.load(out), s1 = v128.load(out, 16);
        let s2 = v128.load(out + stride), s3 = v128.load(out + stride, 16);
        for (let row = rows; row < end; row += stride) {
          const x = v128.load64_splat(row + i), z = v128.load64_splat(row + i, 8);
          const a = v128.load(row + j), b = v128.load(row + j, 16);
          s0 = f64x2.add(s0, f64x2.mul(x, a));
          s1 = f64x2.add(s1, f64x2.mul(x, b));
          s2 = f64x2.add(s2, f64x2.mul(z, a));
          s3 = f64x2.add(s3, f64x2.mul(z, b));
        }
        v128.store(out, s0);
        v128.store(out, s1, 16);
        v128.store(out + stride, s2);
        v128.store(out + stride, s3, 16);
      } else {
        let s0 = load<f64>(out), s1 = load<f64>(out, 8), s2 = load<f64>(out, 16), s3 = load<f64>(out, 24);
        const under = out + stride;
        let t0 = load<f64>(under), t1 = load<f64>(under, 8), t2 = load<f64>(under, 16), t3 = load<f64>(under, 24);
        for (let row = rows; row < end; row += stride) {
          const x = load<f64>(row + i), z = load<f64>(row + i, 8);
          const a = load<f64>(row + j), b = load<f64>(row + j, 8);
          const c = load<f64>(row + j, 16), d = load<f64>(row + j, 24);
          s0 += x * a;
          s1 += x * b;
          s2 += x * c;
          s3 += x * d;
          t0 += z * a;
          t1 += z * b;
          t2 += z * c;
          t3 += z * d;
        }
        store<f64>(out, s0);
        store<f64>(out, s1, 8);
        store<f64>(out, s2, 16);
        store<f64>(out, s3, 24);
        store<f64>(under, t0);
        store<f64>(under, t1, 8);
        store<f64>(under, t2, 16);
        store<f64>(under, t3, 24);
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function addTo(at: usize, value: f64): void { store<f64>(at, load<f64>(at) + value); }

/** Start the derivatives: of the states by themselves. */
export function startProducts(work: usize, form: i32, theta: usize): void {
  const stride = <usize>load<i32>(work, COLUMNS) << 3;
  const l = vectorAt(work, 0), b = vectorAt(work, 1), shapes = shapesAt(work);
  memory.fill(l, 0, 2 * stride);
  memory.fill(shapes, 0, <usize>load<i32>(work, M) * stride);
  memory.fill(gramAt(work), 0, <usize>load<i32>(work, COLUMNS) * stride);
  store<f64>(l, 1.0);
  if (trendOf(form) != 0) store<f64>(b, 1.0, 8);
  const free = load<i32>(work, FREE);
  for (let j = 1; j <= free; j++) store<f64>(shapes + <usize>j * stride + (<usize>j << 3), 1.0, 8);
  store<f64>(COEFFICIENTS, load<f64>(theta, PHI));
  store<f64>(COEFFICIENTS, load<f64>(theta, ALPHA), 8);
  store<f64>(COEFFICIENTS, load<f64>(theta, BETA), 16);
  store<f64>(COEFFICIENTS, load<f64>(theta, GAMMA), 24);
}

// @ts-ignore: decorator
@inline
function coefficients(c1: f64, c2: f64, c3: f64, c4: f64, c5: f64, c6: f64): void {
  store<f64>(COEFFICIENTS, c1, 32);
  store<f64>(COEFFICIENTS, c2, 40);
  store<f64>(COEFFICIENTS, c3, 48);
  store<f64>(COEFFICIENTS, c4, 56);
  store<f64>(COEFFICIENTS, c5, 64);
  store<f64>(COEFFICIENTS, c6, 72);
}

/** Derivatives of step t: q level and trend, s season, b trend before it, e error, u and v what moves level and season. */
export function differentiate(
  work: usize, form: i32, t: i32, phase: i32, y: f64, q: f64, s: f64, b: f64, e: f64, u: f64, v: f64,
): void {
  const columns = load<i32>(work, COLUMNS);
  const stride = <usize>columns << 3;
  const smoothing = <usize>(2 + load<i32>(work, FREE)) << 3;
  const l = vectorAt(work, 0), trends = l + stride, shape = shapesAt(work) + <usize>phase * stride;
  const rows = rowsAt(work);
  const row = rows + <usize>(t & (ROWS - 1)) * stride;
  const kind = seasonOf(form), trend = trendOf(form);
  let weight: f64 = 0.0, k: f64 = 0.0;
  if (kind == 0) {
    if (y == y) {
      k = 1.0;
      if (errorOf(form) != 0) {
        weight = q / y;
        k = y / (q * q);
      }
    }
  } else if (!(y == y)) {
    coefficients(0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
  } else if (kind == 2) {
    const f = q * s;
    k = y / (f * f);
    weight = f / y;
    coefficients(-1.0, -k * q * q, -k * s * s, -1.0, -k * s, -k * q);
  } else {
    const f = q + s, relative = errorOf(form) != 0;
    k = relative ? y / (f * f) : 1.0;
    if (relative) weight = f / y;
    coefficients(-1.0, -1.0, -1.0, -1.0, -k, -k);
  }
  const damped = trend == 2 ? b : 0.0;
  addTo(l + smoothing + 24, damped);
  // The last two columns are not carried.
  if (kind != 0) carry(l, trends, shape, row, columns - 2);
  else {
    const there: f64 = y == y ? 1.0 : 0.0, c = COEFFICIENTS;
    carryPlain(l, trends, row, columns - 2, load<f64>(c), 1.0 - there * load<f64>(c, 8), there * load<f64>(c, 16), k);
  }
  addTo(trends + smoothing + 24, damped);
  addTo(l + smoothing, u);
  if (trend != 0) addTo(trends + smoothing + 8, u);
  if (kind != 0) addTo(shape + smoothing + 16, v);
  store<f64>(row + smoothing, e, 32);
  store<f64>(row + smoothing, weight, 40);
  if ((t & (ROWS - 1)) == ROWS - 1) accumulate(gramAt(work), rows, ROWS, columns);
}

/** Add the last rows. */
export function finishProducts(work: usize): void {
  accumulate(gramAt(work), rowsAt(work), load<i32>(work, N) & (ROWS - 1), load<i32>(work, COLUMNS));
}
