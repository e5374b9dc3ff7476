import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { relativeLabel } from '../src/chart/axes.ts';
import { frameOf, niceCeiling } from '../src/chart/frame.ts';
import { PARTITION_COLUMN, partitionChartData } from '../src/chart/partition-data.ts';
import { POOL_COLUMN, poolChartData } from '../src/chart/pool-data.ts';
import { PartitionHistory } from '../src/model/partition-history.ts';
import { PoolHistory } from '../src/model/pool-history.ts';
import { partitionHoverWords } from '../src/ui/hover-words.ts';
import { partitionView, points, poolView } from './support.ts';

const MINUTE_MS = 60_000;
const C = PARTITION_COLUMN;

function run(seconds: number, rate: (s: number) => number | null): PartitionHistory {
  const history = new PartitionHistory();
  for (let s = 1; s <= seconds; s += 1) {
    const forecast = points([MINUTE_MS, 1_000 + s]);
    history.observe(partitionView({ atMs: s * 1_000, recordsPerSec: rate(s), forecast }), s * 1_000);
  }
  return history;
}

const view = (over = {}) =>
  partitionView({ atMs: 100_000, path: points([10_000, 50], [30_000, 70]), ...over });
const frame = frameOf(100_000, 2 * MINUTE_MS, 30_000);

describe('data of a partition chart', () => {
  const data = partitionChartData(
    run(100, (s) => s),
    view(),
    frame,
    MINUTE_MS,
  );
  const at = (x: number, column: number) => data.columns[column]?.[data.columns[0].indexOf(x)];

  it('has columns of one length over ascending seconds from now', () => {
    const [xs, ...ys] = data.columns;
    expect(ys).toHaveLength(9);
    for (const column of ys) expect(column).toHaveLength(xs.length);
    expect(xs).toEqual([...new Set(xs)].sort((a, b) => a - b));
  });

  it('shows the load up to now', () => {
    expect(at(0, C.actual)).toBe(100);
    expect(at(-99, C.actual)).toBe(1);
  });

  it('shows a mean over a step in the middle of the step, and the last up to its end', () => {
    expect(at(5, C.mean)).toBe(50);
    expect(at(20, C.mean)).toBe(70);
    expect([at(30, C.mean), at(30, C.lower), at(30, C.upper)]).toEqual([70, 60, 80]);
  });

  it('shows what was forecast a minute ago for each past second, and nothing before the first of them', () => {
    expect(at(0, C.earlierMean)).toBe(1_040);
    expect(at(-39, C.earlierMean)).toBe(1_001);
    expect(at(-40, C.earlierMean)).toBeNull();
  });

  it('carries the present capacity on to the end of the frame', () => {
    expect([at(0, C.capacityAhead), at(30, C.capacityAhead)]).toEqual([200, 200]);
  });

  it('draws a missing tick as a gap', () => {
    const { columns } = partitionChartData(
      run(100, (s) => (s === 50 ? null : s)),
      view(),
      frame,
      MINUTE_MS,
    );
    expect(columns[C.actual]?.[columns[0].indexOf(-50)]).toBeNull();
  });

  it('draws a stretch without ticks as a gap', () => {
    const history = run(50, (s) => s);
    history.observe(partitionView({ atMs: 100_000 }), 100_000);
    const { columns } = partitionChartData(history, view(), frame, MINUTE_MS);
    const between = columns[0].filter((x) => x > -50 && x < 0);
    expect(between).toEqual([-25]);
    expect(columns[C.actual]?.[columns[0].indexOf(-25)]).toBeNull();
  });

  it('says where the capacity leaves the chart instead of flattening the load', () => {
    const { top, capacityAbove } = partitionChartData(
      run(100, () => 10),
      view({ capacityRecordsPerSec: 10_000, path: [] }),
      frame,
      5_000,
    );
    expect(top).toBeLessThan(100);
    expect(capacityAbove).toBe(10_000);
  });

  it('draws without history, forecast and capacity', () => {
    const empty = partitionView({ recordsPerSec: null, capacityRecordsPerSec: null });
    const { columns, top } = partitionChartData(new PartitionHistory(), empty, frame, MINUTE_MS);
    expect(columns).toHaveLength(10);
    expect(top).toBe(1);
  });

  it('tells the values under the pointer', () => {
    const words = (x: number) =>
      partitionHoverWords(data.columns, data.columns[0].indexOf(x), { frame, leadMs: MINUTE_MS });
    expect(words(20)).toMatch(/forecast 70 \(60–80\)$/);
    expect(words(-10)).toMatch(/load 90 · 1 min before 1\.03 k · capacity 200$/);
  });
});

describe('hostile numbers', () => {
  const hostile = fc.oneof(
    fc.double(),
    fc.constantFrom<number | null>(null, Number.NaN, Infinity, -Infinity, 0, -5, 5e-324, 1.7e308),
  );

  it('never reach the chart as anything but a number or a gap', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(hostile, hostile, hostile), { maxLength: 12 }), (rows) => {
        const history = new PartitionHistory();
        rows.forEach(([rate, capacity, mean], i) => {
          const over = { atMs: 90_000 + i * 1_000, recordsPerSec: rate, capacityRecordsPerSec: capacity };
          history.observe(
            partitionView({ ...over, forecast: points([5_000, mean ?? Number.NaN]) }),
            over.atMs,
          );
        });
        const [rate, capacity, mean] = rows[0] ?? [null, null, null];
        const last = view({
          recordsPerSec: rate,
          capacityRecordsPerSec: capacity,
          path: points([9_000, mean ?? 0]),
        });
        const { columns, top } = partitionChartData(history, last, frame, 5_000);
        expect(Number.isFinite(top) && top > 0).toBe(true);
        for (const value of columns.flat()) expect(value == null || Number.isFinite(value)).toBe(true);
      }),
    );
  });

  it('keep an axis finite and above the value', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e15, noNaN: true }), (value) => {
        const top = niceCeiling(value);
        expect(top).toBeGreaterThanOrEqual(value * (1 - 1e-6));
        expect(top).toBeLessThanOrEqual(value * 1.5);
      }),
    );
    const beyond = [0, -1, Number.NaN, Infinity, -Infinity, 5e-324, 1.7e308];
    expect(beyond.map(niceCeiling)).toEqual(beyond.map(() => 1));
  });
});

describe('data of a pool chart', () => {
  it('shows demand, capacity and plan in cores; what is not known is a gap', () => {
    const history = new PoolHistory();
    const planned = { workers: 4, perWorker: poolView().capacity };
    history.observe(poolView(), 1_000);
    history.observe(poolView({ planned, demand: poolView().capacity }), 2_000);
    const { columns, top } = poolChartData(history, frameOf(2_000, MINUTE_MS, 0));
    expect(columns[0]).toEqual([-1, 0]);
    expect(columns[POOL_COLUMN.demand]).toEqual([null, 0.25]);
    expect(columns[POOL_COLUMN.planned]).toEqual([null, 1]);
    expect(columns[POOL_COLUMN.capacity]).toEqual([0.25, 0.25]);
    expect(top).toBe(1.2);
  });
});

describe('frame', () => {
  it('gives the future no more than half', () =>
    expect(frameOf(0, MINUTE_MS, 300_000).futureMs).toBe(MINUTE_MS));
  it.each([
    [0, 'now'],
    [-120, '−2 min'],
    [30, '+30 s'],
  ])('labels %d s as %s', (seconds, label) => expect(relativeLabel(seconds)).toBe(label));
});
