import type { MetricsView, PolicyContext } from '../observation.ts';
import { type Policy, policyOf } from '../policy.ts';
import { type BehaviorState, HPA_SYNC_SECONDS, limited } from './behavior.ts';
import { arrivalSteps, type Calendar, calendarOf } from './calendar.ts';
import { craneForecast } from './crane-dsp.ts';
import { cpuReplicas, HPA_DEFAULTS, type HpaParams, METRICS_SERVER_SECONDS } from './hpa.ts';

export interface CraneParams extends HpaParams {
  /** The largest forecast of so many recorded seconds ahead counts. */
  readonly predictionWindowSeconds: number;
}

/** `predictionWindowSeconds` 3600, the future that a realtime query looks at by default. */
export const CRANE_DEFAULTS: CraneParams = { ...HPA_DEFAULTS, predictionWindowSeconds: 3600 };

/** A forecast of one cycle from a time on, in samples. */
export interface CraneCycle {
  readonly fromSeconds: number;
  readonly values: Float64Array | undefined;
}

/** Forecasts by the time they were made: they depend on the load alone, so policies that differ in a parameter share them. */
export type CraneForecasts = Map<number, CraneCycle>;

/** History of 7 days in samples of a minute, looked at anew every 12 hours. */
const SAMPLES_PER_DAY = 1440;
const HISTORY_DAYS = 7;
const UPDATES_PER_DAY = 2;

interface CraneState {
  readonly behavior: BehaviorState;
  readonly cycle: CraneCycle | undefined;
}

/**
 * Crane's effective HPA: a forecast by Fourier filters over day or week, its largest value in the prediction window, put through
 * the HPA's rule; the larger of that and the HPA's own counts.
 * Source: gocrane/crane, docs "EffectiveHorizontalPodAutoscaler"; pkg/prediction/dsp.
 */
export function crane(params: CraneParams = CRANE_DEFAULTS, shared: CraneForecasts = new Map()): Policy {
  return policyOf<CraneState>(
    { name: 'crane-dsp', syncSeconds: HPA_SYNC_SECONDS, metricDelaySeconds: METRICS_SERVER_SECONDS },
    {
      initial: () => ({ behavior: [], cycle: undefined }),
      decide(state, o, context) {
        const calendar = calendarOf(context.timeScale);
        const cycle = o.metrics ? renewed(state.cycle, o.metrics, context, calendar, shared) : state.cycle;
        const ahead = params.predictionWindowSeconds * context.timeScale;
        const predicted = largestWithin(cycle, o.nowSeconds, ahead, calendar);
        const forecast = Math.ceil(
          predicted / (context.recordsPerSecPerWorker * params.targetUtilization) - 1e-9,
        );
        const { minWorkers, maxWorkers } = context;
        const wanted = Math.max(minWorkers, Math.min(maxWorkers, Math.max(forecast, cpuReplicas(o, params))));
        const next = limited(state.behavior, o.nowSeconds, o.target, wanted, params);
        return { state: { behavior: next.state, cycle }, decision: { workers: next.workers } };
      },
    },
  );
}

function renewed(
  before: CraneCycle | undefined,
  metrics: MetricsView,
  context: PolicyContext,
  calendar: Calendar,
  shared: CraneForecasts,
): CraneCycle | undefined {
  const every = calendar.daySeconds / UPDATES_PER_DAY;
  const at = Math.floor(metrics.newestSeconds / every) * every;
  if (at === 0 || before?.fromSeconds === at) return before;
  const known = shared.get(at);
  if (known !== undefined) return known;
  const step = calendar.daySeconds / SAMPLES_PER_DAY;
  const from = Math.max(0, at - HISTORY_DAYS * calendar.daySeconds);
  const steps = filled(arrivalSteps(metrics, from, at, step));
  const hundredths = steps.map((v) => (100 * v) / context.recordsPerSecPerWorker);
  const values = craneForecast(hundredths, SAMPLES_PER_DAY);
  const scaled = values?.map((v) => (v * context.recordsPerSecPerWorker) / 100);
  const cycle = { fromSeconds: at, values: scaled };
  shared.set(at, cycle);
  return cycle;
}

/** Missing samples are taken as the one before. */
function filled(steps: Float64Array): Float64Array {
  let last = steps.find((v) => !Number.isNaN(v)) ?? 0;
  return steps.map((v) => (last = Number.isNaN(v) ? last : v));
}

function largestWithin(
  cycle: CraneCycle | undefined,
  nowSeconds: number,
  aheadSeconds: number,
  calendar: Calendar,
): number {
  if (cycle?.values === undefined) return 0;
  const step = calendar.daySeconds / SAMPLES_PER_DAY;
  const first = Math.floor((nowSeconds - cycle.fromSeconds) / step);
  const last = Math.floor((nowSeconds + aheadSeconds - cycle.fromSeconds) / step);
  let most = 0;
  for (let i = Math.max(0, first); i <= last; i++) {
    most = Math.max(most, cycle.values[i % cycle.values.length]!);
  }
  return most;
}
