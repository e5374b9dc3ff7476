import { expect, it } from 'vitest';
import { cumulativePath } from '../../src/load/cumulative.ts';

it('is the mean of the steps until each horizon, by their length', () => {
  const path = { horizonsMs: [1000, 2000, 4000], mean: [1, 3, 5], lower: [0, 2, 4], upper: [2, 4, 6] };
  const made = cumulativePath(path);
  expect(made.mean).toEqual([1, 2, 3.5]);
  expect(made.upper[0]).toBe(2);
  // Errors of 1 each over 1, 1 and 2 s, correlated by half: √(½·(1 + 1 + 4) + ½·4²) / 4.
  expect(made.upper[2]).toBeCloseTo(3.5 + Math.sqrt(11) / 4, 12);
  expect(made.lower[2]).toBeCloseTo(3.5 - Math.sqrt(11) / 4, 12);
});

it('never goes below zero', () => {
  const path = { horizonsMs: [1000, 2000], mean: [1, 1], lower: [-9, -9], upper: [1, 1] };
  expect(cumulativePath(path).lower).toEqual([0, 0]);
});
