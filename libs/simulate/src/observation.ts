import type { FleetWorker } from './world/fleet.ts';

/** Facts that a policy is set up with, as an operator would know them. Times in seconds. */
export interface PolicyContext {
  readonly minWorkers: number;
  readonly maxWorkers: number;
  readonly partitions: number;
  /** Each partition's share of the load, as it was in the past. */
  readonly shares: ArrayLike<number>;
  /** Rated, as a load test gives it. */
  readonly recordsPerSecPerWorker: number;
  readonly leadTimeSeconds: number;
  readonly sloSeconds: number;
  readonly rebalancePauseSeconds: number;
  readonly drainSeconds: number;
  /** How long a recorded second lasts: clocks of calendars (days, weeks) run by it, control loops do not. */
  readonly timeScale: number;
  readonly sharing: 'ordered' | 'pooled';
  /** Workers that are ready at the beginning. */
  readonly initialWorkers: number;
}

/**
 * What metrics tell, up to the newest second that has reached the policy. Nothing later can be asked for: windows end
 * there. NaN where nothing was measured.
 */
export interface MetricsView {
  /** Seconds since the beginning at which the newest window ends. */
  readonly newestSeconds: number;
  /** Mean records/s that came in over the window that ends `agoSeconds` before the newest second. */
  arrivalsPerSec(windowSeconds: number, agoSeconds?: number): number;
  /** Mean records/s that were worked off. */
  processedPerSec(windowSeconds: number): number;
  /** Work done over what the ready workers could have done, 0–1: their CPU use. */
  utilization(windowSeconds: number): number;
  /** Mean number of ready workers. */
  readyWorkers(windowSeconds: number): number;
  /** Records not committed, of all partitions. */
  lagRecords(): number;
  partitionArrivalsPerSec(partition: number, windowSeconds: number): number;
  partitionLagRecords(partition: number): number;
  /** Age of the oldest record of a partition that is not done, seconds. */
  partitionLagSeconds(partition: number): number;
}

/** Everything that a policy sees when it decides: what the orchestrator says of the workers, and metrics. */
export interface PolicyObservation {
  readonly nowSeconds: number;
  /** Workers that were asked for last. */
  readonly target: number;
  readonly ready: number;
  readonly starting: number;
  /** `undefined`: the metrics pipeline gives nothing. */
  readonly metrics: MetricsView | undefined;
  /** Whether the edges' forecasts arrive, stay what they were at a second, or are missing. */
  readonly forecasts: 'fresh' | 'silent' | { readonly frozenAtSeconds: number };
  readonly workers: readonly Readonly<FleetWorker>[];
  /** Partitions of a worker, by index. */
  ownedBy(workerId: string): readonly number[];
}
