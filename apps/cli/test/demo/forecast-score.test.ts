import type { LiveSnapshot, PartitionView } from '@foreshadow/domain';
import { expect, it } from 'vitest';
import { ForecastScore } from '../../src/demo/forecast-score.ts';

const view = (second: number, rate: number | null, mean: number, stale = false): PartitionView => {
  const point = (horizonMs: number) => ({ horizonMs, mean, lower: mean - 10, upper: mean + 10 });
  return {
    partition: 'orders/0',
    atMs: second * 1000,
    recordsPerSec: rate,
    forecast: [point(5000)],
    path: [1000, 2000, 3000, 4000, 5000].map(point),
    capacityRecordsPerSec: null,
    owner: null,
    lagRecords: null,
    lagSeconds: null,
    leadingExpert: null,
    workPerRecord: null,
    stale,
  };
};
const snapshot = (partition: PartitionView): LiveSnapshot => ({
  atMs: partition.atMs,
  mode: 'act',
  planIntervalMs: 1000,
  pools: [],
  partitions: [partition],
  edges: [],
  sampling: [],
  alerts: [],
});

it('scores a forecast when its time comes, against last value', () => {
  const score = new ForecastScore('orders');
  // A ramp of 10 a second, forecast exactly but for +5.
  for (let s = 0; s < 20; s++) score.addSnapshot(snapshot(view(s, 100 + 10 * s, 100 + 10 * (s + 5) + 5)));
  const [horizon] = score.horizons();
  // Forecasts of seconds 0–14 fell due: errors of 5 and 50 on actuals 150 … 290 (mean 220).
  expect(horizon).toMatchObject({ horizonMs: 5000, scored: 15, coverage90: 1 });
  expect(horizon?.wape).toBeCloseTo(5 / 220, 12);
  expect(horizon?.wapeNaive).toBeCloseTo(50 / 220, 12);
});

it('scores nothing where the actual is missing or stale, or told twice', () => {
  const score = new ForecastScore('orders');
  for (let s = 0; s < 10; s++) score.addSnapshot(snapshot(view(s, s === 7 ? null : 100, 100, s === 8)));
  score.addSnapshot(snapshot(view(9, 100, 100)));
  expect(score.horizons()[0]?.scored).toBe(3);
});

it('scores its own stream alone', () => {
  const score = new ForecastScore('orders');
  for (let s = 0; s < 20; s++) {
    const idle: PartitionView = { ...view(s, 0, 0), partition: 'web/0' };
    score.addSnapshot({ ...snapshot(view(s, 100, 200)), partitions: [view(s, 100, 200), idle] });
  }
  expect(score.horizons()[0]).toMatchObject({ scored: 15, coverage90: 0 });
});
