import { SimulateError } from './errors.ts';
import { AWS_DEFAULTS, awsPredictive } from './policies/aws.ts';
import { crane, CRANE_DEFAULTS, type CraneForecasts } from './policies/crane.ts';
import { flink, FLINK_DEFAULTS } from './policies/flink.ts';
import { hpa, HPA_DEFAULTS } from './policies/hpa.ts';
import { keda, kedaDefaults } from './policies/keda.ts';
import { kpa, KPA_DEFAULTS } from './policies/kpa.ts';
import { lookback, LOOKBACK_DEFAULTS } from './policies/lookback.ts';
import { numaflow, NUMAFLOW_DEFAULTS } from './policies/numaflow.ts';
import { phpa, PHPA_DEFAULTS } from './policies/phpa.ts';
import { fixedWorkers, workersForQuantile } from './policies/static.ts';
import type { Policy } from './policy.ts';
import type { Stage } from './run.ts';

/** Parameters of a policy by name; switches are 0 or 1. */
export type Params = Readonly<Record<string, number>>;

/** A published autoscaler with what can be set of it. */
export interface PolicyFamily {
  readonly name: string;
  readonly about: string;
  /** Published defaults; those with a dimension are scaled to the target lag. */
  readonly defaults: (stage: Stage) => Params;
  /** Allowed values of each parameter. */
  readonly ranges: Readonly<Record<string, readonly [low: number, high: number]>>;
  /** Values that are tried of its main parameters to find the best ones for a trace. */
  readonly grid: Readonly<Record<string, readonly number[]>>;
  /** Its one main knob and the values that its front is drawn with. */
  readonly knob: { readonly key: string; readonly values: readonly number[] };
  readonly build: (params: Params, stage: Stage) => Policy;
}

const SHARE = [0.01, 1] as const;
const SECONDS = [0, 86_400] as const;
const UTILIZATION = [0.35, 0.5, 0.6, 0.7, 0.8, 0.9] as const;

const HPA_RANGES = {
  targetUtilization: SHARE,
  tolerance: [0, 0.9],
  downStabilizationSeconds: SECONDS,
} as const;
const HPA_GRID = {
  targetUtilization: [0.4, 0.5, 0.6, 0.7, 0.8],
  downStabilizationSeconds: [60, 300],
} as const;
const HPA_KNOB = { key: 'targetUtilization', values: UTILIZATION } as const;

/** What Crane forecasts depends on the load alone: made once a stage. */
const CRANE_SHARED = new WeakMap<Stage, CraneForecasts>();

function craneForecastsOf(stage: Stage): CraneForecasts {
  const known = CRANE_SHARED.get(stage);
  if (known !== undefined) return known;
  const forecasts: CraneForecasts = new Map();
  CRANE_SHARED.set(stage, forecasts);
  return forecasts;
}

const numbers = <T extends object>(params: T): Params =>
  Object.fromEntries(Object.entries(params).map(([key, value]) => [key, Number(value)]));

