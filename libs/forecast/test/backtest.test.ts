import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { backtest, type BacktestForecast, ForecastError, SeriesBank } from '../src/index.ts';

afterEach(() => void vi.restoreAllMocks());

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

  it('times the passes that fitted a model, apart from updates', () => {
    let now = 0;
    const spy = vi.spyOn(SeriesBank.prototype, 'maintain').mockImplementation(() => {
      now += 7;
      return { pieces: 9, fits: spy.mock.calls.length % 100 === 0 ? 2 : 0 };
    });
    expect(backtest(series, { horizons: [1], monotonicMs: () => now })).toMatchObject({
      refits: 4,
      refitMillis: 7,
      updateMicros: 0,
    });
    vi.restoreAllMocks();
  });

  it.each([1, -0.1, NaN])('refuses a warm-up of %s', (warmup) => {
    expect(() => backtest(series, { horizons: [1], warmup })).toThrow(ForecastError);
  });

  it.each([1, 0, 2.5, NaN])('refuses a season of %s', (season) => {
    expect(() => backtest(series, { horizons: [1], season })).toThrow(ForecastError);
  });

  it('scores nothing, without a trap, where there is nothing to score', () => {
    for (const values of [[], [1], [NaN, NaN, NaN], [Infinity, -Infinity]]) {
      const [horizon] = backtest(values, { horizons: [1], warmup: 0 }).horizons;
      expect(horizon).toMatchObject({ scored: 0, mae: NaN, wape: NaN, pinball: NaN, worst100: NaN });
    }
  });

  it.each([
    ['constant', () => 5],
    ['zero', () => 0],
    ['huge', (t: number) => 1e200 * ((t % 5) + 1)],
    ['tiny', (t: number) => 1e-200 * ((t % 5) + 1)],
    ['negative', (t: number) => -100 + (t % 11)],
    ['mostly missing', (t: number) => (t % 9 === 0 ? t : NaN)],
  ])('scores %s values', (_, value) => {
    const values = Array.from({ length: 300 }, (__, t) => value(t));
    const [horizon] = backtest(values, { horizons: [2, 9], warmup: 0.3 }).horizons;
    for (const score of [horizon?.mae, horizon?.pinball, horizon?.coverage90, horizon?.width90]) {
      expect(score === undefined || Number.isNaN(score) || score >= 0).toBe(true);
    }
  });
});

describe('scores of last value, by hand', () => {
  // Warm-up: 0 … 3. Origins at 4 … 8 are scored at one step.
  const values = [10, 12, 11, 15, 14, 18, NaN, 16, 20, 10];
  const run = (season?: number): ReturnType<typeof backtest> =>
    backtest(values, {
      horizons: [1],
      warmup: 0.4,
      forecaster: 'last-value',
      ...(season === undefined ? {} : { season }),
    });

  it('are MAE, WAPE, MASE and pinball', () => {
    // Forecasts 14, 18, 18, 16, 20 of 18, –, 16, 20, 10.
    const [horizon] = run().horizons;
    const mae = (4 + 2 + 4 + 10) / 4;
    expect(horizon).toMatchObject({ scored: 4, mae, coverage90: 0, width90: 0, worst100: NaN });
    expect(horizon?.wape).toBeCloseTo(20 / 64, 12);
    expect(horizon?.mase).toBeCloseTo(mae / ((2 + 1 + 4) / 3), 12);
    expect(horizon?.winkler90).toBeCloseTo(20 * mae, 12);
    // Up by 4 and 4, down by 2 and 10; the quantiles' weights sum to 1.5 for either.
    expect(horizon?.pinball).toBeCloseTo((1.5 * 20) / 4 / 3, 12);
    expect(horizon).not.toHaveProperty('seasonalMase');
  });

  it('are compared with the seasonal naive forecast at the same origins', () => {
    const { horizons, season } = run(2);
    expect(season).toBe(2);
    // Seasonal naive says 15, –, 18, 14, 16 for those times (16, a season before 20, is missing: 14 two before).
    const seasonal = 3 + 2 + 6 + 6;
    expect(horizons[0]?.maseToSeasonalNaive).toBeCloseTo(20 / seasonal, 12);
    expect(horizons[0]?.seasonalMase).toBeCloseTo(5 / ((1 + 3) / 2), 12);
  });
});

