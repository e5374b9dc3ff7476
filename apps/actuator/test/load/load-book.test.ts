import type { PartitionKey } from '@foreshadow/domain';
import { ForecastEngine } from '@foreshadow/forecast';
import { beforeEach, describe, expect, it } from 'vitest';
import { LoadBook } from '../../src/load/load-book.ts';
import { OwnForecasts } from '../../src/load/own-forecasts.ts';
import { flatForecast, sampleOf } from '../helpers.ts';

const P: PartitionKey = 'orders/0';
const Q: PartitionKey = 'orders/1';
const horizonsMs = [5000, 60_000];
const none = new Map<PartitionKey, number>();
const at = (wallMs: number) => ({ wallMs, monotonicMs: wallMs });

let book: LoadBook;
/** Every fit is done in time: one that is late here may be in time there. */
const fits = { share: 1, atOnceMs: 1000 };

beforeEach(() => {
  const own = new OwnForecasts(new ForecastEngine({ tickMs: 1000, horizonsMs, fits }));
  book = new LoadBook({ partitions: [P, Q], tickMs: 1000, horizonsMs, own });
});

/** One tick as an edge reports it: what it counted, then what it forecasts. */
function report(nodeId: string, atMs: number, rate: number | undefined, forecast = rate ?? 0): void {
  book.onSamples(nodeId, [sampleOf(P, atMs, rate)], at(atMs + 20));
  book.onForecasts(nodeId, [flatForecast(P, atMs, forecast, 5)], at(atMs + 30));
}

describe('a partition of which an edge speaks', () => {
  it('has the load and the forecast that the edge reports', () => {
    report('a', 10_000, 80, 90);
    const load = book.loads(at(10_500)).get(P);
    expect(load).toMatchObject({ source: 'edge', basis: 'forecast', stale: false });
    expect(load?.sample?.recordsPerSec?.value).toBe(80);
    expect(load?.forecast?.path.mean[0]).toBe(90);
    expect(book.series(P)).toMatchObject([{ atMs: 10_000, recordsPerSec: 80 }]);
  });

  it('is the sum of several edges, in load at once', () => {
    report('a', 10_000, 80);
    report('b', 10_000, 20);
    expect(book.loads(at(10_100)).get(P)?.sample?.recordsPerSec?.value).toBe(100);
    book.endSession('b');
    expect(book.loads(at(10_200)).get(P)?.sample?.recordsPerSec?.value).toBe(80);
  });

  it('is forecast as before while edges come and go, unless the load shows that it is another one', () => {
    const forecastAt = (atMs: number): number => book.loads(at(atMs)).get(P)?.forecast?.path.mean[0] ?? NaN;
    report('a', 10_000, 80);
    report('b', 10_000, 20);
    expect(forecastAt(10_100)).toBe(80);
    for (let t = 11; t <= 14; t++)
      for (const [edge, rate] of [
        ['a', 80],
        ['b', 20],
      ] as const)
        report(edge, t * 1000, rate);
    expect(forecastAt(14_100)).toBe(100);
    book.endSession('b');
    report('a', 15_000, 80);
    expect(forecastAt(15_100)).toBe(100);
    report('a', 16_000, 95);
    expect(forecastAt(16_100)).toBe(100);
    for (let t = 17; t <= 80; t++) report('a', t * 1000, 80);
    expect(forecastAt(80_100)).toBe(80);
  });

  it('never counts a successor beside the edge that it follows', () => {
    report('a', 10_000, 80);
    book.endSession('a');
    report('a', 11_000, 70);
    expect(book.loads(at(11_100)).get(P)?.sample?.recordsPerSec?.value).toBe(70);
  });

  it('has a missing load, not zero, where the edge could not count', () => {
    report('a', 10_000, undefined, 50);
    const load = book.loads(at(10_100)).get(P);
    expect(load?.sample?.recordsPerSec).toBeUndefined();
    expect(load?.forecast?.path.mean[0]).toBe(50);
  });
});

