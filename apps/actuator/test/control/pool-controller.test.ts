import { parseConfig, toWorkerPool } from '@foreshadow/domain/config';
import { expect, it } from 'vitest';
import { PoolController, type SavedPool } from '../../src/control/pool-controller.ts';
import type { PartitionLoad } from '../../src/load/partition-track.ts';
import { flatForecast, sampleOf } from '../helpers.ts';

const config = parseConfig({
  streams: [{ name: 'orders', partitions: 1 }],
  pools: [{ name: 'workers', stream: 'orders' }],
});
const [stream] = config.streams;
const [pool] = config.pools;

const controllerWith = (cpuCoresPerRecord: number): PoolController =>
  new PoolController({
    pool: toWorkerPool(pool!, stream!),
    policy: pool!.policy,
    planIntervalMs: 5000,
    horizonsMs: [5000],
    resizable: { cpuCores: 'live', memoryBytes: 'live', networkBytesPerSec: 'none', diskBytesPerSec: 'none' },
    hints: { perRecord: { cpuCores: cpuCoresPerRecord } },
  });

const load: PartitionLoad = {
  partition: 'orders/0',
  source: 'edge',
  sample: sampleOf('orders/0', 1_000_000, 100),
  forecast: flatForecast('orders/0', 1_000_000, 100),
  cumulative: undefined,
  basis: 'forecast',
  stale: false,
};
const at = { wallMs: 1_000_000, monotonicMs: 0 };
const demandOf = (controller: PoolController): number | undefined => {
  controller.observe(
    { workers: [], utilization: [], lags: new Map() },
    new Map([[load.partition, load]]),
    at,
  );
  return controller.situation().demand?.cpuCores;
};

it('goes by the hints of its configuration, not by those of the run before', () => {
  const before = controllerWith(0.001);
  expect(demandOf(before)).toBeCloseTo(0.1, 9);
  const after = controllerWith(0.002);
  after.restore(before.save());
  expect(demandOf(after)).toBeCloseTo(0.2, 9);
});

it('takes nothing over from a saved pool of which a part makes no sense', () => {
  const before = controllerWith(0.001);
  demandOf(before);
  before.decide(at);
  const after = controllerWith(0.001);
  const saved = { ...before.save(), plan: { pool: 'workers' } } as unknown as SavedPool;
  expect(() => after.restore(saved)).toThrow();
  expect(after.save().planner.atMs).toBeNull();
  expect(after.plan).toBeUndefined();
});
