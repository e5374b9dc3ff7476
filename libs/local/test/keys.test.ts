import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockKey, blockPosition, keyBehind } from '../src/keys.ts';

const partition = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const position = fc.maxSafeNat();

describe('block keys', () => {
  it('order as partition and position do, and give the position back', () => {
    fc.assert(
      fc.property(partition, position, partition, position, (p, a, q, b) => {
        expect(blockPosition(blockKey(p, a))).toBe(a);
        const order = Math.sign(p - q) || Math.sign(a - b);
        expect(Buffer.compare(blockKey(p, a), blockKey(q, b))).toBe(order);
      }),
    );
  });
});

describe('keyBehind', () => {
  it('is the first key behind all with the prefix', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 6 }), fc.uint8Array({ maxLength: 6 }), (prefix, rest) => {
        const end = keyBehind(prefix);
        if (end === undefined) {
          expect(prefix.every((byte) => byte === 255)).toBe(true);
          return;
        }
        expect(Buffer.compare(Buffer.concat([prefix, rest]), end)).toBe(-1);
        const before = Buffer.concat([prefix, Buffer.alloc(20, 255)]);
        expect(Buffer.compare(before, end)).toBe(-1);
        expect(end.length).toBeLessThanOrEqual(prefix.length);
      }),
    );
  });
});
