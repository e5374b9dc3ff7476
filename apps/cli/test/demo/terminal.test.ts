import type { DecisionView, LiveSnapshot } from '@foreshadow/domain';
import { expect, it } from 'vitest';
import { decisionLine, liveTable, plainLine, plainScreen } from '../../src/demo/terminal.ts';

const atMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const allowance = { cpuCores: 0.2, memoryBytes: 1, networkBytesPerSec: 1, diskBytesPerSec: 1 };
const points = [
  { horizonMs: 5000, mean: 120.4, lower: 100, upper: 140 },
  { horizonMs: 60_000, mean: 90, lower: 60, upper: 130 },
];
const decision: DecisionView = {
  id: 1,
  applied: true,
  pool: 'orders-workers',
  decidedAtMs: atMs,
  allocation: { workers: 4, perWorker: allowance },
  assignment: { version: 1, owners: {} },
  retiring: [],
  reason: 'FORECAST_SCALE_UP',
  basis: 'forecast',
  message: 'in 16 s the forecast asks for more',
  ingredients: {},
  changed: true,
  unfulfilled: [],
};
const snapshot = (second = 0): LiveSnapshot => ({
  atMs: atMs + 1000 * second,
  mode: 'act',
  planIntervalMs: 2000,
  pools: [
    {
      name: 'orders-workers',
      stream: 'orders',
      workers: { starting: 1, ready: 3, draining: 0 },
      capacity: { ...allowance, cpuCores: 0.6 },
      demand: null,
      planned: decision.allocation,
      used: null,
      leadTimeMs: 16_000,
      lastDecision: decision,
    },
  ],
  partitions: [
    {
      partition: 'orders/0',
      atMs,
      recordsPerSec: 110,
      forecast: points,
      path: points,
      capacityRecordsPerSec: 200,
      owner: 'orders-workers-1',
      lagRecords: 3,
      lagSeconds: 0.04,
      leadingExpert: 'ses',
      workPerRecord: null,
      stale: false,
    },
    {
      partition: 'orders/1',
      atMs,
      recordsPerSec: null,
      forecast: [],
      path: [],
      capacityRecordsPerSec: null,
      owner: 'orders-workers-2',
      lagRecords: null,
      lagSeconds: null,
      leadingExpert: null,
      workPerRecord: null,
      stale: true,
    },
  ],
  edges: [],
  sampling: [],
  alerts: [],
});

it('shows rate, forecasts with intervals, capacity, lag and owner, and a dash for what is missing', () => {
  const lines = liveTable(snapshot(), decision, 200).split('\n');
  expect(lines[0]).toBe(
    'orders-workers: 3 workers (1 starting) → 4 planned · demand – of 0.60 cores · lead time 16.0 s',
  );
  expect(lines.find((l) => l.startsWith('partition'))).toMatch(
    /rec\/s +in 5 s +in 1 min +capacity +lag +owner$/,
  );
  expect(lines.find((l) => l.startsWith('orders/0'))).toMatch(
    / 110 +120 \(100–140\) +90 \(60–130\) +200 +0\.0 s /,
  );
  expect(lines.find((l) => l.startsWith('orders/1 (stale)'))).toMatch(/ – +– +– +– +– +orders-workers-2$/);
  expect(lines.at(-1)).toBe(
    '03:04:05 orders-workers → 4 × 0.20 cores · FORECAST_SCALE_UP: in 16 s the forecast asks for more',
  );
});

it('fits the width of the terminal', () => {
  for (const line of liveTable(snapshot(), decision, 40).split('\n'))
    expect(line.length).toBeLessThanOrEqual(40);
});

it('says a plain line every ten seconds, and every decision', () => {
  const lines: string[] = [];
  const screen = plainScreen((line) => lines.push(line));
  for (let s = 0; s < 25; s++) screen.show(snapshot(s));
  screen.decision(decision);
  expect(lines).toEqual([0, 10, 20].map((s) => plainLine(snapshot(s))).concat(decisionLine(decision)));
});
