import { NO_RESOURCES, type PoolPlan } from '@foreshadow/domain';
import type { DecisionView } from '@foreshadow/domain';
import { describe, expect, it } from 'vitest';
import { RunHistory, type Moment } from '../../src/demo/history.ts';
import {
  inTime,
  largestShare,
  outgrows,
  scaleUpTimes,
  smoothed,
  underProvisionedSeconds,
} from '../../src/demo/summary.ts';

const moment = (
  second: number,
  rate: number,
  capacity: number,
  workersReady = 1,
  demandCores = rate / 1000,
): Moment => ({
  atMs: second * 1000,
  workersReady,
  workersStarting: 0,
  capacityCores: capacity / 1000,
  demandCores,
  partitions: [
    {
      partition: 'orders/0',
      recordsPerSec: rate,
      capacityRecordsPerSec: capacity,
      lagSeconds: 0,
      workPerRecord: Number.NaN,
    },
  ],
});

describe('underProvisionedSeconds', () => {
  it('counts seconds whose smoothed load is above capacity', () => {
    const moments = [...Array(10).keys()].map((s) => moment(s, s < 5 ? 80 : 120, 100));
    // Five-second means: 80 until second 4, then 88, 96, 104, 112, 120.
    expect(underProvisionedSeconds(moments)).toBe(3);
  });

  it('does not count what is missing', () => {
    expect(underProvisionedSeconds([moment(0, Number.NaN, 100), moment(1, 200, Number.NaN)])).toBe(0);
  });

  it('ignores a single second of noise', () => {
    const moments = [...Array(10).keys()].map((s) => moment(s, s === 5 ? 150 : 80, 100));
    expect(underProvisionedSeconds(moments)).toBe(0);
  });
});

describe('RunHistory', () => {
  const decide = (history: RunHistory, second: number, workers: number, cpuCores: number): void =>
    history.addDecision({
      pool: 'p',
      decidedAtMs: 1000 * second,
      allocation: {
        workers,
        perWorker: { cpuCores, memoryBytes: 1, networkBytesPerSec: 1, diskBytesPerSec: 1 },
      },
    } as DecisionView);

  it('knows more workers and larger ones from fewer, smaller and the same', () => {
    const history = new RunHistory('p');
    const plans = [
      [1, 0.1],
      [1, 0.2],
      [1, 0.2],
      [3, 0.1],
      [3, 0.05],
      [2, 0.2],
      [2, 0.25],
    ] as const;
    for (const [second, [workers, cores]] of plans.entries()) decide(history, second, workers, cores);
    expect(history.scaleUps).toEqual([
      expect.objectContaining({
        kind: 'size',
        decidedAtMs: 1000,
        sinceMs: 0,
        coresBefore: 0.1,
        coresAfter: 0.2,
      }),
      expect.objectContaining({
        kind: 'workers',
        decidedAtMs: 3000,
        sinceMs: 0,
        workersBefore: 1,
        workersAfter: 3,
      }),
      expect.objectContaining({ kind: 'size', decidedAtMs: 6000, sinceMs: 5000, workersBefore: 2 }),
    ]);
  });
});

it('packs the largest load first', () => {
  expect(largestShare([5, 4, 3, 3, 3], 2)).toBe(10);
  expect(largestShare([9, 1, 1], 2)).toBe(9);
  expect(largestShare([1, 2, 3], 1)).toBe(6);
});

it('outgrows workers when even the best packing overloads one', () => {
  expect(outgrows(moment(0, 250, 0), 1, 0.2)).toBe(true);
  expect(outgrows(moment(0, 150, 0), 1, 0.2)).toBe(false);
  expect(outgrows(moment(0, 150, 0, 1, Number.NaN), 1, 0.2)).toBe(false);
});

