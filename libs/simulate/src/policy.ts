import type { PolicyContext, PolicyObservation } from './observation.ts';

/** What a policy asks for. */
export interface PolicyDecision {
  /** Workers, those that start included. Bounds of the pool apply. */
  readonly workers: number;
  /** Workers that should go first. */
  readonly retiring?: readonly string[];
  /** Who should own what, by index of the partition; without it partitions are spread evenly. */
  readonly owners?: ReadonlyMap<string, readonly number[]>;
}

/** Decides once a sync period. */
export type Decider = (o: PolicyObservation) => PolicyDecision;

/** A scaling policy: how often it looks, how old its metrics are, and what it decides. */
export interface Policy {
  readonly name: string;
  readonly syncSeconds: number;
  /** Age of the newest metric when it is read. */
  readonly metricDelaySeconds: number;
  start(context: PolicyContext): Decider;
}

/** A policy written as a pure decider with a state that is passed along. */
export interface PureDecider<State> {
  initial(context: PolicyContext): State;
  decide(
    state: State,
    o: PolicyObservation,
    context: PolicyContext,
  ): { readonly state: State; readonly decision: PolicyDecision };
}

export function policyOf<State>(
  timing: Pick<Policy, 'name' | 'syncSeconds' | 'metricDelaySeconds'>,
  decider: PureDecider<State>,
): Policy {
  return {
    ...timing,
    start(context) {
      let state = decider.initial(context);
      return (o) => {
        const next = decider.decide(state, o, context);
        state = next.state;
        return next.decision;
      };
    },
  };
}
