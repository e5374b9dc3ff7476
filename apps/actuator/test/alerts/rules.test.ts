import type { PoolPlan } from '@foreshadow/domain';
import { expect, it } from 'vitest';
import { type AlertFacts, ALERT_RULES, findAll } from '../../src/alerts/rules.ts';
import type { LoadScore } from '../../src/load/load-calibration.ts';
import { planOf } from '../helpers.ts';

const NOW = 10_000_000;
const CALM: AlertFacts = {
  nowMs: NOW,
  partitions: [{ partition: 'orders/0', stale: false }],
  edges: [{ nodeId: 'e1', isConnected: true, silentMs: 900 }],
  loadScores: [{ partition: 'orders/0', scores: [scored(500, 0.9)] }],
  drifts: [],
  pools: [{ pool: 'p', plan: plan({}), demandScores: [] }],
};

function scored(count: number, coverage90: number, horizonMs = 5000): LoadScore {
  return {
    horizonMs,
    scored: count,
    coverage90,
    coverage90Given: NaN,
    cumulative90: NaN,
    cumulative90Given: NaN,
    correlation: NaN,
  };
}

function plan(changes: Partial<PoolPlan>): PoolPlan {
  return { ...planOf('p'), ...changes };
}

const found = (changes: Partial<AlertFacts>): string[] =>
  [...findAll(ALERT_RULES, { ...CALM, ...changes })].map(
    (f) => `${f.rule.name} ${Object.values(f.labels).join()}: ${f.description}`,
  );

it('nothing is found where all is well', () => {
  expect(found({})).toEqual([]);
});

it('a change of regime is news for ten minutes', () => {
  const drifts = (atMs: number) => found({ drifts: [['orders/1', { atMs, message: 'level up' }]] });
  expect(drifts(NOW - 599_000)).toEqual(['ForeshadowForecastDrift orders/1: level up']);
  expect(drifts(NOW - 600_000)).toEqual([]);
});

it('intervals that miss too much are found once there are enough scores, the worst horizon named', () => {
  const scores = (...list: LoadScore[]) => found({ loadScores: [{ partition: 'orders/0', scores: list }] });
  expect(scores(scored(500, 0.78), scored(200, 0.6, 60_000))).toEqual([
    'ForeshadowForecastMiscoverage orders/0: at 1 min, 60 % of what came lay inside the 90 % interval',
  ]);
  expect(scores(scored(99, 0.1), scored(500, 0.81), scored(500, NaN))).toEqual([]);
  const demandScores = [
    { horizonMs: 5000, resource: 'cpuCores', scored: 100, coverage90: 0.5, coverage90Given: NaN },
  ] as const;
  expect(found({ pools: [{ pool: 'p', plan: undefined, demandScores }] })).toEqual([
    'ForeshadowDemandMiscoverage p: at 5 s, 50 % of cpuCores lay inside the 90 % interval of demand',
  ]);
});

it('a pool is saturated where bounds, hot partitions or the largest worker keep it from what it needs', () => {
  const pools = (changes: Partial<PoolPlan>) =>
    found({ pools: [{ pool: 'p', plan: plan(changes), demandScores: [] }] });
  const message = plan({}).message;
  for (const reason of ['AT_MAXIMUM', 'HOT_PARTITION', 'OVER_BUDGET'] as const) {
    expect(pools({ reason })).toEqual([`ForeshadowPoolSaturated p: ${message}`]);
  }
  const short = 'networkBytesPerSec: a worker needs more than maxWorker, and there are maxWorkers';
  expect(pools({ unfulfilled: [short] })).toEqual([`ForeshadowPoolSaturated p: ${message}; ${short}`]);
  const cut = 'cpuCores: 4 asked for, 2 within the budget';
  expect(pools({ unfulfilled: [cut] })).toEqual([`ForeshadowPoolSaturated p: ${message}; ${cut}`]);
  expect(pools({ unfulfilled: ['diskBytesPerSec: the orchestrator cannot limit it'] })).toEqual([]);
});

it('a pool oscillates where its plan says so', () => {
  const pools = (oscillates: number) =>
    found({ pools: [{ pool: 'p', plan: plan({ ingredients: { oscillates } }), demandScores: [] }] });
  expect(pools(0)).toEqual([]);
  expect(pools(1).join()).toMatch(/^ForeshadowPoolOscillates p: capacity falls more slowly/);
});

it('an edge is stale when it is silent, and gone for good after an hour', () => {
  const edge = (silentMs: number, isConnected = false) =>
    found({ edges: [{ nodeId: 'e1', isConnected, silentMs }] });
  expect(edge(29_999)).toEqual([]);
  expect(edge(30_000)).toEqual(['ForeshadowEdgeStale e1: its link is down; without a goodbye']);
  expect(edge(30_000, true)).toEqual([
    'ForeshadowEdgeStale e1: its link is up, but it says nothing; without a goodbye',
  ]);
  expect(edge(3_600_001)).toEqual([]);
});

it('a partition is stale when no edge reports it', () => {
  expect(found({ partitions: [{ partition: 'orders/0', stale: true }] })).toHaveLength(1);
});

it('every rule has a name of its own', () => {
  const names = ALERT_RULES.map((rule) => rule.name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^Foreshadow[A-Z][A-Za-z]+$/);
});
