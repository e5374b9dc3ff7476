import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type EngineForecast,
  ForecastEngine,
  type ForecastEngineOptions,
  ForecastError,
} from '../src/index.ts';

const HORIZONS_MS = [5000, 60_000, 300_000];
const PARTITION = 'orders/0';

function wave(t: number): number {
  return (
    100 + 45 * Math.sin((2 * Math.PI * t) / 90) + 20 * Math.sin((2 * Math.PI * t) / 30) + ((t * 7919) % 23)
  );
}

function engineAfter(
  ticks: number,
  rate: (t: number) => number | undefined,
  options: Partial<ForecastEngineOptions> = {},
): ForecastEngine {
  const engine = new ForecastEngine({ tickMs: 1000, horizonsMs: HORIZONS_MS, ...options });
  for (let t = 0; t < ticks; t++) engine.observe(PARTITION, 1000 * t, rate(t));
  return engine;
}

function expectSound(forecast: EngineForecast | undefined): void {
  expect(forecast).toBeDefined();
  const path = forecast?.path ?? { horizonsMs: [], mean: [], lower: [], upper: [] };
  path.horizonsMs.forEach((h, i) => {
    expect(h).toBeGreaterThan(path.horizonsMs[i - 1] ?? 0);
    expect(Number.isFinite(path.upper[i])).toBe(true);
    expect(path.lower[i]).toBeLessThanOrEqual(path.mean[i] ?? NaN);
    expect(path.mean[i]).toBeLessThanOrEqual(path.upper[i] ?? NaN);
  });
}

