import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LoadHistory } from '../../src/training/load-history.ts';
import { StepSeries } from '../../src/training/step-series.ts';

const START_MS = 1_700_000_000_000;

describe('means over steps', () => {
  const series = (capacity = 100) => new StepSeries({ stepMs: 5000, tickMs: 1000, capacity });

  it('are those of the ticks that end within each step', () => {
    const steps = series();
    for (let t = 1; t <= 16; t++) steps.push(START_MS + t * 1000, t);
    expect(steps.series()).toEqual({ startMs: START_MS + 5000, values: Float64Array.of(3, 8, 13) });
  });

  it('are missing where less than half was observed, and never zero', () => {
    const steps = series();
    for (let t = 1; t <= 5; t++) steps.push(START_MS + t * 1000, t <= 2 ? 7 : undefined);
    for (let t = 6; t <= 10; t++) steps.push(START_MS + t * 1000, t <= 8 ? 7 : NaN);
    // Two whole steps are skipped.
    steps.push(START_MS + 21_000, 1);
    expect(steps.series().values).toEqual(Float64Array.of(NaN, 7, NaN, NaN));
  });

  it('are the newest, after a gap of any length', () => {
    const ticks = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 90_000 }), fc.double({ min: 0, max: 1e6, noNaN: true })),
    );
    fc.assert(
      fc.property(ticks, (steps) => {
        const kept = series(8);
        let atMs = START_MS;
        for (const [gapMs, value] of steps) kept.push((atMs += gapMs), value);
        const { startMs, values } = kept.series();
        expect(values.length).toBeLessThanOrEqual(8);
        if (values.length > 0) expect(startMs + values.length * 5000).toBe(Math.ceil(atMs / 5000) * 5000);
        for (const v of values) expect(v >= 0 || Number.isNaN(v)).toBe(true);
      }),
    );
  });

  it('do not change by ticks that come late', () => {
    const steps = series();
    for (const t of [1, 2, 3, 4, 5, 6, 2, 1]) steps.push(START_MS + t * 1000, 10);
    expect(steps.series().values).toEqual(Float64Array.of(10));
  });
});

describe('the history of loads', () => {
  const streams = [
    { name: 'orders', partitions: 200 },
    { name: 'clicks', partitions: 2 },
  ];
  const make = () =>
    new LoadHistory({ tickMs: 1000, levels: [{ stepMs: 1000 }, { stepMs: 30_000 }], streams });
  const entry = (t: number, recordsPerSec: number | undefined) => ({
    atMs: START_MS + t * 1000,
    recordsPerSec,
    capacityRecordsPerSec: undefined,
  });

  it('keeps a sample of the partitions at each resolution', () => {
    const history = make();
    for (let t = 1; t <= 61; t++) {
      for (let p = 0; p < 200; p++) history.push(`orders/${p}`, entry(t, p + 1));
      history.push('clicks/1', entry(t, 5));
    }
    const series = history.series('orders', 30_000);
    expect(series.length).toBeGreaterThan(40);
    expect(series.length).toBeLessThanOrEqual(64);
    expect(series[1]).toMatchObject({ partition: 'orders/4' });
    expect(series[1]!.values.at(-1)).toBe(5);
    expect(history.series('clicks', 1000).map((s) => [s.partition, s.values.length])).toEqual([
      ['clicks/1', 60],
    ]);
    expect(history.spanMs('clicks')).toBe(60_000);
    expect(history.spanMs('nothing')).toBe(0);
  });

  it('leaves out partitions that had no load at all', () => {
    const history = make();
    for (let t = 1; t <= 50; t++) {
      history.push('clicks/0', entry(t, 0));
      history.push('clicks/1', entry(t, undefined));
    }
    expect(history.series('clicks', 1000)).toEqual([]);
  });
});
