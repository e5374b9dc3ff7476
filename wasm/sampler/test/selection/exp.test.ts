import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exp } from '../../src/selection/index.ts';

describe('exp', () => {
  it('is within 2 ulp of the engine’s, which is within 1 of the truth', () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 0, noNaN: true }), (x) => {
        const expected = Math.exp(x);
        expect(Math.abs(exp(x) - expected)).toBeLessThanOrEqual(expected * 2 * 2 ** -52);
      }),
      { numRuns: 5000 },
    );
  });

  // Correctly rounded values from Python's decimal, 30 digits.
  it.each([
    [0, 1],
    [-1, 0.36787944117144233],
    [-0.5, 0.6065306597126334],
    [-1e-9, 0.999999999],
    [-36.7, 1.1518409493076097e-16],
  ])('of %d is %d', (x, expected) => {
    expect(Math.abs(exp(x) / expected - 1)).toBeLessThan(2.3e-16);
  });
});
