/**
 * Mix integers into one well-spread 32-bit value (the finaliser of MurmurHash3 after each word). Gives every cell of
 * a random process its own seed, so that the process can be asked about any time, in any order.
 */
export function mixSeed(...words: readonly number[]): number {
  let h = 0x9e3779b9;
  for (const word of words) {
    h ^= word | 0;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    h = (h ^ (h >>> 16)) + 0x9e3779b9;
  }
  return h >>> 0;
}
