import type { PolicyObservation } from '../observation.ts';
import { type Policy, policyOf } from '../policy.ts';
import { type BehaviorState, HPA_SYNC_SECONDS, limited } from './behavior.ts';

export interface HpaParams {
  /** CPU use of the ready pods that is aimed at, 0–1. */
  readonly targetUtilization: number;
  readonly tolerance: number;
  readonly downStabilizationSeconds: number;
}

/** The default metric is 80 % CPU; `--horizontal-pod-autoscaler-tolerance` 0.1; down-stabilisation 300 s. */
export const HPA_DEFAULTS: HpaParams = {
  targetUtilization: 0.8,
  tolerance: 0.1,
  downStabilizationSeconds: 300,
};

/** metrics-server takes a sample every 15 s, and a rate is the difference of two. */
export const METRICS_SERVER_SECONDS = 15;

/** Pods that start say nothing yet; with a metric that wants more they count as idle, so that growth is not overdone. */
export interface PodCounts {
  readonly ready: number;
  readonly unready: number;
  readonly current: number;
}

/**
 * Replicas by the HPA's resource rule: ⌈ready · use/target⌉ unless within the tolerance. If pods are not ready and the ratio is
 * above 1, they count with a use of 0; a ratio that then is within the tolerance, or points the other way, changes nothing.
 * Source: kubernetes.io, "Horizontal Pod Autoscaling", Algorithm details; `GetResourceReplicas` and
 * `calcPlainMetricReplicas` in pkg/controller/podautoscaler/replica_calculator.go.
 * @param ratio use of the ready pods over the target; NaN without metrics: nothing changes
 */
export function hpaReplicas(ratio: number, pods: PodCounts, tolerance: number): number {
  const { ready, unready, current } = pods;
  if (!Number.isFinite(ratio) || ready === 0) return current;
  const isNear = (r: number): boolean => Math.abs(1 - r) <= tolerance;
  if (unready === 0 || ratio <= 1) {
    return isNear(ratio) ? current : Math.ceil(ratio * ready - 1e-9);
  }
  const all = ready + unready;
  const diluted = (ratio * ready) / all;
  if (isNear(diluted) || diluted < 1) return current;
  return Math.max(current, Math.ceil(diluted * all - 1e-9));
}

/** What the HPA's CPU metric asks for. */
export function cpuReplicas(o: PolicyObservation, params: HpaParams): number {
  const use = o.metrics?.utilization(METRICS_SERVER_SECONDS) ?? NaN;
  const pods = { ready: o.ready, unready: o.starting, current: o.target };
  return hpaReplicas(use / params.targetUtilization, pods, params.tolerance);
}

/** Kubernetes' horizontal pod autoscaler, `autoscaling/v2`, on CPU. */
export function hpa(params: HpaParams = HPA_DEFAULTS): Policy {
  return policyOf<BehaviorState>(
    { name: 'hpa', syncSeconds: HPA_SYNC_SECONDS, metricDelaySeconds: METRICS_SERVER_SECONDS },
    {
      initial: () => [],
      decide(state, o, context) {
        const wanted = Math.max(context.minWorkers, Math.min(context.maxWorkers, cpuReplicas(o, params)));
        const next = limited(state, o.nowSeconds, o.target, wanted, params);
        return { state: next.state, decision: { workers: next.workers } };
      },
    },
  );
}
