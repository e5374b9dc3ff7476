import { ForecastError } from './errors.ts';

// A young series uses little of its memory: blocks of zeros are left out, one bit each tells which.

const BLOCK = 64;
const WORDS = BLOCK / 4;

/** Pack bytes; their length must be a multiple of 4. */
export function packSparse(bytes: Uint8Array): Uint8Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const words = new Int32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4);
  const blocks = Math.ceil(bytes.length / BLOCK);
  const packed = new Uint8Array(Math.ceil(blocks / 8) + bytes.length);
  let at = Math.ceil(blocks / 8);
  for (let i = 0; i < blocks; i++) {
    if (isZero(words, i * WORDS)) continue;
    packed[i >> 3] = (packed[i >> 3] ?? 0) | (1 << (i & 7));
    const block = bytes.subarray(i * BLOCK, (i + 1) * BLOCK);
    packed.set(block, at);
    at += block.length;
  }
  return packed.slice(0, at);
}

function isZero(words: Int32Array, from: number): boolean {
  let bits = 0;
  for (let i = from; i < from + WORDS; i++) bits |= words[i] ?? 0;
  return bits === 0;
}

/**
 * Unpack into exactly `length` bytes.
 * @throws {ForecastError} `INVALID_STATE` if the packed bytes do not fit.
 */
export function unpackSparse(packed: Uint8Array, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  const blocks = Math.ceil(length / BLOCK);
  let at = Math.ceil(blocks / 8);
  for (let i = 0; i < blocks; i++) {
    if ((((packed[i >> 3] ?? 0) >> (i & 7)) & 1) === 0) continue;
    const size = Math.min(BLOCK, length - i * BLOCK);
    if (at + size > packed.length)
      throw new ForecastError('INVALID_STATE', 'the state of a series is truncated');
    bytes.set(packed.subarray(at, at + size), i * BLOCK);
    at += size;
  }
  if (at !== packed.length) throw new ForecastError('INVALID_STATE', 'the state of a series is too long');
  return bytes;
}