/** The published autoscalers, each with its defaults. */
export const FAMILIES: readonly PolicyFamily[] = [
  {
    name: 'hpa',
    about: 'Kubernetes HPA v2 on CPU',
    defaults: () => numbers(HPA_DEFAULTS),
    ranges: HPA_RANGES,
    grid: HPA_GRID,
    knob: HPA_KNOB,
    build: (p) => hpa({ ...HPA_DEFAULTS, ...p }),
  },
  {
    name: 'keda-kafka',
    about: 'KEDA on the lag of a consumer group, through the HPA',
    defaults: (stage) => numbers(kedaDefaults(stage.context.sloSeconds)),
    ranges: {
      lagThresholdSeconds: [0.01, 86_400],
      tolerance: [0, 0.9],
      downStabilizationSeconds: SECONDS,
      limitToPartitionsWithLag: [0, 1],
      ensureEvenDistribution: [0, 1],
    },
    grid: { lagThresholdSeconds: [1, 1.5, 2, 2.5, 3, 4, 5], downStabilizationSeconds: [60, 300] },
    knob: { key: 'lagThresholdSeconds', values: [1, 1.5, 2, 2.5, 3, 4, 5, 7] },
    build: (p, stage) =>
      keda({
        ...kedaDefaults(stage.context.sloSeconds),
        ...p,
        limitToPartitionsWithLag: p['limitToPartitionsWithLag'] === 1,
        ensureEvenDistribution: p['ensureEvenDistribution'] === 1,
      }),
  },
  {
    name: 'knative-kpa',
    about: 'Knative pod autoscaler on requests/s',
    defaults: () => numbers(KPA_DEFAULTS),
    ranges: {
      stableWindowSeconds: [6, 3600],
      panicWindowShare: SHARE,
      panicThreshold: [1.1, 10],
      maxScaleUpRate: [1.01, 1e6],
      maxScaleDownRate: [1.01, 1e6],
      targetUtilization: SHARE,
    },
    grid: {
      targetUtilization: [0.5, 0.6, 0.7, 0.8],
      stableWindowSeconds: [20, 60, 300],
      panicThreshold: [1.25, 2],
    },
    knob: { key: 'targetUtilization', values: UTILIZATION },
    build: (p) => kpa({ ...KPA_DEFAULTS, ...p }),
  },
  {
    name: 'flink',
    about: 'autoscaler of Flink’s Kubernetes operator (DS2)',
    defaults: () => numbers(FLINK_DEFAULTS),
    ranges: {
      targetUtilization: SHARE,
      utilizationBoundary: [0, 1],
      metricsWindowSeconds: [10, 86_400],
      stabilizationSeconds: SECONDS,
      scaleDownIntervalSeconds: SECONDS,
      maxScaleDownFactor: [0, 1],
      catchUpSeconds: SECONDS,
      restartSeconds: SECONDS,
      backlogLagSeconds: SECONDS,
    },
    grid: {
      targetUtilization: [0.4, 0.6, 0.7],
      metricsWindowSeconds: [60, 300],
      stabilizationSeconds: [0, 60],
      scaleDownIntervalSeconds: [300, 3600],
    },
    knob: { key: 'targetUtilization', values: UTILIZATION },
    build: (p) => flink({ ...FLINK_DEFAULTS, ...p }),
  },
  {
    name: 'numaflow',
    about: 'Numaflow source vertex, pending messages over rate',
    defaults: () => numbers(NUMAFLOW_DEFAULTS),
    ranges: {
      targetProcessingSeconds: [0.1, 86_400],
      replicasPerScale: [1, 1000],
      cooldownSeconds: SECONDS,
      lookbackSeconds: [5, 3600],
    },
    grid: { targetProcessingSeconds: [2.2, 2.5, 3, 4], replicasPerScale: [2, 8], cooldownSeconds: [30, 90] },
    knob: { key: 'targetProcessingSeconds', values: [2.1, 2.2, 2.4, 2.7, 3, 4, 6, 10, 20] },
    build: (p) => numaflow({ ...NUMAFLOW_DEFAULTS, ...p }),
  },
  {
    name: 'phpa',
    about: 'predictive HPA, Holt–Winters on replica counts',
    defaults: () => numbers(PHPA_DEFAULTS),
    ranges: {
      ...HPA_RANGES,
      alpha: [0, 1],
      beta: [0, 1],
      gamma: [0, 1],
      seasonalPeriods: [2, 100_000],
      storedSeasons: [2, 1000],
    },
    grid: { targetUtilization: [0.5, 0.6, 0.7, 0.8], alpha: [0.3, 0.9], beta: [0.1, 0.9] },
    knob: HPA_KNOB,
    build: (p) => phpa({ ...PHPA_DEFAULTS, ...p }),
  },
  {
    name: 'crane-dsp',
    about: 'Crane effective HPA, Fourier forecast of day or week',
    defaults: () => numbers(CRANE_DEFAULTS),
    ranges: { ...HPA_RANGES, predictionWindowSeconds: [60, 604_800] },
    grid: { targetUtilization: [0.5, 0.6, 0.7, 0.8], predictionWindowSeconds: [600, 3600] },
    knob: HPA_KNOB,
    build: (p, stage) => crane({ ...CRANE_DEFAULTS, ...p }, craneForecastsOf(stage)),
  },
  {
    name: 'aws-predictive',
    about: 'AWS predictive scaling, hourly forecasts beside the HPA’s rule',
    defaults: () => numbers(AWS_DEFAULTS),
    ranges: { ...HPA_RANGES, schedulingBufferSeconds: [0, 3600], historyDays: [1, 14] },
    grid: { targetUtilization: [0.5, 0.6, 0.7, 0.8], historyDays: [2, 14] },
    knob: HPA_KNOB,
    build: (p) => awsPredictive({ ...AWS_DEFAULTS, ...p }),
  },
  {
    name: 'lookback',
    about: 'busiest of the next 30 min one day ago, or the present load',
    defaults: () => numbers(LOOKBACK_DEFAULTS),
    ranges: { targetUtilization: SHARE, windowMinutes: [0, 1440], seasonHours: [0.01, 1000] },
    grid: { targetUtilization: [0.6, 0.7, 0.8, 0.9], windowMinutes: [0, 10, 30], seasonHours: [24, 168] },
    knob: { key: 'targetUtilization', values: UTILIZATION },
    build: (p) => lookback({ ...LOOKBACK_DEFAULTS, ...p }),
  },
  {
    name: 'static',
    about: 'as many workers as a quantile of the demand needs, in hindsight',
    defaults: () => ({ quantile: 0.99 }),
    ranges: { quantile: [0, 1] },
    grid: { quantile: [0.9, 0.95, 0.99, 0.999, 1] },
    knob: { key: 'quantile', values: [0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 1] },
    build: (p, stage) => fixedWorkers(workersForQuantile(stage.demand, p['quantile'] ?? 0.99)),
  },
];

/** @throws {SimulateError} `UNKNOWN_POLICY` */
export function familyOf(name: string): PolicyFamily {
  const family = FAMILIES.find((f) => f.name === name);
  if (family !== undefined) return family;
  const known = FAMILIES.map((f) => f.name).join(', ');
  throw new SimulateError('UNKNOWN_POLICY', `policy '${name}': must be one of ${known}`);
}

/**
 * A policy of a family: its defaults with some parameters set otherwise.
 * @throws {SimulateError} `INVALID_SETTING` with key, value and range
 */
export function buildPolicy(family: PolicyFamily, params: Params, stage: Stage): Policy {
  for (const [key, value] of Object.entries(params)) {
    const range = family.ranges[key];
    if (range === undefined) {
      const known = Object.keys(family.ranges).join(', ');
      throw new SimulateError('INVALID_SETTING', `${family.name}.${key}: no such parameter; it has ${known}`);
    }
    if (value >= range[0] && value <= range[1]) continue;
    throw new SimulateError(
      'INVALID_SETTING',
      `${family.name}.${key}: must be from ${range[0]} to ${range[1]}; got ${value}`,
    );
  }
  return family.build({ ...family.defaults(stage), ...params }, stage);
}

/** All combinations of a grid's values. */
export function combinations(grid: PolicyFamily['grid']): readonly Params[] {
  let all: Params[] = [{}];
  for (const [key, values] of Object.entries(grid)) {
    all = all.flatMap((params) => values.map((value) => ({ ...params, [key]: value })));
  }
  return all;
}
