import type { PolicyContext, PolicyObservation } from '../observation.ts';
import { type Policy, policyOf } from '../policy.ts';
import { type BehaviorState, HPA_SYNC_SECONDS, limited } from './behavior.ts';

export interface KedaParams {
  /** Seconds of a worker's work that a replica may lag behind; times its rate, the lagThreshold in records. */
  readonly lagThresholdSeconds: number;
  readonly tolerance: number;
  readonly downStabilizationSeconds: number;
  /** Never more replicas than partitions that lag. */
  readonly limitToPartitionsWithLag: boolean;
  /** Only counts that divide the partitions evenly. */
  readonly ensureEvenDistribution: boolean;
}

/**
 * The published threshold of 10 records says nothing of how fast records are worked off. It is scaled by one rule: a
 * replica may lag by half of the target lag.
 */
export function kedaDefaults(sloSeconds: number): KedaParams {
  return {
    lagThresholdSeconds: sloSeconds / 2,
    tolerance: 0.1,
    downStabilizationSeconds: 300,
    limitToPartitionsWithLag: false,
    ensureEvenDistribution: false,
  };
}

/**
 * Replicas by the lag of a consumer group: ⌈Σ lag / lagThreshold⌉, at most as many as partitions (or those that lag);
 * unchanged within the tolerance of the HPA, which asks for the metric at each of its syncs (`cooldownPeriod` and
 * `pollingInterval` matter only to and from zero).
 * Source: keda.sh, "Apache Kafka" scaler; pkg/scalers/kafka_scaler.go, `getTotalLag`; the HPA's
 * `GetExternalPerPodMetricReplicas`.
 */
export function kedaReplicas(
  lagRecords: number,
  lagging: number,
  current: number,
  context: Pick<PolicyContext, 'partitions' | 'recordsPerSecPerWorker' | 'sharing'>,
  params: KedaParams,
): number {
  if (!Number.isFinite(lagRecords)) return current;
  const threshold = params.lagThresholdSeconds * context.recordsPerSecPerWorker;
  const partitions = context.sharing === 'pooled' ? Infinity : context.partitions;
  const most = params.limitToPartitionsWithLag ? Math.min(partitions, lagging) : partitions;
  const capped = Math.min(lagRecords, most * threshold);
  if (current > 0 && Math.abs(1 - capped / (threshold * current)) <= params.tolerance) return current;
  const wanted = Math.max(0, Math.ceil(capped / threshold - 1e-9));
  return params.ensureEvenDistribution && Number.isFinite(partitions)
    ? nextDivisor(wanted, partitions)
    : wanted;
}

function nextDivisor(count: number, partitions: number): number {
  for (let n = Math.max(1, count); n < partitions; n++) if (partitions % n === 0) return n;
  return partitions;
}

/** KEDA's Kafka scaler, through the horizontal pod autoscaler that it drives. */
export function keda(params: KedaParams): Policy {
  return policyOf<BehaviorState>(
    { name: 'keda-kafka', syncSeconds: HPA_SYNC_SECONDS, metricDelaySeconds: 0 },
    {
      initial: () => [],
      decide(state, o, context) {
        const lagging = params.limitToPartitionsWithLag ? laggingPartitions(o, context.partitions) : NaN;
        const replicas = kedaReplicas(o.metrics?.lagRecords() ?? NaN, lagging, o.target, context, params);
        const wanted = Math.max(context.minWorkers, Math.min(context.maxWorkers, replicas));
        const next = limited(state, o.nowSeconds, o.target, wanted, params);
        return { state: next.state, decision: { workers: next.workers } };
      },
    },
  );
}

function laggingPartitions(o: PolicyObservation, partitions: number): number {
  let lagging = 0;
  for (let p = 0; p < partitions; p++) if ((o.metrics?.partitionLagRecords(p) ?? 0) >= 1) lagging++;
  return lagging;
}
