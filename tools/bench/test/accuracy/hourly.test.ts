import { expect, it } from 'vitest';
import { seasonalNaive } from '../../src/accuracy/hourly.ts';

const values = Float64Array.from({ length: 60 }, (_, t) => t);

it('looks back as many seasons as the step needs', () => {
  expect(seasonalNaive(values, 30, 1, 24)).toBe(7);
  expect(seasonalNaive(values, 30, 24, 24)).toBe(30);
  expect(seasonalNaive(values, 30, 25, 24)).toBe(7);
  expect(seasonalNaive(values, 55, 48, 24)).toBe(55);
});

it('falls back to the second season where the first reaches back before the series', () => {
  expect(seasonalNaive(values, 30, 1, 168, 24)).toBe(7);
  expect(seasonalNaive(values, 30, 1, 168)).toBeNaN();
});

it('goes one season further back where the value is missing', () => {
  const gap = values.map((y) => (y === 31 ? NaN : y));
  expect(seasonalNaive(gap, 50, 5, 24)).toBe(7);
});
