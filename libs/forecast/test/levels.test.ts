import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ForecastError, planLevels } from '../src/index.ts';

describe('planLevels', () => {
  it('serves 5 s, 1 min and 5 min by steps of 1 s, 5 s and 30 s', () => {
    expect(planLevels(1000, [5000, 60_000, 300_000])).toEqual([
      { stepMs: 1000, ticks: 1, reach: 5 },
      { stepMs: 5000, ticks: 5, reach: 12 },
      { stepMs: 30_000, ticks: 30, reach: 10 },
    ]);
  });

  it('lets horizons that need the same step share a level', () => {
    expect(planLevels(1000, [10_000, 5000, 12_000])).toEqual([{ stepMs: 1000, ticks: 1, reach: 12 }]);
  });

  it('adds single ticks where no horizon needs them', () => {
    expect(planLevels(1000, [60_000])).toEqual([
      { stepMs: 1000, ticks: 1, reach: 5 },
      { stepMs: 5000, ticks: 5, reach: 12 },
    ]);
  });

  it('gives every horizon at most 12 steps of a level that reaches it, each a multiple of the one before', () => {
    const horizon = fc.integer({ min: 1, max: 100_000 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.array(horizon, { minLength: 1, maxLength: 6 }),
        (tickMs, hs) => {
          const horizonsMs = hs.map((h) => h * tickMs);
          const levels = planLevels(tickMs, horizonsMs);
          for (const h of horizonsMs) {
            const level = levels.find((l) => l.reach * l.stepMs >= h);
            expect(Math.ceil(h / (level?.stepMs ?? 0))).toBeLessThanOrEqual(12);
          }
          levels.forEach((l, i) => {
            expect(l.stepMs).toBe(l.ticks * tickMs);
            expect(l.ticks % (levels[i - 1]?.ticks ?? 1)).toBe(0);
          });
        },
      ),
    );
  });

  it.each([
    [0, [1000]],
    [NaN, [1000]],
    [1000, []],
    [1000, [0]],
    [1000, [Infinity]],
  ])('refuses a tick of %s with horizons %j', (tickMs, horizonsMs) => {
    expect(() => planLevels(tickMs, horizonsMs)).toThrow(ForecastError);
  });
});