describe('scaleUpTimes', () => {
  const history = (moments: Moment[], decidedAtMs: number): RunHistory => {
    const h = new RunHistory('p');
    h.moments.push(...moments);
    h.scaleUps.push({
      kind: 'workers',
      pool: 'p',
      decidedAtMs,
      sinceMs: 0,
      workersBefore: 1,
      workersAfter: 2,
      coresBefore: 0.2,
      coresAfter: 0.2,
    });
    return h;
  };
  const ramp = (readyAt: number): Moment[] =>
    [...Array(60).keys()].map((s) => moment(s, 100 + 5 * s, 1000, s >= readyAt ? 2 : 1));

  it('says when the old workers were outgrown and when the new ones were ready', () => {
    // Smoothed load is 100 + 5(s − 2) milli-cores: above 200 from second 23 on.
    const [early] = scaleUpTimes(history(ramp(20), 5000), 0.2);
    expect(early).toMatchObject({ decidedAtMs: 5000, readyAtMs: 20_000, neededAtMs: 23_000 });
    const [late] = scaleUpTimes(history(ramp(40), 25_000), 0.2);
    expect(late).toMatchObject({ readyAtMs: 40_000, neededAtMs: 23_000 });
    expect(inTime([early!, late!])).toMatchObject({ needed: 2, ready: 1 });
  });

  it('was not needed if the workers were fewer again before', () => {
    const moments = [...Array(60).keys()].map((s) =>
      moment(s, s < 50 ? 100 : 900, 1000, s >= 20 && s < 30 ? 2 : 1),
    );
    expect(scaleUpTimes(history(moments, 5000), 0.2)[0]?.neededAtMs).toBeNull();
  });

  it('judges larger workers by the size before', () => {
    const h = new RunHistory('p');
    // Smoothed load 100 + 5(s − 2) milli-cores outgrows 152 from second 13 on; the new size is there at second 8.
    h.moments.push(...[...Array(30).keys()].map((s) => moment(s, 100 + 5 * s, s >= 8 ? 200 : 152)));
    const change = {
      kind: 'size',
      workersBefore: 1,
      workersAfter: 1,
      coresBefore: 0.152,
      coresAfter: 0.2,
    } as const;
    h.scaleUps.push({ ...change, pool: 'p', decidedAtMs: 7000, sinceMs: 0 });
    expect(scaleUpTimes(h, 0.2)[0]).toMatchObject({ kind: 'size', readyAtMs: 8000, neededAtMs: 13_000 });
  });

  it('was never ready if the run ended before', () => {
    expect(scaleUpTimes(history(ramp(99), 25_000), 0.2)[0]?.readyAtMs).toBeNull();
  });
});

it('knows of decisions that the stream did not tell: those made before it was followed', () => {
  const plan = (workers: number, decidedAtMs: number): PoolPlan => ({
    pool: 'p',
    decidedAtMs,
    allocation: { workers, perWorker: NO_RESOURCES },
    assignment: { version: 1, owners: {} },
    retiring: [],
    reason: 'INITIAL',
    basis: 'forecast',
    message: '',
    ingredients: {},
    changed: true,
    unfulfilled: [],
  });
  const history = new RunHistory('p');
  history.addSnapshot({
    atMs: 1000,
    mode: 'act',
    planIntervalMs: 1000,
    pools: [
      {
        name: 'p',
        stream: 'orders',
        workers: { starting: 1, ready: 0, draining: 0 },
        capacity: NO_RESOURCES,
        demand: null,
        planned: null,
        used: null,
        leadTimeMs: 1000,
        lastDecision: plan(1, 500),
      },
    ],
    partitions: [],
    edges: [],
    sampling: [],
    alerts: [],
  });
  history.addDecision(plan(3, 2000));
  history.addDecision(plan(1, 500));
  history.addDecision(plan(3, 2000));
  expect(history.scaleUps).toEqual([
    expect.objectContaining({ decidedAtMs: 2000, sinceMs: 500, workersBefore: 1, workersAfter: 3 }),
  ]);
});

it('smooths over what is there', () => {
  const rates = smoothed([moment(0, 10, 1), moment(1, Number.NaN, 1), moment(2, 20, 1)]).map(
    (m) => m.partitions[0]?.recordsPerSec,
  );
  expect(rates).toEqual([10, 10, 15]);
});
