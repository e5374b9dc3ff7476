import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrange, matchesFilter } from '../src/model/arrange.ts';
import { changeOf } from '../src/model/decision.ts';
import { furthestHorizonMs, horizonsOf, usualLead } from '../src/model/horizons.ts';
import { livenessOf } from '../src/model/liveness.ts';
import { NewestFirst } from '../src/model/newest-first.ts';
import { outlookOf } from '../src/model/outlook.ts';
import { PoolHistory, POOL } from '../src/model/pool-history.ts';
import { Store } from '../src/model/store.ts';
import { partitionSummary } from '../src/ui/summary.ts';
import { decisionView, partitionView, points, poolView, snapshot } from './support.ts';

describe('outlook', () => {
  it.each([
    [{ recordsPerSec: 250 }, 'over', 'over capacity now'],
    [{ path: points([5_000, 150], [35_000, 210]) }, 'expected', 'outgrows capacity in 35 s'],
    [{ path: points([5_000, 195]) }, 'possible', 'may outgrow capacity in 5 s'],
    [{ path: points([5_000, 150]) }, 'within', 'within capacity'],
    [{ forecast: points([60_000, 300]) }, 'expected', 'outgrows capacity in 1 min'],
    [{ capacityRecordsPerSec: null }, 'unknown', 'capacity not known yet'],
    [{ recordsPerSec: null }, 'unknown', 'load not known'],
    [{ recordsPerSec: 999, stale: true }, 'unknown', 'no fresh data'],
  ] as const)('%o is %s', (over, level, words) => {
    expect(outlookOf(partitionView(over))).toEqual({ level, words });
  });
});

describe('order and filter', () => {
  const views = [
    partitionView({ partition: 'orders/10', recordsPerSec: 5 }),
    partitionView({ partition: 'orders/2', recordsPerSec: null }),
    partitionView({ partition: 'orders/1', recordsPerSec: 500, owner: 'w7' }),
  ];
  const keys = (order: 'name' | 'risk' | 'load') => arrange(views, order).map((view) => view.partition);

  it('counts in names', () => expect(keys('name')).toEqual(['orders/1', 'orders/2', 'orders/10']));
  it('puts the most urgent first', () => expect(keys('risk')).toEqual(['orders/1', 'orders/2', 'orders/10']));
  it('puts a missing load last', () => expect(keys('load')).toEqual(['orders/1', 'orders/10', 'orders/2']));
  it('matches all words of a filter anywhere', () => {
    expect(views.filter((view) => matchesFilter(view, 'ORDERS w7'))).toEqual([views[2]]);
    expect(views.filter((view) => matchesFilter(view, ''))).toHaveLength(3);
  });
});

describe('decisions', () => {
  it('reads the state before from the decision before of the same pool', () => {
    const rows = [
      decisionView({ id: 3, allocation: { ...decisionView().allocation, workers: 4 } }),
      decisionView({ id: 2, pool: 'other' }),
      decisionView({ id: 1 }),
    ];
    expect(rows[0] && changeOf(rows[0], rows)).toEqual({ from: '2 × 0.250', to: '4 × 0.250' });
    expect(rows[2] && changeOf(rows[2], rows)).toEqual({ from: undefined, to: '2 × 0.250' });
  });
});