describe('ForecastEngine', () => {
  it('forecasts from the second tick on', () => {
    expect(engineAfter(1, () => 10).forecast(PARTITION)).toBeUndefined();
    expect(
      engineAfter(2, () => 10)
        .forecast(PARTITION)
        ?.atHorizons.map((p) => p.mean),
    ).toEqual([10, 10, 10]);
  });

  it('gives one path over all levels, and its values at the horizons', () => {
    const forecast = engineAfter(400, wave).forecast(PARTITION);
    expectSound(forecast);
    expect(forecast?.path.horizonsMs.length).toBe(5 + 11 + 8);
    expect(forecast?.issuedAtMs).toBe(399_000);
    HORIZONS_MS.forEach((horizonMs, i) => {
      const at = forecast?.path.horizonsMs.indexOf(horizonMs) ?? -1;
      expect(forecast?.atHorizons[i]).toMatchObject({ horizonMs, mean: forecast?.path.mean[at] });
    });
  });

  it('forecasts a season of 90 s much better than last value, 20 s to 60 s ahead, after five minutes', () => {
    const engine = engineAfter(300, wave);
    const error = new Map([20, 30, 60].map((s) => [s, { own: 0, naive: 0 }]));
    const mean5 = (end: number): number => [0, 1, 2, 3, 4].reduce((sum, i) => sum + wave(end - i), 0) / 5;
    for (let t = 300; t < 390; t++) {
      engine.observe(PARTITION, 1000 * t, wave(t));
      const path = engine.forecast(PARTITION)?.path;
      for (const [s, sums] of error) {
        const i = path?.horizonsMs.indexOf(1000 * s) ?? -1;
        sums.own += Math.abs((path?.mean[i] ?? NaN) - mean5(t + s));
        sums.naive += Math.abs(mean5(t) - mean5(t + s));
      }
    }
    for (const sums of error.values()) expect(sums.own / sums.naive).toBeLessThan(0.4);
  });

  it('takes skipped ticks for missing, not for zero', () => {
    const engine = engineAfter(100, () => 50);
    engine.observe(PARTITION, 160_000, 50);
    for (const p of engine.forecast(PARTITION)?.atHorizons ?? []) expect(p.mean).toBeCloseTo(50, 6);
    expectSound(engine.forecast(PARTITION));
  });

  it('ignores and counts ticks that come twice or late', () => {
    const engine = engineAfter(50, wave);
    const before = engine.forecast(PARTITION);
    engine.observe(PARTITION, 49_000, 1e6);
    engine.observe(PARTITION, 20_000, 1e6);
    expect(engine.ignoredTicks).toBe(2);
    expect(engine.forecast(PARTITION)).toBe(before);
  });

  it('goes on when the clock is set back for good', () => {
    const engine = engineAfter(60, () => 50);
    for (let t = 0; t < 20; t++) engine.observe(PARTITION, -1e6 + 1000 * t, 80);
    expect(engine.forecast(PARTITION)?.path.mean[0]).toBeGreaterThan(60);
  });

  it('stays sound on whatever ticks and rates come', () => {
    const rate = fc.oneof(
      fc.double({ min: 0, max: 1e6, noNaN: true }),
      fc.constantFrom(undefined, NaN, Infinity, -5, 0),
    );
    const gapMs = fc.oneof(fc.constant(1000), fc.integer({ min: -3000, max: 90_000 }));
    fc.assert(
      fc.property(fc.array(fc.tuple(gapMs, rate), { minLength: 5, maxLength: 120 }), (ticks) => {
        const engine = engineAfter(3, () => 10);
        let atMs = 2000;
        for (const [gap, y] of ticks) {
          atMs += gap;
          engine.observe(PARTITION, atMs, y);
          expectSound(engine.forecast(PARTITION));
        }
      }),
      { numRuns: 40 },
    );
  });

  it.each([[[1000]], [[2000, 7000]], [[37_000]], [[45_000, 300_000]], [[86_400_000]]])(
    'serves the horizons %j',
    (horizonsMs) => {
      const forecast = engineAfter(120, wave, { horizonsMs }).forecast(PARTITION);
      expectSound(forecast);
      expect(forecast?.atHorizons.map((p) => p.horizonMs)).toEqual(horizonsMs);
      expect(forecast?.path.horizonsMs.at(-1)).toBeGreaterThanOrEqual(horizonsMs.at(-1) ?? 0);
    },
  );

  it('forecasts last value of each resolution, without interval, when told to', () => {
    const forecast = engineAfter(61, (t) => t, { forecaster: 'last-value' }).forecast(PARTITION);
    expect(forecast?.path.mean[0]).toBe(60);
    expect(forecast?.atHorizons[1]).toMatchObject({ mean: 57, lower: 57, upper: 57 });
    expect(forecast?.leadingExpert).toBe('naive');
  });

  it('warms up until 30 forecasts were scored', () => {
    expect(engineAfter(25, wave).forecast(PARTITION)?.warmingUp).toBe(true);
    expect(engineAfter(40, wave).forecast(PARTITION)?.warmingUp).toBe(false);
  });

  it('keeps a scorecard with weights that sum to 1', () => {
    const card = engineAfter(500, wave).scorecard(PARTITION);
    expect(card.horizons.map((h) => h.horizonMs)).toEqual(HORIZONS_MS);
    expect(card.horizons[0]?.scored).toBeGreaterThan(480);
    expect(card.horizons[1]?.wape).toBeLessThan(card.horizons[1]?.wapeNaive ?? NaN);
    HORIZONS_MS.forEach((_, h) => {
      expect(card.experts.reduce((sum, e) => sum + (e.weights[h] ?? NaN), 0)).toBeCloseTo(1, 9);
    });
  });

  it('knows its partitions and forgets them', () => {
    const engine = engineAfter(10, wave);
    engine.observe('orders/1', 0, 5);
    expect(engine.partitions()).toEqual(['orders/0', 'orders/1']);
    const bytes = engine.memoryBytes;
    engine.remove('orders/0');
    engine.remove('orders/0');
    engine.observe('orders/2', 0, 5);
    expect(engine.partitions()).toEqual(['orders/1', 'orders/2']);
    expect(engine.memoryBytes).toBe(bytes);
    expect(() => engine.scorecard('orders/0')).toThrow(ForecastError);
  });
});

