// Four interleaved xoshiro128** generators (Blackman & Vigna, 2018), seeded through splitmix32.
// State: 64 bytes, word-major: a0 a1 a2 a3 b0 … d3. One step gives four 32-bit numbers.

export const A: usize = 0, B: usize = 16, C: usize = 32, D: usize = 48;

/** Bytes of a sampler's state: the generators, then what the sampler keeps between tables. */
export const CARRY: usize = 64;

/** No table was filled since the seed. */
export const FRESH: i32 = -1;

/** Seed the state of one sampler. */
export function seedState(state: usize, seed: i32): void {
  let s: u32 = seed;
  for (let i: usize = 0; i < 64; i += 4) {
    s += 0x9e3779b9;
    let z = s;
    z = (z ^ (z >> 16)) * 0x21f0aaad;
    z = (z ^ (z >> 15)) * 0x735a2d97;
    // Lane by lane: each generator takes four successive outputs.
    store<u32>(state + ((i & 12) << 2) + (i >> 4 << 2), z ^ (z >> 15));
  }
  store<i32>(state + CARRY, FRESH);
}

// @ts-ignore: decorator
@inline
export function nextScalar(state: usize, lane: usize): u32 {
  const at = state + (lane << 2);
  let a = load<u32>(at, A), b = load<u32>(at, B), c = load<u32>(at, C), d = load<u32>(at, D);
  const result = rotl<u32>(b * 5, 7) * 9;
  const t = b << 9;
  c ^= a;
  d ^= b;
  b ^= c;
  a ^= d;
  c ^= t;
  d = rotl<u32>(d, 11);
  store<u32>(at, a, A);
  store<u32>(at, b, B);
  store<u32>(at, c, C);
  store<u32>(at, d, D);
  return result;
}

// @ts-ignore: decorator
@inline
export function rotated(x: v128, left: i32): v128 {
  return v128.or(i32x4.shl(x, left), i32x4.shr_u(x, 32 - left));
}

/** The output of a generator: rotl(5b, 7) · 9. */
// @ts-ignore: decorator
@inline
export function starred(b: v128): v128 {
  const r = rotated(i32x4.add(b, i32x4.shl(b, 2)), 7);
  return i32x4.add(r, i32x4.shl(r, 3));
}

// @ts-ignore: decorator
@inline
export function nextVector(state: usize): v128 {
  let a = v128.load(state, A), b = v128.load(state, B), c = v128.load(state, C), d = v128.load(state, D);
  const r = starred(b);
  const t = i32x4.shl(b, 9);
  c = v128.xor(c, a);
  d = v128.xor(d, b);
  b = v128.xor(b, c);
  a = v128.xor(a, d);
  c = v128.xor(c, t);
  d = rotated(d, 11);
  v128.store(state, a, A);
  v128.store(state, b, B);
  v128.store(state, c, C);
  v128.store(state, d, D);
  return r;
}
