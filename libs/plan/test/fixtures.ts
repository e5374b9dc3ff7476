import {
  type DemandForecast,
  mapResources,
  type PartitionKey,
  type ResourceVector,
  type WorkerPhase,
  type WorkerStatus,
} from '@foreshadow/domain';
import type { PartitionObservation, PlanPolicy, PoolObservation } from '../src/index.ts';

export const MIB = 1024 * 1024;

/** Demand of which only CPU matters. */
export const cpu = (cpuCores: number): ResourceVector => ({
  cpuCores,
  memoryBytes: cpuCores * MIB,
  networkBytesPerSec: cpuCores * 10_000,
  diskBytesPerSec: 0,
});

export const POLICY: PlanPolicy = {
  quantile: 0.9,
  targetUtilization: 0.8,
  tolerance: 0.1,
  stabilizationMs: 60_000,
  catchUpMs: 30_000,
  targetLagMs: 10_000,
  latePrice: 10,
};

export const LIVE = {
  cpuCores: 'live',
  memoryBytes: 'live',
  networkBytesPerSec: 'none',
  diskBytesPerSec: 'none',
} as const;

export interface ForecastOptions {
  readonly issuedAtMs: number;
  /** CPU at 1 s, 2 s, … ahead. */
  readonly cores: readonly number[];
  /** Half width of the 90 % interval, as a share of the median. */
  readonly spread?: number;
  readonly stepMs?: number;
}

export function forecastOf(partition: PartitionKey, o: ForecastOptions): DemandForecast {
  const spread = o.spread ?? 0;
  return {
    partition,
    issuedAtMs: o.issuedAtMs,
    points: o.cores.map((cores, i) => ({
      horizonMs: (i + 1) * (o.stepMs ?? 1000),
      median: cpu(cores),
      lower: cpu(cores * (1 - spread)),
      upper: cpu(cores * (1 + spread)),
    })),
  };
}

export const flat = (cores: number, points = 60): number[] => new Array<number>(points).fill(cores);

/** A partition whose load is and stays what it is. */
export function steady(index: number, cores: number, nowMs: number): PartitionObservation {
  const partition: PartitionKey = `orders/${index}`;
  return {
    partition,
    forecast: forecastOf(partition, { issuedAtMs: nowMs, cores: flat(cores), spread: 0.1 }),
    basis: 'forecast',
    presentDemand: cpu(cores),
    lagRecords: 0,
    lagSeconds: 0,
    cpuSecondsPerRecord: 0.001,
  };
}

export interface WorkerOptions {
  readonly phase?: WorkerPhase;
  readonly owns?: readonly PartitionKey[];
  readonly startedAtMs?: number;
  readonly cores?: number;
}

export function worker(id: string, o: WorkerOptions = {}): WorkerStatus {
  const startedAtMs = o.startedAtMs ?? 0;
  return {
    id,
    pool: 'orders',
    phase: o.phase ?? 'ready',
    allowance: cpu(o.cores ?? 0.3),
    owns: o.owns ?? [],
    startedAtMs,
    readyAtMs: o.phase === 'starting' ? undefined : startedAtMs + 1000,
  };
}

export interface ObservationOptions {
  readonly partitions: readonly PartitionObservation[];
  readonly workers?: readonly WorkerStatus[];
  readonly policy?: Partial<PlanPolicy>;
  readonly minWorkers?: number;
  readonly maxWorkers?: number;
  readonly maxCores?: number;
  readonly minCores?: number;
  readonly leadTimeMs?: number;
  readonly planIntervalMs?: number;
  readonly paused?: boolean;
  readonly resizable?: PoolObservation['resizable'];
}

export function observation(o: ObservationOptions): PoolObservation {
  const size = (cpuCores: number): ResourceVector =>
    mapResources((r) => (r === 'cpuCores' ? cpuCores : 1024 * MIB));
  return {
    pool: {
      name: 'orders',
      stream: 'orders',
      group: 'workers',
      mode: 'ordered',
      partitions: o.partitions.map((p) => p.partition),
      bounds: {
        minWorkers: o.minWorkers ?? 1,
        maxWorkers: o.maxWorkers ?? 8,
        minWorker: {
          cpuCores: o.minCores ?? 0.05,
          memoryBytes: MIB,
          networkBytesPerSec: 1024,
          diskBytesPerSec: 1024,
        },
        maxWorker: size(o.maxCores ?? 0.3),
      },
    },
    policy: { ...POLICY, ...o.policy },
    resizable: o.resizable ?? LIVE,
    workers: o.workers ?? [],
    workerBase: { cpuCores: 0.005, memoryBytes: 40 * MIB, networkBytesPerSec: 0, diskBytesPerSec: 0 },
    leadTimeMs: o.leadTimeMs ?? 15_000,
    planIntervalMs: o.planIntervalMs ?? 2000,
    partitions: o.partitions,
    ...(o.paused === undefined ? {} : { paused: o.paused }),
  };
}
