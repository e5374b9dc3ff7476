import type {
  DemandForecast,
  HotKeyShare,
  PartitionKey,
  ResourceVector,
  WorkerPool,
  WorkerStatus,
} from '@foreshadow/domain';

import type { Alignment } from './alignment.ts';
import type { Budget } from './budget.ts';

/** How a pool should be scaled; see the configuration schema for ranges. */
export interface PlanPolicy {
  /** Quantile of demand that capacity must meet, in (0.5, 1). */
  readonly quantile: number;
  /** Share of its allowance that a worker should use. */
  readonly targetUtilization: number;
  /** Relative change of capacity below which nothing changes. */
  readonly tolerance: number;
  /** Capacity falls only to the largest need of this window. */
  readonly stabilizationMs: number;
  /** Time in which a backlog should be worked off. */
  readonly catchUpMs: number;
  /** Records are late when they are not done this long after they came. */
  readonly targetLagMs: number;
  /** Worker-seconds that a worker-second of late work is worth, where workers have one size: what more capacity may cost. */
  readonly latePrice: number;
  /** Which counts of workers are of use; `free` by default. */
  readonly alignment?: Alignment;
}

/** How a change of an allowance reaches a worker that runs. */
export type Resizable = 'live' | 'restart' | 'none';

/** What is known of one partition. Whatever is missing, NaN or stale is `undefined` or NaN, never zero. */
export interface PartitionObservation {
  readonly partition: PartitionKey;
  readonly forecast: DemandForecast | undefined;
  /** Whose forecast it is: an edge's, or the actuator's own. */
  readonly basis: 'forecast' | 'actuator-forecast';
  /** Demand of the present load, at the latest tick. */
  readonly presentDemand: ResourceVector | undefined;
  readonly lagRecords: number | undefined;
  /** Age of the oldest record that is not committed; 0 without lag. */
  readonly lagSeconds: number | undefined;
  readonly cpuSecondsPerRecord: number | undefined;
  /** Keys that hold much of it, where they are known. */
  readonly hotKeys?: readonly HotKeyShare[];
}

/** Everything that a plan depends on but time and its own past. */
export interface PoolObservation {
  readonly pool: WorkerPool;
  readonly policy: PlanPolicy;
  readonly resizable: Readonly<Record<keyof ResourceVector, Resizable>>;
  readonly workers: readonly WorkerStatus[];
  /** Fixed cost of one worker. */
  readonly workerBase: ResourceVector;
  /** From deciding to start a worker until it works: measured p90, or the prior. */
  readonly leadTimeMs: number;
  readonly planIntervalMs: number;
  /** In any order; partitions of the pool that are not listed count as missing. */
  readonly partitions: readonly PartitionObservation[];
  /**
   * CPU seconds that the pool's load has asked for so far, workers' base left out: a running sum of which only differences count;
   * `undefined` while it is unknown. By it the planner learns how forecasts err from step to step.
   */
  readonly askedCpuSeconds?: number | undefined;
  /** Work rests this long when partitions change hands. */
  readonly rebalancePauseMs?: number;
  /** Most that its workers may take altogether, as its share of a budget; by default there is no limit. */
  readonly limit?: Budget;
  /** Leave everything as it is. */
  readonly paused?: boolean;
}
