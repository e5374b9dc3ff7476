import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HASHED_KEY_BYTES, hashKey } from '../src/index.ts';

const encoder = new TextEncoder();
const codePoint = fc
  .oneof(fc.integer({ min: 0, max: 0x7ff }), fc.integer({ min: 0, max: 0x10ffff }))
  .map((c) => String.fromCodePoint(c));

function hash(key: string | Uint8Array): [number, number] {
  const out = new Int32Array(2);
  hashKey(key, out);
  return [out[0]! >>> 0, out[1]! >>> 0];
}

describe('hashKey', () => {
  // MurmurHash3_x86_32, seed 0: published test vectors.
  it.each([
    ['', 0x00000000],
    ['test', 0xba6bd213],
    ['Hello, world!', 0xc0363e43],
    ['The quick brown fox jumps over the lazy dog', 0x2e4ff723],
  ])('gives MurmurHash3 of %j first', (key, expected) => {
    expect(hash(key)[0]).toBe(expected);
  });

  it('hashes a string as its UTF-8 bytes', () => {
    const text = fc.oneof(
      fc.string({ unit: codePoint }),
      fc.string({ unit: codePoint, minLength: 60, maxLength: 300 }),
    );
    fc.assert(
      fc.property(text, (key) => {
        expect(hash(key)).toEqual(hash(encoder.encode(key)));
      }),
    );
  });

  it('takes a lone surrogate for U+FFFD, as encoders do', () => {
    expect(hash('a\ud800b')).toEqual(hash(encoder.encode('a\ud800b')));
  });

  it('reads no more than its first bytes', () => {
    const long = 'k'.repeat(HASHED_KEY_BYTES);
    expect(hash(`${long}a`)).toEqual(hash(`${long}b`));
    expect(hash(`${long.slice(1)}a`)).not.toEqual(hash(`${long.slice(1)}b`));
    expect(hash(`${long.slice(1)}é`)).toEqual(hash(encoder.encode(`${long.slice(1)}é`)));
  });

  it('has no collision of both hashes among half a million structured keys, and as many of each as chance gives', () => {
    const n = 500_000;
    const out = new Int32Array(2);
    const [a, b, both] = [new Uint32Array(n), new Uint32Array(n), new BigUint64Array(n)];
    for (let i = 0; i < n; i++) {
      hashKey(`user-${i}`, out);
      a[i] = out[0]!;
      b[i] = out[1]!;
      both[i] = (BigInt(a[i]!) << 32n) | BigInt(b[i]!);
    }
    const expected = (n * n) / 2 ** 33; // 29, Poisson
    expect(collisions(both)).toBe(0);
    for (const lane of [a, b])
      expect(Math.abs(collisions(lane) - expected)).toBeLessThan(5 * Math.sqrt(expected));
  });

  it('turns half of the bits of both hashes when one bit of the key turns', () => {
    const key = encoder.encode('partition-key-07');
    const [a0, b0] = hash(key);
    for (let bit = 0; bit < key.length * 8; bit++) {
      const changed = key.slice();
      changed[bit >> 3]! ^= 1 << (bit & 7);
      const [a, b] = hash(changed);
      expect(ones(a ^ a0) + ones(b ^ b0)).toBeGreaterThan(14);
    }
  });
});

function collisions(values: Uint32Array | BigUint64Array): number {
  values.sort();
  let equal = 0;
  for (let i = 1; i < values.length; i++) if (values[i] === values[i - 1]) equal++;
  return equal;
}

function ones(x: number): number {
  let n = 0;
  for (let v = x >>> 0; v !== 0; v >>>= 1) n += v & 1;
  return n;
}
