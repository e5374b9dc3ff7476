import { Xoshiro128 } from '@foreshadow/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { playRows } from '../src/index.ts';
import { burstVariance, BURST_CORRELATION, MOST_BURST_VARIANCE, rowNoise } from '../src/play/rows.ts';
import { gauss } from '../src/world/gauss.ts';
import { constant } from './fixtures.ts';

/** Relative variance and autocorrelation of a path about its mean. */
function statistics(path: ArrayLike<number>): { variance: number; correlation: (lag: number) => number } {
  const mean = Array.from(path).reduce((a, b) => a + b, 0) / path.length;
  const covariance = (lag: number): number => {
    let sum = 0;
    for (let i = lag; i < path.length; i++) sum += (path[i]! / mean - 1) * (path[i - lag]! / mean - 1);
    return sum / (path.length - lag);
  };
  return { variance: covariance(0), correlation: (lag) => covariance(lag) / covariance(0) };
}

describe('rows', () => {
  it('keep their totals, whatever the bursts', () => {
    const rows = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(
        rows,
        fc.integer({ min: 1, max: 90 }),
        fc.double({ min: 0, max: 9, noNaN: true }),
        (values, rowSeconds, burst) => {
          const path = playRows({ values, rowSeconds, seed: 5, burstVariance: burst });
          values.forEach((value, row) => {
            const sum = path.subarray(row * rowSeconds, (row + 1) * rowSeconds).reduce((a, b) => a + b, 0);
            expect(sum).toBeCloseTo(value * rowSeconds, -Math.floor(Math.log10(value * rowSeconds + 1)) + 5);
          });
          expect(path.every((v) => v >= 0)).toBe(true);
        },
      ),
    );
  });

  it('have seconds with the variance and the correlation that was asked for', () => {
    const path = playRows({ values: [100], rowSeconds: 200_000, seed: 1, burstVariance: 0.04 });
    const { variance, correlation } = statistics(path);
    expect(variance).toBeGreaterThan(0.037);
    expect(variance).toBeLessThan(0.043);
    [1, 2, 4].forEach((lag) => expect(correlation(lag)).toBeCloseTo(BURST_CORRELATION ** lag, 1));
  });

  it('say nothing of the next row before it begins', () => {
    const path = (next: number) =>
      playRows({ values: [100, 110, next], rowSeconds: 60, seed: 3, burstVariance: 0.1 });
    expect([...path(50).subarray(0, 120)]).toEqual([...path(5000).subarray(0, 120)]);
    // No ramp: the last seconds of a row are about its own level.
    const flat = playRows({ values: [100, 1000], rowSeconds: 60, seed: 3, burstVariance: 0 });
    expect([flat[59], flat[60]]).toEqual([100, 1000]);
  });

  it('of one second are played as they are, and missing ones stay missing', () => {
    expect([...playRows({ values: [3, 1, 4], rowSeconds: 1, seed: 1 })]).toEqual([3, 1, 4]);
    const path = playRows({ values: [3, NaN, 4], rowSeconds: 2, seed: 1 });
    expect([...path].map(Number.isNaN)).toEqual([false, false, true, true, false, false]);
  });

  it('are the same for a seed and others for another', () => {
    const play = (seed: number) => [
      ...playRows({ values: [1, 2], rowSeconds: 30, seed, burstVariance: 0.1 }),
    ];
    expect(play(1)).toEqual(play(1));
    expect(play(1)).not.toEqual(play(2));
  });

  it.each([0, 1.5, NaN, 1e9])('cannot last %d s', (rowSeconds) => {
    expect(() => playRows({ values: [1], rowSeconds, seed: 1 })).toThrow(/rowSeconds: must be/);
  });
});

describe('bursts by the noise of rows', () => {
  it('find the noise about a course, and no noise in a course alone', () => {
    const rng = new Xoshiro128(1);
    const course = Array.from({ length: 4000 }, (_, i) => 500 + 300 * Math.sin(i / 80));
    expect(rowNoise(course)).toBeLessThan(1e-6);
    expect(rowNoise(course.map((v) => v * (1 + 0.1 * gauss(rng))))).toBeCloseTo(0.01, 2);
    expect(rowNoise([5, 5])).toBe(0);
  });

  it('give rows of bursts back the variance that their seconds had', () => {
    // Means over 60 s of a bursty path, taken for rows, ask for the bursts that they came from: 0.25, within a third.
    const seconds = playRows({ values: [100], rowSeconds: 60 * 5000, seed: 2, burstVariance: 0.25 });
    const rows = Array.from(
      { length: 5000 },
      (_, i) => seconds.subarray(60 * i, 60 * i + 60).reduce((a, b) => a + b, 0) / 60,
    );
    const found = burstVariance(rows, 60);
    expect(found).toBeGreaterThan(0.17);
    expect(found).toBeLessThan(0.33);
  });

  it('are never wilder than those of the trace that they are calibrated on', () => {
    const wild = Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 0 : 1000));
    expect(burstVariance(wild, 60)).toBe(MOST_BURST_VARIANCE);
    expect(burstVariance(constant(50, 3), 60)).toBe(0);
  });
});
