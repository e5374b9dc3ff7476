import { type Policy, policyOf } from '../policy.ts';

export interface KpaParams {
  readonly stableWindowSeconds: number;
  /** Share of the stable window. */
  readonly panicWindowShare: number;
  /** Panic begins when the panic window wants this many times the ready pods. */
  readonly panicThreshold: number;
  readonly maxScaleUpRate: number;
  readonly maxScaleDownRate: number;
  /** Share of a pod's rate that is aimed at. */
  readonly targetUtilization: number;
}

/** Defaults of the config map `config-autoscaler`. */
export const KPA_DEFAULTS: KpaParams = {
  stableWindowSeconds: 60,
  panicWindowShare: 0.1,
  panicThreshold: 2,
  maxScaleUpRate: 1000,
  maxScaleDownRate: 2,
  targetUtilization: 0.7,
};

/** Since when it panics, and the most pods wanted since; `undefined` in stable mode. */
export interface KpaState {
  readonly panic: { readonly sinceSeconds: number; readonly mostPods: number } | undefined;
}

export interface KpaInput {
  readonly nowSeconds: number;
  readonly ready: number;
  /** Requests/s over the stable and over the panic window. */
  readonly stable: number;
  readonly panic: number;
  /** Requests/s that one pod should get. */
  readonly targetPerPod: number;
}

/**
 * Knative's pod autoscaler, on requests/s. Pods wanted are rate over target, within ×1000 up and ÷2 down a decision; if the panic
 * window wants twice the ready pods, it panics: the larger of both windows counts and nothing falls, until there was no
 * reason to for a stable window.
 * Source: knative.dev, "Additional autoscaling configuration for Knative Pod Autoscaler"; knative/serving
 * pkg/autoscaler/scaling/autoscaler.go, `Scale`.
 */
export function kpaPods(
  state: KpaState,
  input: KpaInput,
  params: KpaParams,
): { readonly state: KpaState; readonly pods: number } {
  const { nowSeconds, targetPerPod } = input;
  const ready = Math.max(1, input.ready);
  const most = Math.ceil(ready * params.maxScaleUpRate);
  const least = Math.floor(ready / params.maxScaleDownRate);
  const within = (pods: number): number => Math.min(most, Math.max(least, pods));
  const stable = within(Math.ceil(input.stable / targetPerPod - 1e-9));
  const wantedInPanic = Math.ceil(input.panic / targetPerPod - 1e-9);
  const isOver = wantedInPanic / ready >= params.panicThreshold;
  const before = state.panic;
  const isCalm = before !== undefined && nowSeconds - before.sinceSeconds > params.stableWindowSeconds;
  if (!isOver && (before === undefined || isCalm)) return { state: { panic: undefined }, pods: stable };
  const sinceSeconds = isOver ? nowSeconds : before!.sinceSeconds;
  const pods = Math.max(stable, within(wantedInPanic), before?.mostPods ?? 0);
  return { state: { panic: { sinceSeconds, mostPods: pods } }, pods };
}

/** Knative's tick is 2 s; its metrics are scraped every second. */
const TICK_SECONDS = 2;
const SCRAPE_SECONDS = 1;

export function kpa(params: KpaParams = KPA_DEFAULTS): Policy {
  return policyOf<KpaState>(
    { name: 'knative-kpa', syncSeconds: TICK_SECONDS, metricDelaySeconds: SCRAPE_SECONDS },
    {
      initial: () => ({ panic: undefined }),
      decide(state, o, context) {
        const stable = o.metrics?.arrivalsPerSec(params.stableWindowSeconds) ?? NaN;
        const panic = o.metrics?.arrivalsPerSec(params.stableWindowSeconds * params.panicWindowShare) ?? NaN;
        if (!Number.isFinite(stable) || !Number.isFinite(panic)) {
          return { state, decision: { workers: o.target } };
        }
        const targetPerPod = context.recordsPerSecPerWorker * params.targetUtilization;
        const input = { nowSeconds: o.nowSeconds, ready: o.ready, stable, panic, targetPerPod };
        const next = kpaPods(state, input, params);
        return { state: next.state, decision: { workers: next.pods } };
      },
    },
  );
}
