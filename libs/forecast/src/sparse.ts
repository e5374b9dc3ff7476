import { ForecastError } from './errors.ts';

// A young series uses little of its memory: blocks of zeros are left out, one bit each tells which.

const BLOCK = 64;

/** Pack bytes; their length must be a multiple of 16. */
export function packSparse(bytes: Uint8Array): Uint8Array {
  const blocks = Math.ceil(bytes.length / BLOCK);
  const map = new Uint8Array(Math.ceil(blocks / 8));
  const kept: Uint8Array[] = [];
  for (let i = 0; i < blocks; i++) {
    const block = bytes.subarray(i * BLOCK, (i + 1) * BLOCK);
    if (block.every((b) => b === 0)) continue;
    map[i >> 3] = (map[i >> 3] ?? 0) | (1 << (i & 7));
    kept.push(block);
  }
  const packed = new Uint8Array(map.length + kept.reduce((sum, b) => sum + b.length, 0));
  packed.set(map);
  let at = map.length;
  for (const block of kept) {
    packed.set(block, at);
    at += block.length;
  }
  return packed;
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
