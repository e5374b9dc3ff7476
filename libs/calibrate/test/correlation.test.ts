import { Xoshiro128 } from '@foreshadow/domain';
import { describe, expect, it } from 'vitest';
import { combinedWidth, correlated, correlationOf, NO_CORRELATION } from '../src/index.ts';
import { gauss } from './simulated.ts';

const SIZES = [1, 3, 2, 0.5];

/** Errors of four parts with a common correlation, as a shared cause and causes of their own. */
function learn(correlation: number, ticks: number, seed = 1) {
  const rng = new Xoshiro128(seed);
  let c = NO_CORRELATION;
  for (let t = 0; t < ticks; t++) {
    const shared = gauss(rng);
    const errors = SIZES.map(
      (size) => size * (Math.sqrt(correlation) * shared + Math.sqrt(1 - correlation) * gauss(rng)),
    );
    c = correlated(c, errors, SIZES);
  }
  return c;
}

describe('the correlation of errors', () => {
  it('is the assumed one without evidence', () => {
    expect(correlationOf(NO_CORRELATION, 0.5, 1, 4)).toBe(0.5);
    expect(correlationOf(learn(0, 3), 0.5, 12, 4)).toBeGreaterThan(0.45);
  });

  it.each([0, 0.3, 0.9])('is found with evidence (%f)', (truth) => {
    const found = [1, 2, 3, 4, 5].map((seed) => correlationOf(learn(truth, 1500, seed), 0.5, 1, 4));
    for (const f of found) expect(Math.abs(f - truth)).toBeLessThan(0.15);
  });

  it('is negative where parts take from each other what they add', () => {
    let c = NO_CORRELATION;
    const rng = new Xoshiro128(9);
    for (let t = 0; t < 500; t++) {
      const e = gauss(rng);
      c = correlated(c, [e, -e], [1, 1]);
    }
    expect(correlationOf(c, 0.5, 1, 2)).toBeLessThan(-0.8);
  });

  it('stays within what so many parts can have', () => {
    const c = { products: -1e9, sizes: 1, weight: 1e6 };
    expect(correlationOf(c, 0.5, 1, 5)).toBe(-0.25);
    expect(correlationOf({ ...c, products: 1e9 }, 0.5, 1, 5)).toBe(1);
  });

  it('learns nothing from what is no number', () => {
    const c = learn(0.5, 10);
    for (const errors of [[NaN, 1], [Infinity, 1], [1]]) expect(correlated(c, errors, [1, 1])).toBe(c);
    expect(correlated(c, [1, 2], [0, 0])).toBe(c);
  });
});

it('combines widths between their root of squares and their sum', () => {
  expect(combinedWidth([3, 4], 0)).toBeCloseTo(5, 12);
  expect(combinedWidth([3, 4], 1)).toBeCloseTo(7, 12);
  expect(combinedWidth([3, 3], -1)).toBeCloseTo(0.06, 12);
  expect(combinedWidth([], 0.5)).toBe(0);
});
