import { describe, expect, it } from 'vitest';
import { geometricScale, log, ReferenceSampler } from '../src/index.ts';

/** Distance in units in the last place of `b`. */
function ulps(a: number, b: number): number {
  const bits = new BigInt64Array(new Float64Array([a, b]).buffer);
  return Math.abs(Number(bits[0]! - bits[1]!));
}

describe('log', () => {
  // Digits from mpmath 1.3, 40 places.
  it.each([
    [Math.E, 1],
    [2, 0.6931471805599453],
    [0.5, -0.6931471805599453],
    [10, 2.302585092994046],
    [0.99, -0.01005033585350145],
    [2 ** -53, -36.7368005696771],
    [1e300, 690.7755278982137],
  ])('ln %d = %d', (x, expected) => {
    expect(ulps(log(x), expected)).toBeLessThanOrEqual(1);
  });

  it('is exactly 0 at 1', () => {
    expect(log(1)).toBe(0);
  });

  it('stays within 2 ulp of the engine over the range that the samplers use', () => {
    const table = new Int32Array(64);
    const sampler = new ReferenceSampler(11);
    for (let round = 0; round < 100; round++) {
      sampler.fillStratified(table, 2 ** 30);
      for (const gap of table) {
        const u = (gap + 1) / 2 ** 31;
        expect(ulps(log(u), Math.log(u))).toBeLessThanOrEqual(2);
      }
    }
  });
});

describe('geometricScale', () => {
  it('is 1 / ln(1 − p)', () => {
    expect(geometricScale(0.5)).toBeCloseTo(-1.4426950408889634, 12);
    expect(geometricScale(0.01)).toBeCloseTo(-99.49916247342207, 9);
  });

  it('keeps its digits at small rates, on both sides of the change of method', () => {
    for (const rate of [1e-3, 1.0001e-4, 0.9999e-4, 1e-6, 1e-8]) {
      expect(geometricScale(rate) * Math.log1p(-rate)).toBeCloseTo(1, 10);
    }
  });

  it('is 0 at rate 1', () => {
    expect(geometricScale(1)).toBe(0);
  });
});