describe('forecasts of a backtest', () => {
  const collect = (values: ArrayLike<number>, horizons: number[]): BacktestForecast[] => {
    const all: BacktestForecast[] = [];
    backtest(values, { horizons, warmup: 0.5, onForecast: (forecast) => all.push(forecast) });
    return all;
  };

  it('come one for each origin after the warm-up and horizon, the last ones without an actual', () => {
    const all = collect(series, [1, 6]);
    expect(all).toHaveLength(2 * 200);
    for (const { origin, steps, actual, lower, mean, upper } of all) {
      expect(actual).toEqual(series[origin + steps] ?? NaN);
      expect(lower).toBeLessThanOrEqual(mean);
      expect(mean).toBeLessThanOrEqual(upper);
    }
    expect(all.filter((f) => Number.isNaN(f.actual)).map((f) => [f.origin, f.steps])).toEqual([
      [394, 6],
      [395, 6],
      [396, 6],
      [397, 6],
      [398, 6],
      [399, 1],
      [399, 6],
    ]);
    const keys = new Set(all.map((f) => `${f.origin}/${f.steps}`));
    expect(keys.size).toBe(400);
  });

  it('are the ones that are scored', () => {
    const due = collect(series, [6]).filter((f) => !Number.isNaN(f.actual));
    const [horizon] = backtest(series, { horizons: [6] }).horizons;
    const inside = due.filter((f) => f.lower <= f.actual && f.actual <= f.upper).length;
    const mae = due.reduce((sum, f) => sum + Math.abs(f.actual - f.mean), 0) / due.length;
    expect(horizon?.scored).toBe(due.length);
    expect(horizon?.coverage90).toBeCloseTo(inside / due.length, 12);
    expect(horizon?.mae).toBeCloseTo(mae, 9);
  });

  it('do not change with any value past their origin', () => {
    const before = collect(series, [1, 6]);
    fc.assert(
      fc.property(
        fc.integer({ min: 200, max: 398 }),
        fc.oneof(fc.constantFrom(NaN, 0, -1e9), fc.double({ min: 0, max: 1e9, noNaN: true })),
        (cut, other) => {
          const after = collect(
            series.map((y, t) => (t > cut ? other + t : y)),
            [1, 6],
          );
          const early = (all: BacktestForecast[]): unknown[] =>
            all
              .filter((f) => f.origin <= cut)
              .map(({ origin, steps, mean, lower, upper }) => [origin, steps, mean, lower, upper])
              .sort((a, b) => 1e6 * (a[0]! - b[0]!) + a[1]! - b[1]!);
          expect(early(after)).toEqual(early(before));
        },
      ),
      { numRuns: 8 },
    );
  });

  it('are made by the bank before the next value is read', () => {
    let newest = -1;
    let latestOrigin = -1;
    const predict = vi.spyOn(SeriesBank.prototype, 'predict').mockImplementation(function (this: SeriesBank) {
      latestOrigin = newest;
      return { mean: Float64Array.of(1), lower: Float64Array.of(0), upper: Float64Array.of(2) };
    });
    const watched = new Proxy(series, {
      get(target, key, receiver): unknown {
        const index = typeof key === 'string' && /^\d+$/.test(key) ? Number(key) : -1;
        if (index > newest) {
          if (index > 200) expect(latestOrigin).toBe(index - 1);
          newest = index;
        }
        return Reflect.get(target, key, receiver);
      },
    });
    backtest(watched, { horizons: [1], season: 24 });
    expect(newest).toBe(399);
    expect(predict).toHaveBeenCalledTimes(200);
  });

  it('go on with experts that come, go and change places', () => {
    let call = 0;
    const plain = Array.from({ length: 40 }, (_, k) => ({ name: `late-${k}`, forecast: [k] }));
    vi.spyOn(SeriesBank.prototype, 'explain').mockImplementation(() => {
      call++;
      const last = { name: 'last', forecast: [series[199 + call]!] };
      const experts =
        call < 50 ? [last] : call < 100 ? [...plain, last] : [{ name: 'seven', forecast: [7] }, last];
      return { seasons: [], scored: [], experts };
    });
    const [horizon] = backtest(series, { horizons: [1] }).horizons;
    expect(Object.keys(horizon?.experts ?? {})).toHaveLength(42);
    expect(horizon?.experts['last']).toMatchObject({ scored: 199, wapeRatioToNaive: 1 });
    expect(horizon?.experts['late-39']?.scored).toBe(50);
    const late = series.slice(250, 300);
    expect(horizon?.experts['late-39']?.mae).toBeCloseTo(
      late.reduce((sum, y) => sum + Math.abs(y - 39), 0) / 50,
      9,
    );
    expect(horizon?.experts['seven']?.scored).toBe(100);
  });
});
