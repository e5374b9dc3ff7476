import { type Policy, policyOf } from '../policy.ts';
import { type BehaviorState, HPA_SYNC_SECONDS, limited } from './behavior.ts';
import { holtWintersNext, type HoltWintersParams } from './holt-winters.ts';
import { cpuReplicas, HPA_DEFAULTS, type HpaParams, METRICS_SERVER_SECONDS } from './hpa.ts';

export interface PhpaParams extends HpaParams, HoltWintersParams {
  /** Seasons of replica counts that are kept. */
  readonly storedSeasons: number;
}

/** The published example's model: α = β = γ = 0.9, additive, seasons of 6 intervals, 4 of them kept. */
export const PHPA_DEFAULTS: PhpaParams = {
  ...HPA_DEFAULTS,
  alpha: 0.9,
  beta: 0.9,
  gamma: 0.9,
  seasonalPeriods: 6,
  storedSeasons: 4,
};

/**
 * Replicas wanted: the larger of what the HPA asks for and what Holt–Winters makes of its past answers, one interval
 * ahead (`decisionType: maximum`).
 * Source: jthomperoo/predictive-horizontal-pod-autoscaler, docs/user-guide/models.md and examples/simple-holt-winters.
 */
export function phpaReplicas(history: readonly number[], reactive: number, p: PhpaParams): number {
  const predicted = holtWintersNext(history, p);
  return predicted === undefined ? reactive : Math.max(reactive, Math.ceil(predicted - 1e-9));
}

interface PhpaState {
  readonly behavior: BehaviorState;
  /** What the HPA asked for, oldest first. */
  readonly history: readonly number[];
}

/** The Predictive Horizontal Pod Autoscaler. */
export function phpa(params: PhpaParams = PHPA_DEFAULTS): Policy {
  return policyOf<PhpaState>(
    { name: 'phpa', syncSeconds: HPA_SYNC_SECONDS, metricDelaySeconds: METRICS_SERVER_SECONDS },
    {
      initial: () => ({ behavior: [], history: [] }),
      decide(state, o, { minWorkers, maxWorkers }) {
        const reactive = cpuReplicas(o, params);
        const kept = params.storedSeasons * params.seasonalPeriods;
        const history = [...state.history, reactive].slice(-kept);
        const wanted = Math.max(minWorkers, Math.min(maxWorkers, phpaReplicas(history, reactive, params)));
        const next = limited(state.behavior, o.nowSeconds, o.target, wanted, params);
        return { state: { behavior: next.state, history }, decision: { workers: next.workers } };
      },
    },
  );
}
