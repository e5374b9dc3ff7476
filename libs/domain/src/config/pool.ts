import { type PartitionKey, partitionKey } from '../partition.ts';
import type { WorkerPool } from '../pool.ts';
import type { PoolConfig, StreamConfig } from './schema.ts';

/** The pool that a pool's configuration and its stream's describe. */
export function toWorkerPool(pool: PoolConfig, stream: StreamConfig): WorkerPool {
  const partitions: PartitionKey[] = Array.from({ length: stream.partitions }, (_, i) =>
    partitionKey(stream.name, i),
  );
  const { name, group, mode, minWorkers, maxWorkers, minWorker, maxWorker } = pool;
  return {
    name,
    stream: stream.name,
    group,
    mode,
    partitions,
    bounds: { minWorkers, maxWorkers, minWorker, maxWorker },
  };
}
