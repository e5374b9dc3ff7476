import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hasOutgrown, heapLimitMebibytes } from '../../src/orchestrator/heap-limit.ts';

const MIB = 2 ** 20;

it('is a power of two, at least twice the allowance and never tiny', () => {
  const limits = [0, 64, 128, 129, 512, 1000].map((mebibytes) => heapLimitMebibytes(mebibytes * MIB));
  expect(limits).toEqual([256, 256, 256, 512, 1024, 2048]);
  for (const odd of [NaN, Infinity, -1]) expect(heapLimitMebibytes(odd)).toBe(256);
});

it('is not outgrown by what it was made for, nor by half as much again', () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 2 ** 45, noNaN: true }), (allowance) => {
      const limit = heapLimitMebibytes(allowance) * MIB;
      expect(hasOutgrown(limit, 1.5 * allowance)).toBe(false);
      expect(hasOutgrown(limit, limit)).toBe(true);
    }),
  );
  expect(hasOutgrown(NaN, 1e12)).toBe(false);
});
