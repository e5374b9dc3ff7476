/** What may make a pool be planned before its interval is over. */
export interface TriggerObservation {
  readonly nowMonotonicMs: number;
  readonly planIntervalMs: number;
  /** A worker became ready, crashed or stopped since the last plan. */
  readonly workersChanged: boolean;
  /** CPU that the forecast asks for within the lead time, and that the plan provides; NaN where unknown. */
  readonly forecastCpuCores: number;
  readonly plannedCpuCores: number;
  /** Longest lag of its partitions, seconds; NaN where unknown. */
  readonly lagSeconds: number;
}

export interface TriggerState {
  readonly plannedAtMonotonicMs: number;
  readonly isCrossed: boolean;
  readonly isBacklogged: boolean;
}

export type PlanTrigger = 'interval' | 'workers' | 'forecast-crossed' | 'backlog';

export const INITIAL_TRIGGER: TriggerState = {
  plannedAtMonotonicMs: -Infinity,
  isCrossed: false,
  isBacklogged: false,
};

/** A lag above this is a backlog, not the records in flight. */
const BACKLOG_SECONDS = 2;

/**
 * Whether to plan now, and why. A forecast that crosses the plan and a backlog act when they appear, not while they
 * last: the plan that follows knows of them.
 */
export function decideTrigger(
  state: TriggerState,
  o: TriggerObservation,
): { readonly state: TriggerState; readonly trigger: PlanTrigger | undefined } {
  const isCrossed = o.forecastCpuCores > o.plannedCpuCores;
  const isBacklogged = o.lagSeconds > BACKLOG_SECONDS;
  const trigger = triggerOf(state, o, isCrossed, isBacklogged);
  const plannedAtMonotonicMs = trigger === undefined ? state.plannedAtMonotonicMs : o.nowMonotonicMs;
  return { state: { plannedAtMonotonicMs, isCrossed, isBacklogged }, trigger };
}

function triggerOf(
  state: TriggerState,
  o: TriggerObservation,
  isCrossed: boolean,
  isBacklogged: boolean,
): PlanTrigger | undefined {
  if (o.workersChanged) return 'workers';
  if (isCrossed && !state.isCrossed) return 'forecast-crossed';
  if (isBacklogged && !state.isBacklogged) return 'backlog';
  return o.nowMonotonicMs - state.plannedAtMonotonicMs >= o.planIntervalMs ? 'interval' : undefined;
}
