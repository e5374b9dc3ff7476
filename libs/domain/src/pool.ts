import type { PartitionKey } from './partition.ts';
import type { ResourceVector } from './resources.ts';

/**
 * How a pool's workers share its partitions: `ordered`, a partition has one owner at a time and a worker may own
 * several; `unordered`, a group of workers on one partition; `perPartition`, a pool of its own per partition.
 */
export type PoolMode = 'ordered' | 'unordered' | 'perPartition';

/** Bounds within which a pool may be scaled. */
export interface PoolBounds {
  readonly minWorkers: number;
  readonly maxWorkers: number;
  /** Smallest and largest size of one worker. */
  readonly minWorker: ResourceVector;
  readonly maxWorker: ResourceVector;
}

/** One scale target and the partitions that it serves. */
export interface WorkerPool {
  readonly name: string;
  readonly stream: string;
  /** Consumer group under which its workers commit. */
  readonly group: string;
  readonly mode: PoolMode;
  readonly partitions: readonly PartitionKey[];
  readonly bounds: PoolBounds;
}

/** What a pool is given: worker count and the allowance of each worker. */
export interface Allocation {
  readonly workers: number;
  readonly perWorker: ResourceVector;
}

/** Which worker owns which partitions; every partition of the pool appears exactly once. */
export interface Assignment {
  /** Grows by one with each change. */
  readonly version: number;
  readonly owners: Readonly<Record<string, readonly PartitionKey[]>>;
}

export type WorkerPhase = 'starting' | 'ready' | 'draining' | 'drained' | 'failed';

/** A worker as its orchestrator sees it. */
export interface WorkerStatus {
  readonly id: string;
  readonly pool: string;
  readonly phase: WorkerPhase;
  readonly allowance: ResourceVector;
  /** Partitions on which it holds a lease. */
  readonly owns: readonly PartitionKey[];
  readonly startedAtMs: number;
  readonly readyAtMs: number | undefined;
}

/** What a worker really used in one tick, with what it processed. */
export interface Utilization {
  readonly worker: string;
  readonly pool: string;
  readonly atMs: number;
  readonly windowMs: number;
  readonly used: ResourceVector;
  readonly allowance: ResourceVector;
  /** Share of the tick spent handling records, 0–1. */
  readonly busyFraction: number;
  /** Share of the tick in which work was held back by an allowance, 0–1. */
  readonly throttledFraction: number;
  readonly partitions: readonly PartitionUtilization[];
}

export interface PartitionUtilization {
  readonly partition: PartitionKey;
  readonly processedRecordsPerSec: number;
  readonly processedBytesPerSec: number;
  /** Work units processed, where the handler reports them; else `undefined`. */
  readonly processedWorkPerSec: number | undefined;
  /** CPU spent in the handler for this partition, where it can be told apart. */
  readonly cpuCores: number;
  readonly lagRecords: number;
  /** Age of the oldest record that is not committed; 0 without lag. */
  readonly lagSeconds: number;
}
