import type { PartitionKey } from '@foreshadow/domain';
import { ForecastEngine } from '@foreshadow/forecast';
import { describe, expect, it } from 'vitest';
import { OwnForecasts } from '../../src/load/own-forecasts.ts';
import type { SeriesEntry } from '../../src/load/tick-series.ts';

const P: PartitionKey = 'orders/0';
const options = { tickMs: 1000, horizonsMs: [5000, 60_000] };
const rate = (tick: number): number => 100 + 40 * ((tick % 20) / 20) + (tick % 7);
const entry = (tick: number): SeriesEntry => ({
  atMs: tick * 1000,
  recordsPerSec: rate(tick),
  capacityRecordsPerSec: undefined,
});

describe('taking over from an edge', () => {
  it('gives the very forecast that the edge would have given, from its state and the loads since', () => {
    const edge = new ForecastEngine(options);
    for (let t = 1; t <= 100; t++) edge.observe(P, t * 1000, rate(t));
    const state = edge.saveState(P);
    for (let t = 101; t <= 130; t++) edge.observe(P, t * 1000, rate(t));

    const own = new OwnForecasts(new ForecastEngine(options));
    const series = Array.from({ length: 60 }, (_, i) => entry(71 + i));
    expect(own.start(P, { atMs: 100_000, state, clockOffsetMs: 0 }, series)).toBe(true);
    expect(own.forecast(P, undefined)?.path).toEqual(edge.forecast(P)?.path);
  });

  it('keeps the clock of the edge inside and ours outside', () => {
    const offsetMs = 3_600_000;
    const edge = new ForecastEngine(options);
    for (let t = 1; t <= 100; t++) edge.observe(P, t * 1000 + offsetMs, rate(t));
    const state = edge.saveState(P);
    edge.observe(P, 101_000 + offsetMs, rate(101));
    const own = new OwnForecasts(new ForecastEngine(options));
    own.start(P, { atMs: 100_000, state, clockOffsetMs: offsetMs }, [entry(101)]);
    expect(own.forecast(P, undefined)).toMatchObject({ issuedAtMs: 101_000, path: edge.forecast(P)?.path });
    expect(own.state(P)).toEqual(edge.saveState(P));
  });

  it('learns from the series that was kept where there is no state, or a state of another version', () => {
    const failures: unknown[] = [];
    const series = Array.from({ length: 60 }, (_, i) => entry(1 + i));
    const fresh = new ForecastEngine(options);
    for (let t = 1; t <= 60; t++) fresh.observe(P, t * 1000, rate(t));
    for (const model of [undefined, { atMs: 30_000, state: new Uint8Array([1, 2, 3]), clockOffsetMs: 0 }]) {
      const own = new OwnForecasts(new ForecastEngine(options), (_p, error) => failures.push(error));
      own.start(P, model, series);
      expect(own.forecast(P, undefined)?.path).toEqual(fresh.forecast(P)?.path);
    }
    expect(failures).toHaveLength(1);
  });

  it('takes over a bounded number in one tick', () => {
    const own = new OwnForecasts(new ForecastEngine(options));
    const started = Array.from({ length: 60 }, (_, i) => own.start(`orders/${i}`, undefined, []));
    expect(started.filter(Boolean)).toHaveLength(50);
    own.beginTick();
    expect(own.start('orders/59', undefined, [])).toBe(true);
    expect(own.running).toBe(51);
  });

  it('forgets a partition when an edge speaks for it again', () => {
    const own = new OwnForecasts(new ForecastEngine(options));
    own.start(P, undefined, [entry(1), entry(2), entry(3)]);
    expect(own.forecast(P, undefined)).toBeDefined();
    own.stop(P);
    expect(own.forecast(P, undefined)).toBeUndefined();
    expect(own.runs(P)).toBe(false);
  });
});