describe('state of a partition', () => {
  it('goes on byte for byte in another engine, in the other variant too', () => {
    // A budget that does every fit in time: what is late in one engine may be in time in another.
    const fits = { share: 1, atOnceMs: 1000 };
    const engine = engineAfter(307, wave, { variant: 'simd', fits });
    const other = new ForecastEngine({ tickMs: 1000, horizonsMs: HORIZONS_MS, variant: 'scalar', fits });
    other.loadState(PARTITION, engine.saveState(PARTITION));
    expect(other.forecast(PARTITION)).toEqual(engine.forecast(PARTITION));
    for (let t = 307; t < 400; t++) {
      for (const e of [engine, other]) e.observe(PARTITION, 1000 * t, wave(t));
      expect(other.forecast(PARTITION)).toEqual(engine.forecast(PARTITION));
    }
  });

  it('is refused by an engine with another tick or other horizons', () => {
    const state = engineAfter(50, wave).saveState(PARTITION);
    for (const options of [{ tickMs: 500 }, { horizonsMs: [5000] }]) {
      const engine = engineAfter(0, wave, options);
      expect(() => engine.loadState(PARTITION, state)).toThrow(
        expect.objectContaining({ code: 'STATE_MISMATCH' }),
      );
    }
  });

  it('is refused when damaged, and the partition stays as it was', () => {
    const engine = engineAfter(100, wave);
    const state = engine.saveState(PARTITION);
    const before = engine.forecast(PARTITION);
    for (let length = 0; length < state.length; length += 997) {
      expect(() => engine.loadState(PARTITION, state.subarray(0, length))).toThrow(ForecastError);
    }
    expect(engine.forecast(PARTITION)).toBe(before);
  });
});

describe('the fleet of an engine', () => {
  it('teaches a new partition, here and elsewhere', () => {
    const engine = new ForecastEngine({ tickMs: 1000, horizonsMs: [5000], fits: false });
    const rate = (t: number, level: number): number => level * (1 + 0.5 * Math.sin((2 * Math.PI * t) / 60));
    for (let t = 0; t < 600; t++)
      for (const i of [0, 1, 2]) engine.observe(`orders/${i}`, 1000 * t, rate(t, 50 + 20 * i));
    const bytes = engine.exportPrior('orders');
    expect(bytes).toBeDefined();
    expect(engine.exportPrior('others')).toBeUndefined();
    const elsewhere = new ForecastEngine({ tickMs: 1000, horizonsMs: [5000], fits: false });
    elsewhere.importPrior('orders', bytes!);
    const alone = new ForecastEngine({ tickMs: 1000, horizonsMs: [5000], fits: false });
    const errors = [engine, elsewhere, alone].map((e) => {
      let sum = 0;
      for (let t = 607; t < 640; t++) {
        e.observe('orders/7', 1000 * t, rate(t, 10));
        const mean = e.forecast('orders/7')?.atHorizons[0]?.mean;
        if (mean !== undefined) sum += Math.abs(mean - rate(t + 5, 10));
      }
      return sum;
    });
    expect(errors[0]).toBeLessThan(0.7 * errors[2]!);
    expect(errors[1]).toBeLessThan(0.7 * errors[2]!);
  });

  it('refuses a prior of other resolutions', () => {
    const engine = engineAfter(400, wave);
    const other = new ForecastEngine({ tickMs: 1000, horizonsMs: [5000] });
    expect(() => other.importPrior('orders', engine.exportPrior('orders')!)).toThrow(/other resolutions/);
  });

  it('refuses a prior of the same resolutions and other horizons, and goes on', () => {
    const engine = engineAfter(1500, wave, { horizonsMs: [5000, 60_000] });
    const bytes = engine.exportPrior('orders')!;
    const other = new ForecastEngine({ tickMs: 1000, horizonsMs: [5000, 50_000] });
    expect(other.levels.map((l) => l.stepMs)).toEqual(engine.levels.map((l) => l.stepMs));
    expect(() => other.importPrior('orders', bytes)).toThrow(/other horizons/);
    for (let t = 0; t < 3; t++) other.observe('orders/7', 1000 * t, 5);
    expect(other.forecast('orders/7')?.atHorizons[0]?.mean).toBe(5);
  });
});
