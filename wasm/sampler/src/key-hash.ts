const SEED_B = 0x9747b28c;

/** Bytes of a key that its hash sees: what keeps hashing bounded. Keys that agree so far count as one. */
export const HASHED_KEY_BYTES = 256;

// One code point more than is read, so that the last one need not be cut while it is written.
const scratch = new Uint8Array(HASHED_KEY_BYTES + 4);

/**
 * Two 32-bit hashes of a key into `out[0]`, `out[1]`; a string hashes as its UTF-8 bytes. The first is
 * MurmurHash3_x86_32 with seed 0 (Austin Appleby), the second the same structure with the constants of the second
 * lane of MurmurHash3_x86_128. Never allocates; only the first `HASHED_KEY_BYTES` bytes count.
 */
export function hashKey(key: string | Uint8Array, out: Int32Array): void {
  if (typeof key !== 'string') hashBytes(key, Math.min(key.length, HASHED_KEY_BYTES), out);
  else if (!hashAscii(key, out)) hashBytes(scratch, encodeUtf8(key), out);
}

function mixA(k: number): number {
  const m = Math.imul(k, 0xcc9e2d51);
  return Math.imul((m << 15) | (m >>> 17), 0x1b873593);
}

function mixB(k: number): number {
  const m = Math.imul(k, 0xab0e9789);
  return Math.imul((m << 16) | (m >>> 16), 0x38b34ae5);
}

function stepA(a: number, k: number): number {
  const h = a ^ mixA(k);
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

function stepB(b: number, k: number): number {
  const h = b ^ mixB(k);
  return (Math.imul((h << 17) | (h >>> 15), 5) + 0x0bcaa747) | 0;
}

/** The last step of MurmurHash3. */
export function finish(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function finishInto(out: Int32Array, a: number, b: number, tail: number, length: number): void {
  out[0] = finish(a ^ mixA(tail) ^ length);
  out[1] = finish(b ^ mixB(tail) ^ length);
}

/** False, with nothing hashed, if a character is not ASCII. */
function hashAscii(key: string, out: Int32Array): boolean {
  const length = Math.min(key.length, HASHED_KEY_BYTES);
  const blocks = length & ~3;
  let a = 0;
  let b = SEED_B;
  let seen = 0;
  let i = 0;
  for (; i < blocks; i += 4) {
    const c0 = key.charCodeAt(i);
    const c1 = key.charCodeAt(i + 1);
    const c2 = key.charCodeAt(i + 2);
    const c3 = key.charCodeAt(i + 3);
    seen |= c0 | c1 | c2 | c3;
    const k = c0 | (c1 << 8) | (c2 << 16) | (c3 << 24);
    a = stepA(a, k);
    b = stepB(b, k);
  }
  let tail = 0;
  for (let shift = 0; i < length; i++, shift += 8) {
    const c = key.charCodeAt(i);
    seen |= c;
    tail |= c << shift;
  }
  if (seen > 127) return false;
  finishInto(out, a, b, tail, length);
  return true;
}

function hashBytes(bytes: Uint8Array, length: number, out: Int32Array): void {
  const blocks = length & ~3;
  let a = 0;
  let b = SEED_B;
  let i = 0;
  for (; i < blocks; i += 4) {
    const k = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    a = stepA(a, k);
    b = stepB(b, k);
  }
  let tail = 0;
  for (let shift = 0; i < length; i++, shift += 8) tail |= bytes[i]! << shift;
  finishInto(out, a, b, tail, length);
}

/** Write the first `HASHED_KEY_BYTES` bytes of the UTF-8 of `key` to `scratch`; lone surrogates become U+FFFD. */
function encodeUtf8(key: string): number {
  let at = 0;
  for (let i = 0; i < key.length && at < HASHED_KEY_BYTES; i++) {
    let c = key.codePointAt(i)!;
    if (c > 0xffff) i++;
    else if (c >= 0xd800 && c <= 0xdfff) c = 0xfffd;
    at = writeUtf8(c, at);
  }
  return Math.min(at, HASHED_KEY_BYTES);
}

function writeUtf8(c: number, start: number): number {
  let at = start;
  if (c < 0x80) {
    scratch[at++] = c;
    return at;
  }
  if (c < 0x800) scratch[at++] = 0xc0 | (c >> 6);
  else {
    if (c < 0x10000) scratch[at++] = 0xe0 | (c >> 12);
    else {
      scratch[at++] = 0xf0 | (c >> 18);
      scratch[at++] = 0x80 | ((c >> 12) & 63);
    }
    scratch[at++] = 0x80 | ((c >> 6) & 63);
  }
  scratch[at++] = 0x80 | (c & 63);
  return at;
}
