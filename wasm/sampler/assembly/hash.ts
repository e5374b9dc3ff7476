// Two 32-bit hashes of a key. The first is MurmurHash3_x86_32 (Austin Appleby, public domain), seed 0; the second
// has the same structure with the constants of the second lane of MurmurHash3_x86_128, so that their collisions
// have nothing in common.

const SEED_B: u32 = 0x9747b28c;

// @ts-ignore: decorator
@inline
function mixA(k: u32): u32 {
  return rotl<u32>(k * 0xcc9e2d51, 15) * 0x1b873593;
}

// @ts-ignore: decorator
@inline
function mixB(k: u32): u32 {
  return rotl<u32>(k * 0xab0e9789, 16) * 0x38b34ae5;
}

/** MurmurHash3's last step. */
export function finish(h: u32): i32 {
  h = (h ^ (h >> 16)) * 0x85ebca6b;
  h = (h ^ (h >> 13)) * 0xc2b2ae35;
  return h ^ (h >> 16);
}

/** Hash `length` bytes at `key`; writes two i32 at `out`. */
export function hashBytes(key: usize, length: i32, out: usize): void {
  let a: u32 = 0, b: u32 = SEED_B;
  const end = key + (<usize>length & ~3);
  for (; key < end; key += 4) {
    const k = load<u32>(key);
    a = rotl<u32>(a ^ mixA(k), 13) * 5 + 0xe6546b64;
    b = rotl<u32>(b ^ mixB(k), 17) * 5 + 0x0bcaa747;
  }
  let tail: u32 = 0;
  for (let i = (length & 3) - 1; i >= 0; i--) tail = (tail << 8) | <u32>load<u8>(key + <usize>i);
  store<i32>(out, finish(a ^ mixA(tail) ^ <u32>length));
  store<i32>(out + 4, finish(b ^ mixB(tail) ^ <u32>length));
}

// Vectors of constants, in memory, for the reason that log.ts gives.
const CONSTANTS: usize = ASC_FEATURE_SIMD ? memory.data<u32>([
  0xcc9e2d51, 0xcc9e2d51, 0xcc9e2d51, 0xcc9e2d51, 0x1b873593, 0x1b873593, 0x1b873593, 0x1b873593,
  0xab0e9789, 0xab0e9789, 0xab0e9789, 0xab0e9789, 0x38b34ae5, 0x38b34ae5, 0x38b34ae5, 0x38b34ae5,
  0xe6546b64, 0xe6546b64, 0xe6546b64, 0xe6546b64, 0x0bcaa747, 0x0bcaa747, 0x0bcaa747, 0x0bcaa747,
  0x85ebca6b, 0x85ebca6b, 0x85ebca6b, 0x85ebca6b, 0xc2b2ae35, 0xc2b2ae35, 0xc2b2ae35, 0xc2b2ae35,
], 16) : 0;

// @ts-ignore: decorator
@inline
function rotate(x: v128, left: i32): v128 {
  return v128.or(i32x4.shl(x, left), i32x4.shr_u(x, 32 - left));
}

// @ts-ignore: decorator
@inline
function mixA4(k: v128): v128 {
  return i32x4.mul(rotate(i32x4.mul(k, v128.load(CONSTANTS)), 15), v128.load(CONSTANTS, 16));
}

// @ts-ignore: decorator
@inline
function mixB4(k: v128): v128 {
  const m = i32x4.mul(k, v128.load(CONSTANTS, 32));
  // Turned by 16: a shuffle.
  return i32x4.mul(i16x8.shuffle(m, m, 1, 0, 3, 2, 5, 4, 7, 6), v128.load(CONSTANTS, 48));
}

// @ts-ignore: decorator
@inline
function timesFive(x: v128): v128 {
  return i32x4.add(x, i32x4.shl(x, 2));
}

// @ts-ignore: decorator
@inline
function stepA4(a: v128, k: v128): v128 {
  return i32x4.add(timesFive(rotate(v128.xor(a, mixA4(k)), 13)), v128.load(CONSTANTS, 64));
}

// @ts-ignore: decorator
@inline
function stepB4(b: v128, k: v128): v128 {
  return i32x4.add(timesFive(rotate(v128.xor(b, mixB4(k)), 17)), v128.load(CONSTANTS, 80));
}

/** `finish` in each lane. */
// @ts-ignore: decorator
@inline
export function finish4(h: v128): v128 {
  h = i32x4.mul(v128.xor(h, i32x4.shr_u(h, 16)), v128.load(CONSTANTS, 96));
  h = i32x4.mul(v128.xor(h, i32x4.shr_u(h, 13)), v128.load(CONSTANTS, 112));
  return v128.xor(h, i32x4.shr_u(h, 16));
}

/** The last `length & 3` bytes of four keys, `stride` apart. */
// @ts-ignore: decorator
@inline
function tails(at: usize, bytes: i32, stride: usize): v128 {
  let tail = i32x4.splat(0);
  for (let i = bytes - 1; i >= 0; i--) {
    const from = at + <usize>i;
    tail = i32x4.shl(tail, 8);
    const next = i32x4(
      load<u8>(from), load<u8>(from + stride), load<u8>(from + 2 * stride), load<u8>(from + 3 * stride),
    );
    tail = v128.or(tail, next);
  }
  return tail;
}

/** `hashBytes` of four keys of `length` bytes that stand one behind another; writes eight i32 at `out`. */
// @ts-ignore: decorator
@inline
export function hashFour(keys: usize, length: i32, out: usize): void {
  let a = i32x4.splat(0), b = i32x4.splat(SEED_B);
  const stride = <usize>length;
  const end = keys + (<usize>length & ~3);
  // Four words of each key at a time, turned so that each vector has one word of all keys.
  for (; keys + 16 <= end; keys += 16) {
    const k0 = v128.load(keys), k1 = v128.load(keys + stride);
    const k2 = v128.load(keys + 2 * stride), k3 = v128.load(keys + 3 * stride);
    const low01 = i32x4.shuffle(k0, k1, 0, 4, 1, 5), low23 = i32x4.shuffle(k2, k3, 0, 4, 1, 5);
    const high01 = i32x4.shuffle(k0, k1, 2, 6, 3, 7), high23 = i32x4.shuffle(k2, k3, 2, 6, 3, 7);
    const w0 = i64x2.shuffle(low01, low23, 0, 2), w1 = i64x2.shuffle(low01, low23, 1, 3);
    const w2 = i64x2.shuffle(high01, high23, 0, 2), w3 = i64x2.shuffle(high01, high23, 1, 3);
    a = stepA4(stepA4(stepA4(stepA4(a, w0), w1), w2), w3);
    b = stepB4(stepB4(stepB4(stepB4(b, w0), w1), w2), w3);
  }
  for (; keys < end; keys += 4) {
    let k = v128.load32_splat(keys);
    k = v128.load32_lane(keys + stride, k, 1);
    k = v128.load32_lane(keys + 2 * stride, k, 2);
    k = v128.load32_lane(keys + 3 * stride, k, 3);
    a = stepA4(a, k);
    b = stepB4(b, k);
  }
  const rest = length & 3;
  if (rest != 0) {
    const tail = tails(keys, rest, stride);
    a = v128.xor(a, mixA4(tail));
    b = v128.xor(b, mixB4(tail));
  }
  const all = i32x4.splat(length);
  a = finish4(v128.xor(a, all));
  b = finish4(v128.xor(b, all));
  v128.store(out, i32x4.shuffle(a, b, 0, 4, 1, 5));
  v128.store(out, i32x4.shuffle(a, b, 2, 6, 3, 7), 16);
}