describe('scores', () => {
  it('compare what was forecast with what came, when it came', () => {
    for (let t = 1; t <= 20; t++) report('a', t * 1000, 100 + t, 100 + t + 8);
    const [short] = book.scorecard(P)?.horizons ?? [];
    // Issued 5 s ahead as 8 above the then load; the load grew by 5 meanwhile: 3 too much, last value 5 too little.
    expect(short?.scored).toBe(15);
    expect(short?.bias).toBeCloseTo((15 * 3) / (15 * 113), 9);
    expect(short?.wape).toBeCloseTo((15 * 3) / (15 * 113), 9);
    expect(short?.wapeNaive).toBeCloseTo((15 * 5) / (15 * 113), 9);
    expect(short?.coverage90).toBe(1);
  });

  it('are the same when the forecast of a tick comes before its count', () => {
    for (let t = 1; t <= 20; t++) {
      book.onForecasts('a', [flatForecast(P, t * 1000, 100 + t + 8, 5)], at(t * 1000 + 10));
      book.onSamples('a', [sampleOf(P, t * 1000, 100 + t)], at(t * 1000 + 20));
    }
    expect(book.scorecard(P)?.horizons[0]?.scored).toBe(15);
    expect(book.scorecard(P)?.horizons[0]?.wapeNaive).toBeCloseTo((15 * 5) / (15 * 113), 9);
  });
});

describe('an edge that falls silent', () => {
  const edge = new ForecastEngine({ tickMs: 1000, horizonsMs, fits });
  const rate = (t: number): number => 100 + 10 * (t % 6);
  const model = { atMs: 40_000, clockOffsetMs: 0, nodeId: 'a', epoch: 1 };

  beforeEach(() => {
    edge.remove(P);
    for (let t = 1; t <= 60; t++) {
      edge.observe(P, t * 1000, rate(t));
      report('a', t * 1000, rate(t));
      book.tick(none, none, at(t * 1000 + 100));
      if (t === 40) expect(book.onModel(P, { ...model, state: edge.saveState(P) }, at(40_050))).toBe(true);
    }
  });

  it('is believed for three ticks', () => {
    book.tick(none, none, at(62_900));
    expect(book.loads(at(62_900)).get(P)).toMatchObject({ basis: 'forecast', stale: false });
  });

  it('is followed by the actuator from its last model state, fed by the growth of the log', () => {
    for (let t = 61; t <= 70; t++) {
      edge.observe(P, t * 1000, 120);
      book.tick(new Map([[P, 120]]), none, at(t * 1000 + 100));
    }
    const load = book.loads(at(70_200)).get(P);
    expect(load).toMatchObject({ source: 'log', basis: 'actuator-forecast', stale: true });
    expect(load?.sample?.recordsPerSec?.value).toBe(120);
    expect(load?.sample?.bytesPerSec?.value).toBe(24_000);
    expect(load?.forecast?.path).toEqual(edge.forecast(P)?.path);
  });

  it('leaves a forecast and no present load where the log says nothing either', () => {
    for (let t = 61; t <= 70; t++) book.tick(none, none, at(t * 1000 + 100));
    const load = book.loads(at(70_200)).get(P);
    expect(load).toMatchObject({ source: 'none', sample: undefined, basis: 'actuator-forecast' });
    expect(load?.forecast?.path.mean.every((m) => m > 50)).toBe(true);
  });

  it('is followed at once when its session ends', () => {
    book.endSession('a');
    expect(book.loads(at(60_150)).get(P)).toMatchObject({ basis: 'forecast', stale: true });
    book.tick(new Map([[P, 110]]), none, at(61_100));
    expect(book.loads(at(61_150)).get(P)).toMatchObject({ source: 'log', basis: 'actuator-forecast' });
  });

  it('speaks for itself again when it is back', () => {
    for (let t = 61; t <= 70; t++) book.tick(new Map([[P, 120]]), none, at(t * 1000 + 100));
    report('a', 71_000, 77);
    expect(book.loads(at(71_100)).get(P)).toMatchObject({ source: 'edge', basis: 'forecast', stale: false });
    expect(book.series(P).at(-1)).toMatchObject({ atMs: 71_000, recordsPerSec: 77 });
  });
});

it('ignores and counts partitions that are not configured', () => {
  book.onSamples('a', [sampleOf('other/9', 1000, 5)], at(1000));
  book.onForecasts('a', [flatForecast('orders/2', 1000, 5)], at(1000));
  expect(book.unknown).toBe(2);
  expect(book.series('other/9')).toEqual([]);
  expect(book.scorecard('other/9')).toBeUndefined();
});
