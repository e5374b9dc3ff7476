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

function finish(h: u32): i32 {
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
