// Consistent sampling of keys after OpenTelemetry's TraceState probability sampling: 56 random bits r a key, a
// rejection threshold th = (1 − p)·2⁵⁶, kept if r ≥ th. Sets nest: what a smaller rate keeps, a larger one keeps too.
import { finish, hashBytes, hashFour } from "./hash";

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

/**
 * Whether each of `n` keys, whose two i32 hashes stand at `hashes`, reaches the threshold (32 and 24 bits). Writes the
 * index of each that does to `kept`; returns how many do.
 */
export function selectHashed(hashes: usize, n: i32, thHigh: u32, thLow: u32, kept: usize): i32 {
  const start = kept;
  for (let i = 0; i < n; i++, hashes += PAIR) {
    const a = load<u32>(hashes), b = load<u32>(hashes, 4);
    const high = upper(a, b);
    if (high < thHigh) continue;
    if (high == thHigh && lower(a, b) < thLow) continue;
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
    for (; i + 4 <= n; i += 4) {
      const at = ends + (<usize>i << 2);
      const e0 = load<i32>(at), e1 = load<i32>(at, 4), e2 = load<i32>(at, 8), e3 = load<i32>(at, 12);
      const length = e0 - from;
      const out = hashes + <usize>i * PAIR;
      if (e1 - e0 == length && e2 - e1 == length && e3 - e2 == length) {
        hashFour(keys + <usize>from, length, out);
      } else {
        hashBytes(keys + <usize>from, length, out);
        hashBytes(keys + <usize>e0, e1 - e0, out + PAIR);
        hashBytes(keys + <usize>e1, e2 - e1, out + 2 * PAIR);
        hashBytes(keys + <usize>e2, e3 - e2, out + 3 * PAIR);
      }
      from = e3;
    }
  }
  for (; i < n; i++) {
    const end = load<i32>(ends + (<usize>i << 2));
    hashBytes(keys + <usize>from, end - from, hashes + <usize>i * PAIR);
    from = end;
  }
}
