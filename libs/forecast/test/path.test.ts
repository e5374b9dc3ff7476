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
    shape: undefined,
    cellTicks: ticks,
  };
}

/** Mean of a path over its first `count` steps of `ms` each. */
function meanOver(
  path: { horizonsMs: readonly number[]; mean: readonly number[] },
  fromMs: number,
  toMs: number,
): number {
  let sum = 0;
  let before = 0;
  path.horizonsMs.forEach((end, i) => {
    sum += Math.max(0, Math.min(end, toMs) - Math.max(before, fromMs)) * (path.mean[i] ?? NaN);
    before = end;
  });
  return sum / (toMs - fromMs);
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
    const level = flat(6, 3, 50, 5, 2);
    const shape = Float64Array.from({ length: 24 }, (_, i) => (i % 6) * 10);
    const path = composePath([flat(1, 4, 40, 1), { ...level, shape, cellTicks: 1 }], 1000);
    // The step that ends 12 ticks from now lies two ticks into the third step of the level.
    expect(path?.horizonsMs).toEqual([1000, 2000, 3000, 4000, 6000, 12_000, 18_000]);
    expect(path?.mean.every(Number.isFinite)).toBe(true);
    const unshaped = composePath([flat(1, 4, 40, 1), level], 1000);
    expect(path?.mean[6]).not.toBeCloseTo(unshaped?.mean[6] ?? NaN, 1);
    // Over whole steps of the level the shape adds nothing: ticks 4 to 16 from now are its second and third step.
    expect(meanOver(path ?? { horizonsMs: [], mean: [] }, 4000, 18_000)).toBeGreaterThan(40);
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
