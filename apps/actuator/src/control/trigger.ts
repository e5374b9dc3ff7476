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
  /** What the forecast asked for when it was planned. */
  readonly forecastCpuCores: number;
  readonly isBacklogged: boolean;
}

export type PlanTrigger = 'interval' | 'workers' | 'forecast-crossed' | 'backlog';

export const INITIAL_TRIGGER: TriggerState = {
  plannedAtMonotonicMs: -Infinity,
  forecastCpuCores: NaN,
  isBacklogged: false,
};

/** A lag above this is a backlog, not the records in flight. */
const BACKLOG_SECONDS = 2;
/** The plan that stands answers a forecast up to this much above the one that it was made for. */
const FORECAST_GROWTH = 1.1;
/** Cycles are never exactly a second apart; one that comes this share of the interval early still counts. */
const EARLY_SHARE = 0.05;

/**
 * Whether to plan now, and why. A forecast that crosses the plan and a backlog act when they appear, not while they
 * last: the plan that follows knows of them.
 */
export function decideTrigger(
  state: TriggerState,
  o: TriggerObservation,
): { readonly state: TriggerState; readonly trigger: PlanTrigger | undefined } {
  const isBacklogged = o.lagSeconds > BACKLOG_SECONDS;
  const trigger = triggerOf(state, o, isBacklogged);
  if (trigger === undefined) return { state: { ...state, isBacklogged }, trigger };
  const { nowMonotonicMs: plannedAtMonotonicMs, forecastCpuCores } = o;
  return { state: { plannedAtMonotonicMs, forecastCpuCores, isBacklogged }, trigger };
}

function triggerOf(
  state: TriggerState,
  o: TriggerObservation,
  isBacklogged: boolean,
): PlanTrigger | undefined {
  if (o.workersChanged) return 'workers';
  if (isCrossed(state, o)) return 'forecast-crossed';
  if (isBacklogged && !state.isBacklogged) return 'backlog';
  const sincePlanMs = o.nowMonotonicMs - state.plannedAtMonotonicMs;
  return sincePlanMs >= o.planIntervalMs * (1 - EARLY_SHARE) ? 'interval' : undefined;
}

function isCrossed(state: TriggerState, o: TriggerObservation): boolean {
  const known = Number.isFinite(state.forecastCpuCores) ? state.forecastCpuCores : 0;
  return o.forecastCpuCores > Math.max(o.plannedCpuCores, known * FORECAST_GROWTH);
}
