/** One recommendation of an autoscaler, before it is limited. */
interface Recommendation {
  readonly atSeconds: number;
  readonly workers: number;
}

/** Recommendations of the down-stabilisation window, oldest first. */
export type BehaviorState = readonly Recommendation[];

export interface BehaviorParams {
  /** Capacity falls only to the largest recommendation of this window. */
  readonly downStabilizationSeconds: number;
}

/** The horizontal pod autoscaler looks this often; also the period of its scaling policies. */
export const HPA_SYNC_SECONDS = 15;

/**
 * Default behaviour of `autoscaling/v2`: up by the larger of 100 % and 4 pods in 15 s, without stabilisation; down to the
 * largest recommendation of the last 300 s, as far as that is at once.
 * Source: kubernetes.io, "Horizontal Pod Autoscaling", Default Behavior; `stabilizeRecommendationWithBehaviors` and
 * `convertDesiredReplicasWithBehaviorRate` in pkg/controller/podautoscaler/horizontal.go.
 */
export function limited(
  state: BehaviorState,
  nowSeconds: number,
  current: number,
  desired: number,
  params: BehaviorParams,
): { readonly state: BehaviorState; readonly workers: number } {
  const kept = state.filter((r) => nowSeconds - r.atSeconds < params.downStabilizationSeconds);
  const next = [...kept, { atSeconds: nowSeconds, workers: desired }];
  const highest = next.reduce((top, r) => Math.max(top, r.workers), 0);
  const stabilized = desired >= current ? desired : Math.min(current, highest);
  const most = Math.max(2 * current, current + 4);
  return { state: next, workers: Math.min(stabilized, most) };
}
