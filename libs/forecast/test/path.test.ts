import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composePath, lastValuePath, type LevelForecast, pointAt } from '../src/path.ts';

function flat(ticks: number, reach: number, mean: number, spread: number, elapsed = 0): LevelForecast {
  const row = (v: number): Float64Array => new Float64Array(reach + 1).fill(v);
  return {
    ticks,
    reach,
    elapsed,
    forecast: { mean: row(mean), lower: row(mean - spread), upper: row(mean + spread) },
    calibrated: reach + 1,
    shape: undefined,
    cellTicks: ticks,
  };
}

describe('composePath', () => {
  it('passes from level to level without a jump and settles on the coarser one', () => {
    const path = composePath([flat(1, 5, 10, 1), flat(5, 12, 20, 4)], 1000);
    expect(path?.horizonsMs).toEqual(
      [1, 2, 3, 4, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60].map((s) => 1000 * s),
    );
    expect(path?.mean.slice(4, 8)).toEqual([10, 15, 17.5, 18.75]);
    expect(path?.mean.at(-1)).toBeCloseTo(20, 1);
  });

  it('gives a coarse step the shape that a finer level knows, and keeps its mean', () => {
    const shape = Float64Array.from({ length: 24 }, (_, i) => 70 + (i % 6) * 10);
    const compose = (elapsed: number, known: Float64Array | undefined): readonly number[] => {
      const coarse = { ...flat(6, 3, 50, 5, elapsed), shape: known, cellTicks: 1 };
      return composePath([flat(1, 6, 50, 1), coarse], 1000)?.mean ?? [];
    };
    expect(compose(0, undefined)).toEqual([50, 50, 50, 50, 50, 50, 50, 50]);
    // Whole steps of the level keep its mean; steps across two of them have the course of both.
    expect(compose(0, shape)).toEqual([50, 50, 50, 50, 50, 50, 50, 50]);
    expect(compose(0, shape.subarray(0, 18))).toEqual(compose(0, shape));
    const rising = Float64Array.from({ length: 24 }, (_, i) => (i < 12 ? 0 : i % 6));
    expect(compose(3, rising).at(-2)).toBeLessThan(50);
    expect(compose(3, rising).at(-1)).toBeCloseTo(50, 9);
  });

  it('has ordered bounds, ascending horizons and no gap, whatever the levels say', () => {
    const rate = fc.double({ min: 0, max: 1e6, noNaN: true });
    const level = fc.tuple(rate, rate, fc.nat({ max: 29 }), fc.boolean());
    fc.assert(
      fc.property(fc.tuple(level, level, level), (given) => {
        const plan = [
          { ticks: 1, reach: 5 },
          { ticks: 5, reach: 12 },
          { ticks: 30, reach: 10 },
        ];
        const levels = plan.map(({ ticks, reach }, i) => {
          const [mean, spread, elapsed, isKnown] = given[i] ?? [0, 0, 0, false];
          const made = flat(ticks, reach, mean, Math.min(mean, spread), elapsed % ticks);
          return i === 0 || isKnown ? made : { ...made, forecast: undefined };
        });
        const path = composePath(levels, 100);
        expect(path?.horizonsMs.length).toBe(5 + 11 + 8);
        path?.horizonsMs.forEach((h, i) => {
          expect(h).toBeGreaterThan(path.horizonsMs[i - 1] ?? 0);
          expect(path.lower[i]).toBeLessThanOrEqual(path.mean[i] ?? NaN);
          expect(path.upper[i]).toBeGreaterThanOrEqual(path.mean[i] ?? NaN);
          expect(path.lower[i]).toBeGreaterThanOrEqual(0);
        });
      }),
    );
  });

  it('never grows more certain where a level has too few scores to know', () => {
    const coarse = { ...flat(5, 4, 10, 0), calibrated: 1 };
    const path = composePath([flat(1, 5, 10, 2), coarse], 1000);
    const widths = path?.horizonsMs.map((h, i) => [h, (path.upper[i] ?? NaN) - (path.lower[i] ?? NaN)]);
    expect(widths?.at(4)).toEqual([5000, 4]);
    const [at10, at15, at20] = [5, 6, 7].map((i) => widths?.[i]?.[1]);
    expect(at10).toBeCloseTo(4 * Math.sqrt(2), 12);
    expect(at15).toBeCloseTo(4 * Math.sqrt(3), 12);
    expect(at20).toBeCloseTo(4 * Math.sqrt(4), 12);
    const known = composePath([flat(1, 5, 10, 2), { ...coarse, calibrated: 5 }], 1000);
    expect(known?.upper.at(-1)).toBe(known?.mean.at(-1));
  });

  it('says nothing while the finest level has seen nothing', () => {
    expect(composePath([{ ...flat(1, 5, 1, 1), forecast: undefined }], 1000)).toBeUndefined();
    expect(composePath([flat(1, 5, NaN, 1)], 1000)).toBeUndefined();
  });

  it('reads a horizon between two steps from the step in which it lies', () => {
    const path = composePath([flat(1, 2, 10, 1), flat(5, 2, 10, 2)], 1000);
    expect(path).toBeDefined();
    if (path === undefined) return;
    expect(pointAt(path, 3000)).toEqual({ horizonMs: 3000, mean: 10, lower: 8, upper: 12 });
    expect(pointAt(path, 99_000).mean).toBe(10);
  });
});

describe('lastValuePath', () => {
  it('gives each level its own last value', () => {
    const path = lastValuePath([flat(1, 2, 7, 1), flat(2, 3, 9, 1)], 1000);
    expect(path).toEqual({
      horizonsMs: [1000, 2000, 4000, 6000],
      mean: [7, 7, 9, 9],
      lower: [7, 7, 9, 9],
      upper: [7, 7, 9, 9],
    });
  });
});
