import type { PartitionKey, PoolPlan, ResourceVector, WorkerPool } from '@foreshadow/domain';

export const SMALL: ResourceVector = {
  cpuCores: 0.5,
  memoryBytes: 2 ** 27,
  networkBytesPerSec: Infinity,
  diskBytesPerSec: Infinity,
};

export function poolOf(name: string): WorkerPool {
  return {
    name,
    stream: 'orders',
    group: 'g',
    mode: 'ordered',
    partitions: ['orders/0', 'orders/1'],
    bounds: { minWorkers: 0, maxWorkers: 10, minWorker: SMALL, maxWorker: SMALL },
  };
}

/** A plan of so many workers; what else matters to the orchestrator, by name. */
export function planOf(
  pool: string,
  workers: number,
  more: {
    readonly retiring?: readonly string[];
    readonly owners?: Readonly<Record<string, readonly PartitionKey[]>>;
    readonly perWorker?: ResourceVector;
  } = {},
): PoolPlan {
  return {
    pool,
    decidedAtMs: 0,
    allocation: { workers, perWorker: more.perWorker ?? SMALL },
    assignment: { version: 1, owners: more.owners ?? {} },
    retiring: more.retiring ?? [],
    reason: 'INITIAL',
    basis: 'reactive',
    message: '',
    ingredients: {},
    changed: true,
    unfulfilled: [],
  };
}
