import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backtest, ForecastError } from '../src/index.ts';

const series = Array.from({ length: 400 }, (_, t) => 100 + 30 * Math.sin(t / 6) + ((t * 7919) % 17));

describe('backtest', () => {
  it('scores every origin after the warm-up', () => {
    expect(backtest(series, { horizons: [6, 1] }).horizons.map((h) => [h.steps, h.scored])).toEqual([
      [1, 199],
      [6, 194],
    ]);
    expect(backtest(series, { horizons: [1], warmup: 0 }).horizons[0]?.scored).toBe(399);
  });

  it('judges the naive expert like last value', () => {
    const horizon = backtest(series, { horizons: [3] }).horizons[0];
    expect(horizon?.experts['naive']?.wapeRatioToNaive).toBeCloseTo(1, 12);
    expect(horizon?.wapeRatioToNaive).toBeLessThan(0.6);
  });

  it('never looks ahead: what was scored does not change with what comes later', () => {
    const cut = 300;
    const before = backtest(series.slice(0, cut), { horizons: [1, 6], warmup: 0.5 });
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e6 }), { minLength: 1, maxLength: 40 }), (later) => {
        const longer = [...series.slice(0, cut), ...later];
        const after = backtest(longer, { horizons: [1, 6], warmup: 150 / longer.length });
        const withoutLater = backtest(
          longer.map((y, t) => (t < cut ? y : NaN)),
          { horizons: [1, 6], warmup: 150 / longer.length },
        );
        expect(withoutLater.horizons.map((h) => h.wape)).toEqual(before.horizons.map((h) => h.wape));
        expect(after.horizons[0]?.scored).toBeGreaterThanOrEqual(before.horizons[0]?.scored ?? NaN);
      }),
      { numRuns: 10 },
    );
  });

  it('leaves missing values out', () => {
    const holes = series.map((y, t) => (t % 5 === 0 ? NaN : y));
    const result = backtest(holes, { horizons: [1] });
    expect(result.n).toBe(400);
    expect(result.horizons[0]?.scored).toBe(160);
    expect(result.horizons[0]?.wape).toBeLessThan(0.2);
  });

  it('is last value itself when told to', () => {
    const horizon = backtest(series, { horizons: [4], forecaster: 'last-value' }).horizons[0];
    expect(horizon).toMatchObject({ wapeRatioToNaive: 1, width90: 0, experts: {} });
  });

  it('measures updates by the clock that it is given', () => {
    let now = 0;
    expect(backtest(series, { horizons: [1], monotonicMs: () => (now += 1) }).updateMicros).toBeCloseTo(
      1000,
      6,
    );
    expect(backtest(series, { horizons: [1] })).not.toHaveProperty('updateMicros');
  });

  it.each([1, -0.1, NaN])('refuses a warm-up of %s', (warmup) => {
    expect(() => backtest(series, { horizons: [1], warmup })).toThrow(ForecastError);
  });
});
