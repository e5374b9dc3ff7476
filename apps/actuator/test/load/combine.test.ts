import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combineForecasts, combineSamples } from '../../src/load/combine.ts';
import { counted, flatForecast, sampleOf } from '../helpers.ts';

describe('samples of several edges', () => {
  it('add up, with standard errors in squares', () => {
    const a = { ...sampleOf('orders/0', 1000, 30), workPerSec: { value: 1, standardError: 3 } };
    const b = { ...sampleOf('orders/0', 1200, 12), workPerSec: { value: 2, standardError: 4 } };
    const sum = combineSamples([a, b]);
    expect(sum?.recordsPerSec).toEqual(counted(42));
    expect(sum?.workPerSec).toEqual({ value: 3, standardError: 5 });
    expect(sum?.atMs).toBe(1200);
    expect(sum?.sampled).toBe(2);
  });

  it('are unknown in a dimension that one of them lacks', () => {
    const sum = combineSamples([sampleOf('orders/0', 1000, 30), sampleOf('orders/0', 1000, undefined)]);
    expect(sum?.recordsPerSec).toBeUndefined();
  });

  it('are missing if there are none', () => {
    expect(combineSamples([])).toBeUndefined();
    expect(combineForecasts([])).toBeUndefined();
  });
});

describe('forecasts of several edges', () => {
  it('of one edge stay as they are', () => {
    const only = flatForecast('orders/0', 1000, 10);
    expect(combineForecasts([only])).toBe(only);
  });

  it('add in the mean, and in dispersion by less than a sum', () => {
    const sum = combineForecasts([flatForecast('orders/0', 0, 100, 30), flatForecast('orders/0', 0, 50, 40)]);
    expect(sum?.path.mean).toEqual([150, 150, 150, 150]);
    // √(30² + 40² + 2·½·30·40) = √3700
    expect(sum?.path.upper[0]).toBeCloseTo(150 + Math.sqrt(3700), 9);
    expect(sum?.path.lower[0]).toBeCloseTo(150 - Math.sqrt(3700), 9);
  });

  it('are laid over each other in time', () => {
    const rising = flatForecast('orders/0', 0, 10, 0, [1000, 2000, 3000]);
    const shifted = {
      ...rising,
      path: { ...rising.path, mean: [1, 2, 3], lower: [1, 2, 3], upper: [1, 2, 3] },
    };
    const later = flatForecast('orders/0', 1000, 10, 0, [1000, 2000, 3000]);
    expect(combineForecasts([shifted, later])?.path.mean).toEqual([12, 13, 13]);
  });

  it('weigh ratios by records', () => {
    const a = flatForecast('orders/0', 0, 30);
    const b = {
      ...flatForecast('orders/0', 0, 10),
      ratios: { ...a.ratios, bytesPerRecord: counted(600) },
    };
    expect(combineForecasts([a, b])?.ratios.bytesPerRecord?.value).toBeCloseTo(300, 9);
    expect(combineForecasts([a, b])?.ratios.workPerRecord).toBeUndefined();
  });

  it('keep lower ≤ mean ≤ upper and never go below zero', () => {
    const edge = fc.record({
      mean: fc.double({ min: 0, max: 1e6, noNaN: true }),
      share: fc.double({ min: 0, max: 3, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(edge, { minLength: 2, maxLength: 12 }), (edges) => {
        const sum = combineForecasts(edges.map((e) => flatForecast('orders/0', 0, e.mean, e.mean * e.share)));
        const total = edges.reduce((t, e) => t + e.mean, 0);
        const widest = edges.reduce((t, e) => t + e.mean * e.share, 0);
        expect(sum?.path.mean[0]).toBeCloseTo(total, 3);
        expect(sum?.path.lower[0]).toBeGreaterThanOrEqual(0);
        expect(sum?.path.lower[0]).toBeLessThanOrEqual(sum?.path.mean[0] ?? NaN);
        expect(sum?.path.upper[0]).toBeLessThanOrEqual(total + widest * (1 + 1e-9) + 1e-9);
        expect(sum?.path.upper[0]).toBeGreaterThanOrEqual(total);
      }),
    );
  });
});
