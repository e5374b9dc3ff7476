import { Xoshiro128 } from '@foreshadow/domain';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { blockResample, percentileInterval, quantileOf } from '../../src/accuracy/bootstrap.ts';

it('draws rows in blocks of neighbours, wrapped around', () => {
  const sizes = fc.tuple(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 50 }), fc.nat());
  fc.assert(
    fc.property(sizes, ([count, block, seed]) => {
      const rows = blockResample(count, block, new Xoshiro128(seed));
      expect(rows).toHaveLength(count);
      rows.forEach((row, i) => {
        expect(row).toBeGreaterThanOrEqual(0);
        expect(row).toBeLessThan(count);
        if (i % block > 0) expect(row).toBe((rows[i - 1]! + 1) % count);
      });
    }),
  );
});

it('draws every row equally often, those at the ends too', () => {
  const counts = new Array<number>(20).fill(0);
  const rng = new Xoshiro128(1);
  for (let i = 0; i < 5000; i++) for (const row of blockResample(20, 6, rng)) counts[row]!++;
  for (const count of counts) expect(Math.abs(count / 5000 - 1)).toBeLessThan(0.1);
});

it('interpolates quantiles as R does by default', () => {
  // quantile(c(1, 2, 4, 8), c(0, .1, .5, .9, 1)) in R.
  const quantiles = [1, 1.3, 3, 6.8, 8];
  [0, 0.1, 0.5, 0.9, 1].forEach((p, i) => expect(quantileOf([1, 2, 4, 8], p)).toBeCloseTo(quantiles[i]!, 12));
  expect(quantileOf([], 0.5)).toBeNaN();
});

it('cuts equal tails off', () => {
  const values = Array.from({ length: 101 }, (_, i) => (i * 37) % 101);
  const { low, high } = percentileInterval(values, 0.9);
  expect(low).toBeCloseTo(5, 12);
  expect(high).toBeCloseTo(95, 12);
});
