// Consistent sampling of keys after OpenTelemetry's TraceState probability sampling: 56 random bits r a key, a
// rejection threshold th = (1 − p)·2⁵⁶, kept if r ≥ th. Sets nest: what a smaller rate keeps, a larger one keeps too.
import { finish, finish4, hashBytes, hashFour } from "./hash";

/** Bytes of one batch's hashes: two i32 for each of at most 1024 keys. */
const PAIR: usize = 8;

/** The upper 32 of the 56 bits; mixed anew, for the sketches use the bits of the hashes themselves. */
// @ts-ignore: decorator
@inline
function upper(a: u32, b: u32): u32 {
  return finish(a + b * 0x9e3779b1);
}

// @ts-ignore: decorator
@inline
function lower(a: u32, b: u32): u32 {
  return <u32>finish(b ^ rotl<u32>(a, 16)) >> 8;
}

/** `upper` of four keys whose hashes stand at `hashes`. */
// @ts-ignore: decorator
@inline
function upper4(hashes: usize): v128 {
  const first = v128.load(hashes), second = v128.load(hashes, 16);
  const a = i32x4.shuffle(first, second, 0, 2, 4, 6), b = i32x4.shuffle(first, second, 1, 3, 5, 7);
  return finish4(i32x4.add(a, i32x4.mul(b, i32x4.splat(0x9e3779b1))));
}

/** One key: whether it reaches the threshold. */
// @ts-ignore: decorator
@inline
function reaches(hashes: usize, thHigh: u32, thLow: u32): bool {
  const a = load<u32>(hashes), b = load<u32>(hashes, 4);
  const high = upper(a, b);
  return high > thHigh || (high == thHigh && lower(a, b) >= thLow);
}

/**
 * Whether each of `n` keys, whose two i32 hashes stand at `hashes`, reaches the threshold (32 and 24 bits). Writes the
 * index of each that does to `kept`; returns how many do.
 */
function selectHashed(hashes: usize, n: i32, thHigh: u32, thLow: u32, kept: usize): i32 {
  const start = kept;
  let i = 0;
  if (ASC_FEATURE_SIMD) {
    // Four at a time, of which mostly none is kept.
    const high = i32x4.splat(thHigh);
    for (; i + 4 <= n; i += 4) {
      const four = hashes + <usize>i * PAIR;
      if (!v128.any_true(i32x4.ge_u(upper4(four), high))) continue;
      for (let lane = 0; lane < 4; lane++) {
        if (!reaches(four + <usize>lane * PAIR, thHigh, thLow)) continue;
        store<i32>(kept, i + lane);
        kept += 4;
      }
    }
  }
  for (; i < n; i++) {
    if (!reaches(hashes + <usize>i * PAIR, thHigh, thLow)) continue;
    store<i32>(kept, i);
    kept += 4;
  }
  return <i32>((kept - start) >> 2);
}

/**
 * Hash `n` keys that stand one behind another at `keys`; `ends` has the byte offset of each one's end (i32). Writes two
 * i32 a key to `hashes`, then selects as `selectHashed` does.
 */
export function selectKeyed(
  keys: usize, ends: usize, n: i32, thHigh: u32, thLow: u32, hashes: usize, kept: usize,
): i32 {
  hashAll(keys, ends, n, hashes);
  return selectHashed(hashes, n, thHigh, thLow, kept);
}

function hashAll(keys: usize, ends: usize, n: i32, hashes: usize): void {
  let from = 0, i = 0;
  if (ASC_FEATURE_SIMD) {
    // Four keys of one length at a time, a lane each.
    let before = i32x4.splat(0);
    for (; i + 4 <= n; i += 4) {
      const at = ends + (<usize>i << 2), out = hashes + <usize>i * PAIR;
      const four = v128.load(at);
      const lengths = i32x4.sub(four, i32x4.shuffle(before, four, 3, 4, 5, 6));
      const length = i32x4.extract_lane(lengths, 0);
      if (!v128.any_true(v128.xor(lengths, i32x4.splat(length)))) hashFour(keys + <usize>from, length, out);
      else hashEach(keys, from, at, out);
      from = i32x4.extract_lane(four, 3);
      before = four;
    }
  }
  for (; i < n; i++) {
    const end = load<i32>(ends + (<usize>i << 2));
    hashBytes(keys + <usize>from, end - from, hashes + <usize>i * PAIR);
    from = end;
  }
}

/** Four keys, from `from` on, whose ends stand at `ends`. */
function hashEach(keys: usize, from: i32, ends: usize, out: usize): void {
  for (let i: usize = 0; i < 4; i++) {
    const end = load<i32>(ends + (i << 2));
    hashBytes(keys + <usize>from, end - from, out + i * PAIR);
    from = end;
  }
}
