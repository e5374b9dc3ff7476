// tanh, sigmoid and softplus in f32, for four lanes and for one: the same operations in the same order, hence the same
// bits. All rest on exp(a) − 1 = 2ⁿ(exp(r) − 1) + (2ⁿ − 1) with a = n·ln 2 + r, |r| ≤ ln 2 / 2 (Muller, Elementary
// Functions, 3rd ed., sections 4.5 and 11.1: reduction by Cody and Waite, Taylor of degree 7, remainder below 6e-9 of it).

const LOG2_E: f32 = 1.44269504;
/** ln 2 in two parts; the first has so few bits that n times it is exact. */
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.12194440e-4;
/** Beyond this tanh(a/2) is ±1 in f32. */
const MOST: f32 = 18.0;

const C2: f32 = 0.5;
const C3: f32 = 0.16666667;
const C4: f32 = 0.041666668;
const C5: f32 = 0.008333334;
const C6: f32 = 0.0013888889;
const C7: f32 = 0.0001984127;

/** log(1 + u) = 2 artanh(u / (2 + u)); odd series, whose next term is below 5e-9 for u ≤ 1. */
const L3: f32 = 0.33333334;
const L5: f32 = 0.2;
const L7: f32 = 0.14285715;
const L9: f32 = 0.11111111;
const L11: f32 = 0.09090909;
const L13: f32 = 0.07692308;
const L15: f32 = 0.06666667;

// @ts-ignore: decorator
@inline
function times(a: v128, b: v128): v128 { return f32x4.mul(a, b); }

// @ts-ignore: decorator
@inline
function plus(a: v128, b: v128): v128 { return f32x4.add(a, b); }

// @ts-ignore: decorator
@inline
function all(a: f32): v128 { return f32x4.splat(a); }

function expMinusOne4(x: v128): v128 {
  const a = f32x4.max(all(-MOST), f32x4.min(all(MOST), x));
  const n = f32x4.nearest(times(a, all(LOG2_E)));
  const r = f32x4.sub(f32x4.sub(a, times(n, all(LN2_HIGH))), times(n, all(LN2_LOW)));
  let p = plus(times(r, all(C7)), all(C6));
  p = plus(times(r, p), all(C5));
  p = plus(times(r, p), all(C4));
  p = plus(times(r, p), all(C3));
  p = plus(times(r, p), all(C2));
  p = plus(times(times(r, r), p), r);
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return plus(times(power, p), f32x4.sub(power, all(1.0)));
}

function expMinusOne(x: f32): f32 {
  const a = max<f32>(-MOST, min<f32>(MOST, x));
  const n = nearest<f32>(a * LOG2_E);
  const r = a - n * LN2_HIGH - n * LN2_LOW;
  let p = r * C7 + C6;
  p = r * p + C5;
  p = r * p + C4;
  p = r * p + C3;
  p = r * p + C2;
  p = r * r * p + r;
  const power = reinterpret<f32>((<i32>n + 127) << 23);
  return power * p + (power - <f32>1.0);
}

// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const e = expMinusOne4(plus(x, x));
  return f32x4.div(e, plus(e, all(2.0)));
}

export function tanh1(x: f32): f32 {
  const e = expMinusOne(x + x);
  return e / (e + <f32>2.0);
}

/** 1 / (1 + exp(−x)). */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  const e = expMinusOne4(x);
  return f32x4.div(plus(e, all(1.0)), plus(e, all(2.0)));
}

export function sigmoid1(x: f32): f32 {
  const e = expMinusOne(x);
  return (e + <f32>1.0) / (e + <f32>2.0);
}

/** log(1 + exp(x)), never below 0. */
// @ts-ignore: decorator
@inline
export function softplus4(x: v128): v128 {
  const u = plus(expMinusOne4(f32x4.neg(f32x4.abs(x))), all(1.0));
  const s = f32x4.div(u, plus(u, all(2.0)));
  const q = times(s, s);
  let p = plus(times(q, all(L15)), all(L13));
  p = plus(times(q, p), all(L11));
  p = plus(times(q, p), all(L9));
  p = plus(times(q, p), all(L7));
  p = plus(times(q, p), all(L5));
  p = plus(times(q, p), all(L3));
  p = plus(times(q, p), all(1.0));
  return plus(f32x4.max(x, all(0.0)), times(plus(s, s), p));
}

export function softplus1(x: f32): f32 {
  const u = expMinusOne(-abs<f32>(x)) + <f32>1.0;
  const s = u / (u + <f32>2.0);
  const q = s * s;
  let p = q * L15 + L13;
  p = q * p + L11;
  p = q * p + L9;
  p = q * p + L7;
  p = q * p + L5;
  p = q * p + L3;
  p = q * p + <f32>1.0;
  return max<f32>(x, 0.0) + (s + s) * p;
}
