import {
  type DemandForecast,
  type DemandPoint,
  type PartitionKey,
  partitionKey,
  Xoshiro128,
} from '@foreshadow/domain';
import { parseConfig } from '@foreshadow/domain/config';
import { type DemoShape, demoShape } from '@foreshadow/testkit';
import { initialPoolState, type PartitionObservation, type PlanPolicy, planPool } from '../src/index.ts';
import { cpu, observation } from './fixtures.ts';
import { FluidPool } from './fluid-pool.ts';
import { Meter, type Outcome } from './meter.ts';

/** What a forecaster may look at: the load so far, and (for the informed one) what is to come without bursts. */
export interface ForecastSource {
  /** Cores of a partition in the second that ends at `atSec`; as measured. */
  readonly measured: (partition: number, atSec: number) => number;
  /** Expected cores without bursts. */
  readonly expected: (partition: number, atSec: number) => number;
  readonly noise: (partition: number, atSec: number) => number;
}

export type Forecaster = (
  source: ForecastSource,
  partition: number,
  nowSec: number,
  horizonSec: number,
) => DemandForecast;

export interface SimulationOptions {
  readonly seed: number;
  readonly forecaster: Forecaster;
  readonly seconds?: number;
  readonly meanCores?: number;
  readonly maxCores?: number;
  readonly hotShare?: number;
  readonly planIntervalSec?: number;
  readonly startDelaySec?: number;
  readonly bursts?: boolean;
  readonly policy?: Partial<PlanPolicy>;
}

/** What a pool gets whose configuration says nothing of its policy. */
const DEFAULTS: PlanPolicy = parseConfig({
  streams: [{ name: 'orders', partitions: 1 }],
  pools: [{ name: 'workers', stream: 'orders' }],
}).pools[0]!.policy;

export const PARTITIONS = 8;
const CORES_PER_RECORD = 0.002;
const BASE_CORES = 0.005;
const HORIZON_SEC = 60;
/** Measuring starts when the pool has found its size. */
const WARM_UP_SEC = 60;

/** A pool under the demo's load in virtual time, planned by `planPool`: fluid queues, start delay, real seasons. */
export function simulate(o: SimulationOptions): Outcome {
  const seconds = o.seconds ?? 660;
  const interval = o.planIntervalSec ?? 2;
  const leadTimeMs = ((o.startDelaySec ?? 15) + 1) * 1000;
  const source = sourceOf(o);
  const pool = new FluidPool({
    startDelaySec: o.startDelaySec ?? 15,
    baseCores: BASE_CORES,
    partitions: PARTITIONS,
  });
  const meter = new Meter({ maxCores: (o.maxCores ?? 0.3) - BASE_CORES, warmUpSec: WARM_UP_SEC });
  let state = initialPoolState();
  for (let sec = 1; sec <= seconds; sec++) {
    const load = Array.from({ length: PARTITIONS }, (_, p) => source.measured(p, sec));
    pool.tick(sec, load);
    if (sec % interval === 0) {
      const result = planPool(
        state,
        observation({
          partitions: Array.from({ length: PARTITIONS }, (_, p) => observe(o, source, pool, p, sec)),
          workers: pool.statuses(),
          policy: { ...DEFAULTS, ...o.policy },
          maxCores: o.maxCores ?? 0.3,
          leadTimeMs,
          planIntervalMs: interval * 1000,
        }),
        sec * 1000,
      );
      state = result.state;
      pool.apply(sec, result.plan);
      meter.decided(sec, result.plan);
    }
    meter.second(sec, load, pool);
  }
  return meter.outcome();
}

function observe(
  o: SimulationOptions,
  source: ForecastSource,
  pool: FluidPool,
  index: number,
  sec: number,
): PartitionObservation {
  const lagCores = pool.waiting(index);
  return {
    partition: keyOf(index),
    forecast: o.forecaster(source, index, sec, HORIZON_SEC),
    basis: 'forecast',
    presentDemand: cpu(source.measured(index, sec)),
    lagRecords: Math.round(lagCores / CORES_PER_RECORD),
    lagSeconds: lagCores < 1e-9 ? 0 : lagCores / Math.max(1e-6, source.measured(index, sec)),
    cpuSecondsPerRecord: CORES_PER_RECORD,
  };
}

export const keyOf = (index: number): PartitionKey => partitionKey('orders', index);

function sourceOf(o: SimulationOptions): ForecastSource {
  const meanRecordsPerSec = (o.meanCores ?? 0.5) / CORES_PER_RECORD;
  const shapeOptions = {
    seed: o.seed,
    partitions: PARTITIONS,
    meanRecordsPerSec,
    hotShare: o.hotShare ?? 0.25,
  };
  const calm = demoShape({ ...shapeOptions, burst: NO_BURSTS });
  const real: DemoShape = o.bursts === false ? calm : demoShape(shapeOptions);
  return {
    measured: (p, sec) => real.recordsIn(p, (sec - 1) * 1000, sec * 1000) * CORES_PER_RECORD,
    expected: (p, sec) => calm.rateAt(p, (sec - 0.5) * 1000) * CORES_PER_RECORD,
    noise: (p, sec) => gauss(new Xoshiro128(o.seed * 1_000_003 + sec * 101 + p)),
  };
}

const NO_BURSTS = { everyMs: 0, minDurationMs: 1, maxDurationMs: 1, minHeight: 0, maxHeight: 0 };

const gauss = (rng: Xoshiro128): number =>
  Math.sqrt(-2 * Math.log(1 - rng.next())) * Math.cos(2 * Math.PI * rng.next());

function pathOf(p: number, nowSec: number, points: readonly DemandPoint[]): DemandForecast {
  return { partition: keyOf(p), issuedAtMs: nowSec * 1000, points };
}

/** What is now will be: a flat path without spread. */
export const lastValue: Forecaster = (source, p, nowSec, horizonSec) => {
  const now = cpu(source.measured(p, nowSec));
  return pathOf(
    p,
    nowSec,
    Array.from({ length: horizonSec }, (_, i) => ({
      horizonMs: (i + 1) * 1000,
      median: now,
      lower: now,
      upper: now,
    })),
  );
};

/** Relative error of the informed forecaster. */
const ERROR = 0.1;
/** 95 % quantile of the height of bursts, which come at random: an honest interval reaches that far up. */
const BURST_REACH = 0.48;

/** Knows the seasons with an error of 10 %, and of a burst only what is there: its height now, fading over 5 s. */
export const informed: Forecaster = (source, p, nowSec, horizonSec) => {
  const seen =
    [0, 1, 2].reduce((sum, i) => sum + source.measured(p, nowSec - i) - source.expected(p, nowSec - i), 0) /
    3;
  const error = 1 + ERROR * source.noise(p, nowSec);
  return pathOf(
    p,
    nowSec,
    Array.from({ length: horizonSec }, (_, i) => {
      const median = Math.max(0, error * source.expected(p, nowSec + i + 1) + seen * Math.exp(-(i + 1) / 5));
      const spread = 1.645 * Math.hypot(ERROR * median, 0.015);
      const reach = Math.hypot(spread, BURST_REACH * median);
      return {
        horizonMs: (i + 1) * 1000,
        median: cpu(median),
        lower: cpu(Math.max(0, median - spread)),
        upper: cpu(median + reach),
      };
    }),
  );
};
