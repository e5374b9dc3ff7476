import type { PartitionKey, WorkerStatus } from '@foreshadow/domain';
import { expect, it } from 'vitest';
import { partitionCapacities } from '../../src/control/capacity.ts';
import { resources } from '../helpers.ts';

const worker = (id: string, cpuCores: number, owns: PartitionKey[]): WorkerStatus => ({
  id,
  pool: 'p',
  phase: 'ready',
  allowance: resources(cpuCores),
  owns,
  startedAtMs: 0,
  readyAtMs: 1,
});
const cost = (
  partition: PartitionKey,
  cpuCores: number | undefined,
  cpuSecondsPerRecord: number | undefined,
) => ({
  partition,
  demand: cpuCores === undefined ? undefined : resources(cpuCores),
  cpuSecondsPerRecord,
});

it('splits what a worker may use over its partitions by what they demand', () => {
  const capacities = partitionCapacities(
    [worker('w1', 0.45, ['s/0', 's/1']), worker('w2', 0.25, ['s/2'])],
    resources(0.05),
    [cost('s/0', 0.3, 0.001), cost('s/1', 0.1, 0.002), cost('s/2', 0, 0.001)],
  );
  expect(capacities.get('s/0')).toBeCloseTo(300, 9);
  expect(capacities.get('s/1')).toBeCloseTo(50, 9);
  expect(capacities.get('s/2')).toBeCloseTo(200, 9);
});

it('splits equally where demand is unknown, and says nothing without a cost or an owner', () => {
  const capacities = partitionCapacities([worker('w1', 0.25, ['s/0', 's/1'])], resources(0.05), [
    cost('s/0', undefined, 0.001),
    cost('s/1', 0.1, undefined),
    cost('s/2', 0.1, 0.001),
  ]);
  expect([...capacities.keys()]).toEqual(['s/0']);
  expect(capacities.get('s/0')).toBeCloseTo(100, 9);
});

it('is zero where the base eats the allowance', () => {
  const capacities = partitionCapacities([worker('w1', 0.02, ['s/0'])], resources(0.05), [
    cost('s/0', 0.1, 0.001),
  ]);
  expect(capacities.get('s/0')).toBe(0);
});
