import { type PartitionKey, partitionKey } from '../partition.ts';
import type { WorkerPool } from '../pool.ts';
import type { PoolConfig, StreamConfig } from './schema.ts';

/** The pool that a pool's configuration and its stream's describe. */
export function toWorkerPool(pool: PoolConfig, stream: StreamConfig): WorkerPool {
  const all: PartitionKey[] = Array.from({ length: stream.partitions }, (_, i) =>
    partitionKey(stream.name, i),
  );
  const partitions = pool.partition === undefined ? all : [partitionKey(stream.name, pool.partition)];
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
