import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LightestBin } from '../src/heap.ts';

describe('lightest bin', () => {
  it('is the first of the lightest, whatever was placed before', () => {
    const load = fc.double({ min: 0, max: 10, noNaN: true });
    const loads = fc.array(fc.oneof(load, fc.constantFrom(0, 1)), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(
        loads,
        fc.array(fc.oneof(load, fc.constantFrom(0, 1)), { maxLength: 40 }),
        (start, weights) => {
          const expected = [...start];
          const heap = new LightestBin(start);
          for (const weight of weights) {
            const lightest = expected.indexOf(Math.min(...expected));
            expect(heap.place(weight)).toBe(lightest);
            expected[lightest]! += weight;
          }
        },
      ),
    );
  });
});
