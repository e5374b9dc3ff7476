import { demandForecast, demandOf, type DemandState } from '@foreshadow/demand';
import {
  type DemandForecast,
  type ForecastPath,
  type Load,
  mapResources,
  NO_RESOURCES,
  type PartitionKey,
  partitionKey,
  type ResourceVector,
  type WorkerPool,
  type WorkerStatus,
} from '@foreshadow/domain';
import {
  initialPoolState,
  type PartitionObservation,
  planPool,
  type PlanPolicy,
  type PoolObservation,
  type PoolState,
} from '@foreshadow/plan';
import { inRange, SimulateError } from '../errors.ts';
import type { MetricsView, PolicyContext, PolicyObservation } from '../observation.ts';
import { type Policy, type PolicyDecision, policyOf } from '../policy.ts';
import type { ForecastSource } from './forecast-source.ts';
import { ratedDemand } from './rated-demand.ts';

export interface ForeshadowParams extends Omit<PlanPolicy, 'alignment'> {
  readonly planIntervalSeconds: number;
  /** Age of forecasts and metrics when they are read. */
  readonly metricDelaySeconds: number;
}

/** A pool's policy in a configuration that says nothing of it; edges' ticks are a second old when they arrive. */
export const FORESHADOW_DEFAULTS: ForeshadowParams = {
  quantile: 0.9,
  targetUtilization: 0.85,
  tolerance: 0.1,
  stabilizationMs: 30_000,
  catchUpMs: 30_000,
  targetLagMs: 10_000,
  latePrice: 10,
  planIntervalSeconds: 5,
  metricDelaySeconds: 1,
};

/** Allowed values of each parameter. */
const RANGES: Readonly<Record<keyof ForeshadowParams, readonly [low: number, high: number]>> = {
  quantile: [0.5, 0.9999],
  targetUtilization: [0.05, 1],
  tolerance: [0, 0.9],
  stabilizationMs: [0, 86_400_000],
  catchUpMs: [1000, 86_400_000],
  targetLagMs: [100, 86_400_000],
  latePrice: [0.01, 1e6],
  planIntervalSeconds: [1, 3600],
  metricDelaySeconds: [0, 3600],
};

/**
 * The defaults with some parameters set otherwise.
 * @throws {SimulateError} `INVALID_SETTING` with key, value and range
 */
export function foreshadowParams(params: Readonly<Record<string, number>>): ForeshadowParams {
  for (const [key, value] of Object.entries(params)) {
    const range = Object.hasOwn(RANGES, key) ? RANGES[key as keyof ForeshadowParams] : undefined;
    if (range === undefined) {
      throw new SimulateError(
        'INVALID_SETTING',
        `foreshadow.${key}: no such parameter; it has ${Object.keys(RANGES).join(', ')}`,
      );
    }
    inRange(`foreshadow.${key}`, value, range[0], range[1]);
  }
  return { ...FORESHADOW_DEFAULTS, ...params };
}

/** How often the actuator looks whether it is time to plan. */
const LOOK_SECONDS = 1;
const STREAM = 'trace';
const POOL = 'pool';
/** The present load is the mean of this time. */
const PRESENT_SECONDS = 5;
/** Size of a worker: one core, and enough of all else. */
const WORKER: ResourceVector = mapResources((r) => (r === 'cpuCores' ? 1 : 1e12));
const FIXED_SIZE = {
  cpuCores: 'none',
  memoryBytes: 'none',
  networkBytesPerSec: 'none',
  diskBytesPerSec: 'none',
} as const;

/**
 * Foreshadow's planner on forecasts of some source: the code that runs in the actuator, told what it would be told
 * there. Workers have one size, as those of the policies that it is compared with.
 */
export function foreshadow(
  source: ForecastSource,
  params: ForeshadowParams = FORESHADOW_DEFAULTS,
  name = 'foreshadow',
): Policy {
  const timing = { name, syncSeconds: LOOK_SECONDS, metricDelaySeconds: params.metricDelaySeconds };
  return {
    ...timing,
    start(context) {
      const eyes = new Eyes(source, context, params);
      return policyOf<State>(timing, {
        initial: () => ({ planner: initialPoolState(), plannedSeconds: -Infinity, ready: '' }),
        decide(state, o) {
          const ready = readyOf(o);
          const isDue = o.nowSeconds - state.plannedSeconds >= params.planIntervalSeconds;
          if (!isDue && ready === state.ready) return { state, decision: decisionOf(state.planner, context) };
          const { state: planner } = planPool(state.planner, eyes.observe(o), o.nowSeconds * 1000);
          return {
            state: { planner, plannedSeconds: o.nowSeconds, ready },
            decision: decisionOf(planner, context),
          };
        },
      }).start(context);
    },
  };
}

/** The actuator plans each interval, and at once when the workers that are ready change. */
interface State {
  readonly planner: PoolState;
  readonly plannedSeconds: number;
  readonly ready: string;
}

function readyOf(o: PolicyObservation): string {
  let ids = '';
  for (const w of o.workers) if (w.phase === 'ready') ids += `${w.id} `;
  return ids;
}

function decisionOf(state: PoolState, context: PolicyContext): PolicyDecision {
  const workers = state.allocation?.workers ?? context.initialWorkers;
  return { workers, retiring: state.retiring, owners: ownersOf(state.assignment) };
}

/** One map for each version, so that the pool sees what did not change. */
const OWNERS = new WeakMap<PoolState['assignment'], ReadonlyMap<string, readonly number[]>>();

