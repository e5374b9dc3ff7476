import type { MetricsView, PolicyContext } from '../observation.ts';
import { type Policy, policyOf } from '../policy.ts';
import { type BehaviorState, HPA_SYNC_SECONDS, limited } from './behavior.ts';
import { calendarOf } from './calendar.ts';
import { cpuReplicas, HPA_DEFAULTS, type HpaParams, METRICS_SERVER_SECONDS } from './hpa.ts';

export interface AwsParams extends HpaParams {
  /** Capacity is launched this long before the hour that needs it, seconds. */
  readonly schedulingBufferSeconds: number;
  /** Days of history that the forecast rests on, at most; one at least is needed. */
  readonly historyDays: number;
}

/** `SchedulingBufferTime` 300 s; forecasts from up to 14 days; the target of the dynamic policy beside it. */
export const AWS_DEFAULTS: AwsParams = { ...HPA_DEFAULTS, schedulingBufferSeconds: 300, historyDays: 14 };

/**
 * Forecast load of the hour that holds a time: AWS does not publish its model, which learns daily and weekly patterns of
 * hourly data. Here it is the mean of the same hour of day over the history, of the same hour of the week where two weeks are
 * there. `undefined` with less than a day.
 * Source: AWS, "Predictive scaling for Amazon EC2 Auto Scaling" (hourly forecasts of 48 h from up to 14 days, at least
 * 24 h), API reference `PredictiveScalingConfiguration`.
 */
export function awsHourlyLoad(
  metrics: MetricsView,
  atSeconds: number,
  timeScale: number,
  historyDays: number,
): number | undefined {
  const { hourSeconds, daySeconds, weekSeconds } = calendarOf(timeScale);
  const hourStart = Math.floor(atSeconds / hourSeconds) * hourSeconds;
  const byWeek = metrics.newestSeconds >= 2 * weekSeconds;
  const period = byWeek ? weekSeconds : daySeconds;
  let sum = 0;
  let count = 0;
  for (let back = 1; back * period <= historyDays * daySeconds; back++) {
    const end = hourStart + hourSeconds - back * period;
    if (end < hourSeconds || end > metrics.newestSeconds) continue;
    const mean = metrics.arrivalsPerSec(hourSeconds, metrics.newestSeconds - end);
    if (!Number.isFinite(mean)) continue;
    sum += mean;
    count++;
  }
  return count === 0 ? undefined : sum / count;
}

/** Workers that the forecast asks for now: for this hour, and for the next from the buffer time on. */
export function awsForecastWorkers(
  metrics: MetricsView,
  nowSeconds: number,
  context: Pick<PolicyContext, 'timeScale' | 'recordsPerSecPerWorker'>,
  p: AwsParams,
): number {
  const { hourSeconds } = calendarOf(context.timeScale);
  const buffer = Math.min(p.schedulingBufferSeconds, hourSeconds);
  const perWorker = context.recordsPerSecPerWorker * p.targetUtilization;
  const workersAt = (at: number): number => {
    const load = awsHourlyLoad(metrics, at, context.timeScale, p.historyDays);
    return load === undefined ? 0 : Math.ceil(load / perWorker - 1e-9);
  };
  return Math.max(workersAt(nowSeconds), workersAt(nowSeconds + buffer));
}

/**
 * AWS predictive scaling beside a dynamic policy: the forecast sets a floor and never scales in; the dynamic policy, here
 * the HPA's rule, does the rest.
 */
export function awsPredictive(params: AwsParams = AWS_DEFAULTS): Policy {
  return policyOf<BehaviorState>(
    { name: 'aws-predictive', syncSeconds: HPA_SYNC_SECONDS, metricDelaySeconds: METRICS_SERVER_SECONDS },
    {
      initial: () => [],
      decide(state, o, context) {
        const floor =
          o.metrics === undefined ? 0 : awsForecastWorkers(o.metrics, o.nowSeconds, context, params);
        const { minWorkers, maxWorkers } = context;
        const wanted = Math.max(minWorkers, Math.min(maxWorkers, Math.max(floor, cpuReplicas(o, params))));
        const next = limited(state, o.nowSeconds, o.target, wanted, params);
        return { state: next.state, decision: { workers: Math.max(floor, next.workers) } };
      },
    },
  );
}
