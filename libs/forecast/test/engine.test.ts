import { describe, expect, it } from 'vitest';
import { backtest, ForecastEngine, ForecastError } from '../src/index.ts';

const HORIZONS_MS = [5000, 60_000, 300_000];

function engineAfter(ticks: number, rate: (t: number) => number | undefined): ForecastEngine {
  const engine = new ForecastEngine({ tickMs: 1000, horizonsMs: HORIZONS_MS });
  for (let t = 0; t < ticks; t++) engine.observe('orders/0', 1000 * t, rate(t));
  return engine;
}

describe('ForecastEngine', () => {
  it('forecasts from the second tick on', () => {
    expect(engineAfter(1, () => 10).forecast('orders/0')).toBeUndefined();
    expect(
      engineAfter(2, () => 10)
        .forecast('orders/0')
        ?.atHorizons.map((p) => p.mean),
    ).toEqual([10, 10, 10]);
  });

  it('gives a path with strictly ascending horizons and ordered bounds', () => {
    const path = engineAfter(400, (t) => 100 + 50 * Math.sin(t / 10)).forecast('orders/0')?.path;
    const horizonsMs = path?.horizonsMs ?? [];
    expect(horizonsMs.length).toBe(5 + 11 + 8);
    horizonsMs.forEach((h, i) => {
      expect(h).toBeGreaterThan(horizonsMs[i - 1] ?? 0);
      expect(path?.lower[i]).toBeLessThanOrEqual(path?.mean[i] ?? NaN);
      expect(path?.mean[i]).toBeLessThanOrEqual(path?.upper[i] ?? NaN);
    });
  });

  it('goes on from a saved state with the same forecast', () => {
    const engine = engineAfter(300, (t) => 100 + (t % 30));
    const other = new ForecastEngine({ tickMs: 1000, horizonsMs: HORIZONS_MS });
    other.loadState('orders/0', engine.saveState('orders/0'));
    for (const e of [engine, other]) e.observe('orders/0', 300_000, 90);
    expect(other.forecast('orders/0')).toEqual(engine.forecast('orders/0'));
  });

  it('refuses a damaged state and keeps the partition', () => {
    const engine = engineAfter(30, () => 10);
    expect(() => engine.loadState('orders/0', new Uint8Array(7))).toThrow(ForecastError);
    expect(engine.forecast('orders/0')?.path.mean[0]).toBe(10);
  });
});

describe('backtest', () => {
  it('scores every origin after the warm-up', () => {
    const result = backtest(
      Array.from({ length: 200 }, (_, t) => 100 + (t % 7)),
      { horizons: [1, 6] },
    );
    expect(result.horizons.map((h) => h.scored)).toEqual([99, 94]);
  });
});
