import type { DecisionView, LiveSnapshot, PartitionView, PoolView } from '@foreshadow/domain';

const SIZE = { cpuCores: 0.25, memoryBytes: 2 ** 27, networkBytesPerSec: 1e6, diskBytesPerSec: 1e6 };

export function partitionView(over: Partial<PartitionView> = {}): PartitionView {
  return {
    partition: 'orders/0',
    atMs: 1_000,
    recordsPerSec: 100,
    forecast: [],
    path: [],
    capacityRecordsPerSec: 200,
    owner: 'w1',
    lagRecords: 0,
    lagSeconds: 0,
    leadingExpert: 'naive',
    workPerRecord: null,
    stale: false,
    ...over,
  };
}

export function poolView(over: Partial<PoolView> = {}): PoolView {
  return {
    name: 'orders',
    stream: 'orders',
    workers: { starting: 0, ready: 2, draining: 0 },
    capacity: SIZE,
    demand: null,
    planned: null,
    used: null,
    leadTimeMs: 15_000,
    lastDecision: null,
    ...over,
  };
}

export function snapshot(over: Partial<LiveSnapshot> = {}): LiveSnapshot {
  return {
    atMs: 1_000,
    mode: 'act',
    planIntervalMs: 5_000,
    pools: [],
    partitions: [],
    edges: [],
    sampling: [],
    alerts: [],
    ...over,
  };
}

export function decisionView(over: Partial<DecisionView> = {}): DecisionView {
  return {
    id: 1,
    applied: true,
    pool: 'orders',
    decidedAtMs: 1_000,
    allocation: { workers: 2, perWorker: SIZE },
    assignment: { version: 1, owners: {} },
    retiring: [],
    reason: 'INITIAL',
    basis: 'forecast',
    message: 'First plan.',
    ingredients: {},
    changed: true,
    unfulfilled: [],
    ...over,
  };
}

/** Forecast points with an interval of ± 10 around the mean. */
export function points(...pairs: readonly (readonly [horizonMs: number, mean: number])[]) {
  return pairs.map(([horizonMs, mean]) => ({ horizonMs, mean, lower: mean - 10, upper: mean + 10 }));
}