function ownersOf(assignment: PoolState['assignment']): ReadonlyMap<string, readonly number[]> {
  const known = OWNERS.get(assignment);
  if (known !== undefined) return known;
  const owners = new Map(
    Object.entries(assignment.owners).map(([id, keys]) => [
      id,
      keys.map((key) => Number(key.slice(STREAM.length + 1))),
    ]),
  );
  OWNERS.set(assignment, owners);
  return owners;
}

/** Turns what is seen of the pool into what the planner is told. */
class Eyes {
  readonly #source: ForecastSource;
  readonly #params: ForeshadowParams;
  readonly #context: PolicyContext;
  readonly #demand: DemandState;
  readonly #pool: WorkerPool;
  readonly #keys: readonly PartitionKey[];
  readonly #perRecord: number;

  constructor(source: ForecastSource, context: PolicyContext, params: ForeshadowParams) {
    this.#source = source;
    this.#params = params;
    this.#context = context;
    this.#demand = ratedDemand(context.recordsPerSecPerWorker);
    this.#perRecord = 1 / context.recordsPerSecPerWorker;
    this.#keys = Array.from({ length: context.partitions }, (_, p) => partitionKey(STREAM, p));
    this.#pool = {
      name: POOL,
      stream: STREAM,
      group: 'workers',
      mode: 'ordered',
      partitions: this.#keys,
      bounds: {
        minWorkers: context.minWorkers,
        maxWorkers: context.maxWorkers,
        minWorker: WORKER,
        maxWorker: WORKER,
      },
    };
  }

  observe(o: PolicyObservation): PoolObservation {
    const forecasts = this.#forecasts(o);
    return {
      pool: this.#pool,
      policy: { ...this.#params, targetLagMs: this.#context.sloSeconds * 1000 },
      resizable: FIXED_SIZE,
      workers: o.workers.map((w) => statusOf(w, o, this.#keys)),
      workerBase: NO_RESOURCES,
      leadTimeMs: this.#context.leadTimeSeconds * 1000,
      planIntervalMs: this.#params.planIntervalSeconds * 1000,
      askedCpuSeconds: this.#askedCpuSeconds(o.metrics),
      rebalancePauseMs: this.#context.rebalancePauseSeconds * 1000,
      partitions: this.#keys.map((key, p) => this.#partition(key, p, o.metrics, forecasts)),
    };
  }

  #askedCpuSeconds(metrics: MetricsView | undefined): number | undefined {
    const seconds = metrics?.newestSeconds ?? 0;
    return metrics && seconds > 0 ? metrics.arrivalsPerSec(seconds) * seconds * this.#perRecord : undefined;
  }

  #partition(
    partition: PartitionKey,
    index: number,
    metrics: MetricsView | undefined,
    forecasts: (index: number) => DemandForecast | undefined,
  ): PartitionObservation {
    const present = metrics?.partitionArrivalsPerSec(index, PRESENT_SECONDS) ?? NaN;
    return {
      partition,
      forecast: forecasts(index),
      basis: 'forecast',
      presentDemand: Number.isFinite(present)
        ? demandOf(this.#demand, loadOf(present), partition)?.mean
        : undefined,
      lagRecords: metrics?.partitionLagRecords(index),
      lagSeconds: metrics?.partitionLagSeconds(index),
      cpuSecondsPerRecord: this.#perRecord,
    };
  }

  /** The newest forecasts that have arrived. Partitions of one share have the same, under their own names. */
  #forecasts(o: PolicyObservation): (index: number) => DemandForecast | undefined {
    const newest = Math.max(0, o.nowSeconds - this.#params.metricDelaySeconds);
    const frozen = typeof o.forecasts === 'object' ? Math.min(newest, o.forecasts.frozenAtSeconds) : newest;
    const tick = Math.floor(frozen / this.#source.tickSeconds);
    const path = o.forecasts === 'silent' ? undefined : this.#source.path(tick);
    const issuedAtMs = tick * this.#source.tickSeconds * 1000;
    const byShare = new Map<number, DemandForecast | undefined>();
    return (index) => {
      if (path === undefined) return undefined;
      const share = this.#context.shares[index]!;
      if (!byShare.has(share)) byShare.set(share, this.#demandForecast(path, share, issuedAtMs));
      const shared = byShare.get(share);
      return shared && { ...shared, partition: this.#keys[index]! };
    };
  }

  #demandForecast(path: ForecastPath, share: number, issuedAtMs: number): DemandForecast | undefined {
    const times = (values: readonly number[]): number[] => values.map((v) => v * share);
    return demandForecast(this.#demand, {
      partition: this.#keys[0]!,
      issuedAtMs,
      path: {
        horizonsMs: path.horizonsMs,
        mean: times(path.mean),
        lower: times(path.lower),
        upper: times(path.upper),
      },
      ratios: { bytesPerRecord: undefined, workPerRecord: undefined, distinctKeysPerRecord: undefined },
      leadingExpert: '',
      warmingUp: false,
    });
  }
}

function loadOf(recordsPerSec: number): Load {
  return { recordsPerSec, bytesPerSec: 0, workPerSec: 0, distinctKeys: NaN };
}

function statusOf(
  w: PolicyObservation['workers'][number],
  o: PolicyObservation,
  keys: readonly PartitionKey[],
): WorkerStatus {
  return {
    id: w.id,
    pool: POOL,
    phase: w.phase,
    allowance: WORKER,
    owns: w.phase === 'ready' ? o.ownedBy(w.id).map((p) => keys[p]!) : [],
    startedAtMs: w.startedSec * 1000,
    readyAtMs: w.phase === 'starting' ? undefined : w.readySec * 1000,
  };
}
