import type { PolicyContext, PolicyObservation } from '../observation.ts';
import { type Policy, policyOf } from '../policy.ts';

export interface FlinkParams {
  readonly targetUtilization: number;
  readonly utilizationBoundary: number;
  readonly metricsWindowSeconds: number;
  readonly stabilizationSeconds: number;
  readonly scaleDownIntervalSeconds: number;
  readonly maxScaleDownFactor: number;
  readonly catchUpSeconds: number;
  readonly restartSeconds: number;
  /** With more lag than this nothing scales down. */
  readonly backlogLagSeconds: number;
}

/** Defaults of the options `job.autoscaler.*`. */
export const FLINK_DEFAULTS: FlinkParams = {
  targetUtilization: 0.7,
  utilizationBoundary: 0.3,
  metricsWindowSeconds: 900,
  stabilizationSeconds: 300,
  scaleDownIntervalSeconds: 3600,
  maxScaleDownFactor: 0.6,
  catchUpSeconds: 1800,
  restartSeconds: 300,
  backlogLagSeconds: 300,
};

/** What was measured over the metrics window. Records and records/s. */
export interface FlinkMetrics {
  readonly parallelism: number;
  /** Records/s that the job could process were it always busy: rate over busy share (DS2). */
  readonly trueProcessingRate: number;
  readonly inputRate: number;
  readonly lagRecords: number;
}

/**
 * Capacity that is aimed at: lag/catch-up + rate·restart/catch-up + rate/utilisation.
 * Source: flink-kubernetes-operator, `AutoScalerUtils.getTargetProcessingCapacity`.
 */
export function targetCapacity(
  m: FlinkMetrics,
  utilization: number,
  withRestart: boolean,
  p: FlinkParams,
): number {
  const catchUp = p.catchUpSeconds > 0 ? m.lagRecords / p.catchUpSeconds : 0;
  const restart =
    withRestart && p.catchUpSeconds > 0 ? (m.inputRate * p.restartSeconds) / p.catchUpSeconds : 0;
  return catchUp + restart + m.inputRate / Math.min(1, Math.max(0.01, utilization));
}

/**
 * Parallelism by DS2's rule: current · target capacity / true processing rate, not below 0.4 of the current one; unchanged
 * while the true rate lies between the capacities wanted at utilisation 0.7 + 0.3 and 0.7 − 0.3.
 * Source: Kalavri et al., "Three steps is all you need" (OSDI 2018), section 3; flink-kubernetes-operator,
 * `JobVertexScaler.computeScaleTargetParallelism`, `AutoScalerOptions`.
 */
export function flinkParallelism(m: FlinkMetrics, p: FlinkParams): number {
  const { parallelism, trueProcessingRate: rate } = m;
  if (!(rate > 0) || !Number.isFinite(m.inputRate)) return parallelism;
  const upThreshold = targetCapacity(m, p.targetUtilization + p.utilizationBoundary, false, p);
  const downThreshold = targetCapacity(m, p.targetUtilization - p.utilizationBoundary, true, p);
  const isBacklogged = m.lagRecords > p.backlogLagSeconds * m.inputRate;
  const isOutside = rate < upThreshold || (rate > downThreshold && !isBacklogged);
  if (!isOutside) return parallelism;
  const factor = targetCapacity(m, p.targetUtilization, true, p) / rate;
  const wanted = Math.ceil(Math.max(1 - p.maxScaleDownFactor, factor) * parallelism - 1e-9);
  return isBacklogged ? Math.max(parallelism, wanted) : wanted;
}

interface DownTrigger {
  readonly sinceSeconds: number;
  readonly recommendations: readonly { readonly atSeconds: number; readonly workers: number }[];
}

interface FlinkState {
  /** Since when the job has run as it does; metrics count from then on, after the stabilisation. */
  readonly rescaledSeconds: number;
  readonly down: DownTrigger | undefined;
}

const RECONCILE_SECONDS = 60;

/** The autoscaler of Flink's Kubernetes operator, for a job whose parallelism is the number of workers. */
export function flink(params: FlinkParams = FLINK_DEFAULTS): Policy {
  return policyOf<FlinkState>(
    { name: 'flink', syncSeconds: RECONCILE_SECONDS, metricDelaySeconds: 0 },
    {
      initial: () => ({ rescaledSeconds: 0, down: undefined }),
      decide(state, o, context) {
        const stay = (next: FlinkState) => ({ state: next, decision: { workers: o.target } });
        // Workers that still start: the job has not been rescaled yet.
        if (o.starting > 0) return stay({ ...state, rescaledSeconds: o.nowSeconds });
        const measuredSince =
          state.rescaledSeconds + params.stabilizationSeconds + params.metricsWindowSeconds;
        const m = o.nowSeconds >= measuredSince ? measure(o, params) : undefined;
        if (m === undefined) return stay(state);
        const wanted = aligned(flinkParallelism(m, params), o.target, context);
        if (wanted === o.target) return stay({ ...state, down: undefined });
        if (wanted > o.target) {
          return { state: { rescaledSeconds: o.nowSeconds, down: undefined }, decision: { workers: wanted } };
        }
        const down = remember(state.down, o.nowSeconds, wanted, params.scaleDownIntervalSeconds);
        if (o.nowSeconds - down.sinceSeconds < params.scaleDownIntervalSeconds)
          return stay({ ...state, down });
        const most = down.recommendations.reduce((top, r) => Math.max(top, r.workers), 0);
        return { state: { rescaledSeconds: o.nowSeconds, down: undefined }, decision: { workers: most } };
      },
    },
  );
}

function measure(o: PolicyObservation, p: FlinkParams): FlinkMetrics | undefined {
  const { metrics } = o;
  if (metrics === undefined) return undefined;
  const busy = metrics.utilization(p.metricsWindowSeconds);
  const processed = metrics.processedPerSec(p.metricsWindowSeconds);
  return {
    parallelism: o.target,
    trueProcessingRate: processed / Math.max(0.001, busy),
    inputRate: metrics.arrivalsPerSec(p.metricsWindowSeconds),
    lagRecords: metrics.lagRecords(),
  };
}

function remember(
  before: DownTrigger | undefined,
  nowSeconds: number,
  workers: number,
  windowSeconds: number,
): DownTrigger {
  const kept = (before?.recommendations ?? []).filter((r) => nowSeconds - r.atSeconds <= windowSeconds);
  return {
    sinceSeconds: before?.sinceSeconds ?? nowSeconds,
    recommendations: [...kept, { atSeconds: nowSeconds, workers }],
  };
}

/**
 * Up to the next count that divides the partitions evenly, never past the present one on the way down
 * (`KeyGroupOrPartitionsAdjustMode` EVENLY_SPREAD, phase 1).
 */
export function aligned(
  wanted: number,
  current: number,
  context: Pick<PolicyContext, 'partitions' | 'maxWorkers' | 'sharing'>,
): number {
  if (context.sharing === 'pooled' || wanted === current) return wanted;
  const { partitions } = context;
  const limit = wanted < current ? current : Math.min(context.maxWorkers, partitions);
  for (let n = Math.max(1, wanted); n <= limit; n++) if (partitions % n === 0) return n;
  return Math.min(wanted, limit);
}
