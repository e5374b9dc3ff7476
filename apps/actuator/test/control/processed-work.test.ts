import type { PartitionKey, Utilization } from '@foreshadow/domain';
import { expect, it } from 'vitest';
import { withWork } from '../../src/control/processed-work.ts';
import type { PartitionLoad } from '../../src/load/partition-track.ts';
import { flatForecast, resources, usedFor } from '../helpers.ts';

const part = (partition: PartitionKey, processedWorkPerSec: number | undefined) => ({
  partition,
  processedRecordsPerSec: 50,
  processedBytesPerSec: 10_000,
  processedWorkPerSec,
  cpuCores: 0.05,
  lagRecords: 0,
  lagSeconds: 0,
});

const loadOf = (partition: PartitionKey, work: number | undefined): PartitionLoad => {
  const forecast = flatForecast(partition, 1000, 50);
  const workPerRecord = work === undefined ? undefined : { value: work, standardError: 5 };
  return {
    partition,
    source: 'edge',
    sample: undefined,
    forecast: { ...forecast, ratios: { ...forecast.ratios, workPerRecord } },
    cumulative: undefined,
    basis: 'forecast',
    stale: false,
  };
};

it('is that of the records processed, where a probe tells it and the worker does not', () => {
  const u: Utilization = {
    worker: 'w-1',
    pool: 'workers',
    atMs: 1000,
    windowMs: 1000,
    used: usedFor(150),
    allowance: resources(1),
    busyFraction: 0.5,
    throttledFraction: 0,
    partitions: [part('orders/0', undefined), part('orders/1', 7), part('orders/2', undefined)],
  };
  const loads = new Map<PartitionKey, PartitionLoad>([
    ['orders/0', loadOf('orders/0', 300)],
    ['orders/1', loadOf('orders/1', 300)],
    ['orders/2', loadOf('orders/2', undefined)],
  ]);
  const work = withWork(u, loads).partitions.map((p) => p.processedWorkPerSec);
  expect(work).toEqual([15_000, 7, undefined]);
  expect(withWork(u, new Map())).toEqual(u);
});
