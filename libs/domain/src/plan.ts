import type { Allocation, Assignment } from './pool.ts';
import type { PartitionKey } from './partition.ts';
import type { ResourceVector } from './resources.ts';

/** Demand of one partition at one horizon, as quantiles of each resource. */
export interface DemandPoint {
  readonly horizonMs: number;
  readonly median: ResourceVector;
  /** 5 % and 95 % quantiles, uncertainty of the load and of the mapping both included. */
  readonly lower: ResourceVector;
  readonly upper: ResourceVector;
}

/** Demand of one partition over the horizon. */
export interface DemandForecast {
  readonly partition: PartitionKey;
  readonly issuedAtMs: number;
  readonly points: readonly DemandPoint[];
  /** Mean demand from the issue to each horizon, as quantiles of that mean: the cumulative demand by its time. */
  readonly cumulative?: readonly DemandPoint[];
}

/** Why a plan is what it is. */
export type ReasonCode =
  | 'INITIAL'
  | 'FORECAST_SCALE_UP'
  | 'REACTIVE_SCALE_UP'
  | 'BACKLOG_SCALE_UP'
  | 'BELOW_MINIMUM'
  | 'FORECAST_SCALE_DOWN'
  | 'VERTICAL_UP'
  | 'VERTICAL_DOWN'
  | 'REBALANCE'
  | 'WITHIN_TOLERANCE'
  | 'STABILIZING'
  | 'DEMAND_RETURNS'
  | 'BACKLOGGED'
  | 'NO_DATA'
  | 'AT_MAXIMUM'
  | 'HOT_PARTITION'
  | 'OVER_BUDGET'
  | 'PAUSED';

/** Rung of the fallback ladder that a plan stands on, best first. */
export type Basis = 'forecast' | 'aged-forecast' | 'actuator-forecast' | 'reactive' | 'hold';

/** What would let a partition's work fit the largest worker. */
export type SplitAdvice =
  /** One key is too much by itself: make it several. */
  | { readonly kind: 'split-key'; readonly key: string; readonly share: number; readonly parts: number }
  /** Without these keys the rest fits: give them another partition. */
  | { readonly kind: 'move-keys'; readonly keys: readonly string[]; readonly share: number }
  /** No known key explains it: spread its keys over so many partitions. */
  | { readonly kind: 'split-partition'; readonly parts: number };

/** Advice for a partition that no count of workers helps. */
export interface HotPartitionAdvice {
  readonly partition: PartitionKey;
  readonly advice: SplitAdvice;
}

/** Plan of one pool. */
export interface PoolPlan {
  readonly pool: string;
  readonly decidedAtMs: number;
  readonly allocation: Allocation;
  /** Owners among the workers that are ready and stay; a worker that starts joins when it is ready. */
  readonly assignment: Assignment;
  /** Workers to drain and stop, chosen by the planner: least lag, youngest. */
  readonly retiring: readonly string[];
  readonly reason: ReasonCode;
  readonly basis: Basis;
  /** One sentence for people. */
  readonly message: string;
  /** For partitions that exceed the largest worker; absent without any. */
  readonly hot?: readonly HotPartitionAdvice[];
  /** The numbers that led to it; units stand in the names. NaN where unknown. */
  readonly ingredients: Readonly<Record<string, number>>;
  /** True if allocation or assignment differ from the plan before it. */
  readonly changed: boolean;
  /** What was asked for and cannot be carried out, e.g. `"networkBytesPerSec: the orchestrator cannot limit it"`. */
  readonly unfulfilled: readonly string[];
}

export interface Plan {
  readonly decidedAtMs: number;
  readonly pools: readonly PoolPlan[];
}
