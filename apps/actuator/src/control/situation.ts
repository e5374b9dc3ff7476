import type { DemandScore } from '@foreshadow/demand';
import type {
  PartitionKey,
  PoolPlan,
  ResourceVector,
  Utilization,
  WorkerPool,
  WorkerStatus,
} from '@foreshadow/domain';
import type { PartitionLag } from './collector.ts';

/** All that is known of one pool at an instant: what was collected, what it demands, what is planned. */
export interface PoolSituation {
  readonly pool: WorkerPool;
  readonly workers: readonly WorkerStatus[];
  readonly utilization: readonly Utilization[];
  readonly lags: ReadonlyMap<PartitionKey, PartitionLag>;
  /** Which worker holds each partition. */
  readonly owners: ReadonlyMap<PartitionKey, string>;
  /** Demand of the present load, workers' base included; `undefined` without evidence or load. */
  readonly demand: ResourceVector | undefined;
  /** Records/s that each partition's owner can process for it; a partition that is not in it is unknown. */
  readonly capacities: ReadonlyMap<PartitionKey, number>;
  readonly leadTimeMs: number;
  readonly plan: PoolPlan | undefined;
  /** How demand quantiles held against what workers used. */
  readonly demandScores: readonly DemandScore[];
}