describe('NewestFirst', () => {
  const row = fc.record({ id: fc.integer({ min: 0, max: 20 }), atMs: fc.integer({ min: 0, max: 20 }) });

  it('is sorted, bounded and without doubles, in whatever order rows come', () => {
    fc.assert(
      fc.property(fc.array(fc.array(row, { maxLength: 10 }), { maxLength: 10 }), (batches) => {
        const list = new NewestFirst<{ id: number; atMs: number }>(6, (each) => each.atMs);
        for (const batch of batches) list.add(batch);
        const keys = list.rows.map((each) => list.keyOf(each));
        expect(new Set(keys).size).toBe(keys.length);
        expect(keys.length).toBeLessThanOrEqual(6);
        const times = list.rows.map((each) => each.atMs);
        expect(times).toEqual([...times].sort((a, b) => b - a));
        const all = batches.flat().map((each) => each.atMs);
        if (all.length > 0) expect(times[0]).toBe(Math.max(...all));
      }),
    );
  });

  it('tells rows of a restarted actuator from those before it', () => {
    const list = new NewestFirst<{ id: number; atMs: number }>(6, (each) => each.atMs);
    list.add([{ id: 1, atMs: 10 }]);
    expect(list.add([{ id: 1, atMs: 90 }])).toHaveLength(1);
    expect(list.add([{ id: 1, atMs: 90 }])).toHaveLength(0);
  });
});

describe('liveness', () => {
  it.each([
    ['connecting', undefined, 'waiting', 'Connecting'],
    ['broken', undefined, 'lost', 'Not connected, retrying'],
    ['open', 900, 'live', 'Live'],
    ['open', 9_400, 'late', 'No data for 9 s'],
    ['broken', 900, 'lost', 'Reconnecting, no data for 0 ms'],
    ['broken', 65_200, 'lost', 'Reconnecting, no data for 1 min 5 s'],
  ] as const)('link %s, last data %s ms ago: %s', (link, ageMs, state, words) => {
    expect(livenessOf(link, ageMs)).toEqual({ state, words });
  });
});

describe('store', () => {
  it('refuses what is no snapshot and keeps the one it has', () => {
    const store = new Store();
    const good = snapshot({ partitions: [partitionView()] });
    expect(store.apply(good)).toBe(true);
    expect(store.apply({ error: { code: 'X' } } as never)).toBe(false);
    expect(store.snapshot).toBe(good);
  });

  it('forgets partitions that are gone', () => {
    const store = new Store();
    store.apply(snapshot({ partitions: [partitionView()] }));
    store.apply(snapshot({ atMs: 2_000 }));
    expect(store.partition('orders/0').actual.length).toBe(0);
  });

  it('keeps a pool without demand or plan as missing', () => {
    const history = new PoolHistory();
    history.observe(poolView(), 1_000);
    expect(history.rows.at(POOL.capacityCores, 0)).toBe(0.25);
    expect(history.rows.at(POOL.demandCores, 0)).toBeNaN();
    expect(history.rows.at(POOL.plannedCores, 0)).toBeNaN();
  });
});

describe('horizons', () => {
  const shot = snapshot({
    partitions: [
      partitionView({ forecast: points([300_000, 1], [5_000, 1]), path: points([1_000, 1], [300_000, 1]) }),
      partitionView({ forecast: points([60_000, 1]) }),
    ],
  });
  it('gathers what is configured', () => expect(horizonsOf(shot)).toEqual([5_000, 60_000, 300_000]));
  it('reaches as far as the longest path', () => expect(furthestHorizonMs(shot)).toBe(300_000));
  it('compares with about a minute before', () => expect(usualLead([5_000, 45_000, 300_000])).toBe(45_000));
  it('has no reach without forecasts', () => expect(furthestHorizonMs(snapshot())).toBe(0));
});

describe('summary', () => {
  it('adds what is there and names what is stale', () => {
    const views = [
      partitionView({ recordsPerSec: 250 }),
      partitionView({ recordsPerSec: 50, lagRecords: null }),
      partitionView({ recordsPerSec: 70, stale: true, lagRecords: 3 }),
    ];
    expect(partitionSummary(views)).toBe(
      '3 partitions · 300 records/s · lag 3 records · 1 over capacity · 1 stale',
    );
  });
  it('does not sum nothing to zero', () => {
    const views = [partitionView({ recordsPerSec: null, lagRecords: null })];
    expect(partitionSummary(views)).toBe('1 partitions · – records/s · lag – records');
  });
});
