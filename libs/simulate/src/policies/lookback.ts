import type { PolicyContext, PolicyObservation } from '../observation.ts';
import { type Policy, policyOf } from '../policy.ts';
import { calendarOf } from './calendar.ts';

export interface LookbackParams {
  /** Share of a worker's rate that is aimed at. */
  readonly targetUtilization: number;
  /** How far ahead of now the last season is looked at, recorded minutes. */
  readonly windowMinutes: number;
  /** Length of the season, recorded hours. */
  readonly seasonHours: number;
}

/** The rule of thumb of cron-like schedules: the busiest of the next 30 minutes as it was yesterday. */
export const LOOKBACK_DEFAULTS: LookbackParams = {
  targetUtilization: 0.8,
  windowMinutes: 30,
  seasonHours: 24,
};

const STEP_SECONDS = 60;
const SYNC_SECONDS = 15;

/**
 * Largest load, over steps of a minute, of the next 30 minutes one season ago, or the present load where that is
 * larger. With less than a season of history the present load alone counts.
 */
export function lookbackLoad(o: PolicyObservation, context: PolicyContext, p: LookbackParams): number {
  const { metrics } = o;
  if (metrics === undefined) return NaN;
  const { hourSeconds } = calendarOf(context.timeScale);
  const season = p.seasonHours * hourSeconds;
  const present = metrics.arrivalsPerSec(STEP_SECONDS);
  let most = present;
  const window = (p.windowMinutes / 60) * hourSeconds;
  for (let ahead = 0; ahead < window; ahead += STEP_SECONDS) {
    const end = metrics.newestSeconds - season + ahead + STEP_SECONDS;
    if (end < STEP_SECONDS || end > metrics.newestSeconds) continue;
    const then = metrics.arrivalsPerSec(STEP_SECONDS, metrics.newestSeconds - end);
    if (then > most || Number.isNaN(most)) most = then;
  }
  return most;
}

export function lookback(params: LookbackParams = LOOKBACK_DEFAULTS): Policy {
  return policyOf<undefined>(
    { name: 'lookback', syncSeconds: SYNC_SECONDS, metricDelaySeconds: 15 },
    {
      initial: () => undefined,
      decide(state, o, context) {
        const load = lookbackLoad(o, context, params);
        if (!Number.isFinite(load)) return { state, decision: { workers: o.target } };
        const perWorker = context.recordsPerSecPerWorker * params.targetUtilization;
        return { state, decision: { workers: Math.ceil(load / perWorker - 1e-9) } };
      },
    },
  );
}
