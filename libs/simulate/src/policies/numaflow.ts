import { type Policy, policyOf } from '../policy.ts';

export interface NumaflowParams {
  /** Pending messages should be worked off in this time. */
  readonly targetProcessingSeconds: number;
  /** Most that is added or taken away at a time. */
  readonly replicasPerScale: number;
  readonly cooldownSeconds: number;
  /** Rates and pending counts are means over this time. */
  readonly lookbackSeconds: number;
}

/** Defaults of a vertex's `scale`: 20 s, 2 replicas, 90 s up and down, 120 s. */
export const NUMAFLOW_DEFAULTS: NumaflowParams = {
  targetProcessingSeconds: 20,
  replicasPerScale: 2,
  cooldownSeconds: 90,
  lookbackSeconds: 120,
};

/**
 * Replicas of a source vertex: ⌊pending / rate / target · replicas⌉, at least 1, at most as many as messages.
 * Source: numaflow.numaproj.io, "Autoscaling"; numaproj/numaflow pkg/reconciler/vertex/scaling/scaling.go,
 * `desiredReplicas` and `scaleOneVertex`.
 */
export function numaflowReplicas(
  pending: number,
  ratePerSec: number,
  replicas: number,
  p: NumaflowParams,
): number {
  if (!Number.isFinite(pending) || !Number.isFinite(ratePerSec)) return replicas;
  if (pending === 0 || ratePerSec === 0) return pending === 0 && ratePerSec === 0 ? 0 : 1;
  const desired = Math.round((pending / ratePerSec / p.targetProcessingSeconds) * replicas);
  return Math.max(1, Math.min(desired, Math.floor(pending)));
}

/** One step towards what is desired, at most `replicasPerScale`. */
export function numaflowStep(current: number, desired: number, p: NumaflowParams): number {
  const step = Math.min(p.replicasPerScale, Math.abs(desired - current));
  return current + Math.sign(desired - current) * step;
}

/** The autoscaler's work queue comes round to a vertex every 30 s. */
const TASK_SECONDS = 30;

export function numaflow(params: NumaflowParams = NUMAFLOW_DEFAULTS): Policy {
  return policyOf<{ readonly scaledSeconds: number }>(
    { name: 'numaflow', syncSeconds: TASK_SECONDS, metricDelaySeconds: 0 },
    {
      initial: () => ({ scaledSeconds: -Infinity }),
      decide(state, o, { minWorkers, maxWorkers }) {
        const stay = { state, decision: { workers: o.target } };
        // While replicas are not what was asked for, nothing is decided.
        if (o.metrics === undefined || o.ready !== o.target) return stay;
        const rate = o.metrics.processedPerSec(params.lookbackSeconds);
        const replicas = numaflowReplicas(o.metrics.lagRecords(), rate, o.target, params);
        const desired = Math.max(minWorkers, Math.min(maxWorkers, replicas));
        if (desired === o.target || o.nowSeconds - state.scaledSeconds < params.cooldownSeconds) return stay;
        const workers = numaflowStep(o.target, desired, params);
        return { state: { scaledSeconds: o.nowSeconds }, decision: { workers } };
      },
    },
  );
}
