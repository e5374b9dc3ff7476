import { expect, it } from 'vitest';
import { filledRatio } from '../../src/accuracy/levels.ts';
import { geometricMean, lastValues, mean, ratioOfSums } from '../../src/accuracy/scores.ts';

it('means of nothing are NaN', () => {
  expect(geometricMean([])).toBeNaN();
  expect(mean([])).toBeNaN();
  expect(geometricMean([0.5, 2, 8])).toBeCloseTo(2, 12);
});

it('weighs each row by its size in a ratio of sums', () => {
  expect(ratioOfSums([1, 3], [1, 7])).toBe(0.5);
});

it('carries the last value over gaps', () => {
  expect([...lastValues(Float64Array.from([NaN, 3, NaN, NaN, 4]))]).toEqual([NaN, 3, 3, 3, 4]);
});

it('scores an expert as last value where it was silent', () => {
  // Last value errs by 1, 2, 3, 4; the expert speaks on the last two rows and errs by 0.5 and 2.
  const own = { scored: 2, mae: 1.25, wapeRatioToNaive: 2.5 / 7, wape: 0, mase: 0, pinball: 0 };
  const all = { scored: 4, mae: 0.5, wapeRatioToNaive: 0.2, experts: { some: own } };
  expect(filledRatio(all, 'some')).toBeCloseTo((1 + 2 + 0.5 + 2) / 10, 12);
  expect(filledRatio(all, 'other')).toBe(1);
});
