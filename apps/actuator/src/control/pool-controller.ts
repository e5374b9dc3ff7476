import type { PartitionKey, PoolPlan, ResourceVector, WorkerPool } from '@foreshadow/domain';
import type { PolicyConfig } from '@foreshadow/domain/config';
import {
  createDemandState,
  demandForecast,
  demandOf,
  type DemandState,
  observeUtilization,
  restoreDemandState,
  workerBase,
} from '@foreshadow/demand';
import {
  initialLeadTimes,
  initialPoolState,
  leadTimeMs,
  type LeadTimes,
  type PartitionObservation,
  planPool,
  type PoolState,
  recordLeadTime,
  restorePoolState,
  type Resizable,
} from '@foreshadow/plan';
import type { Instant } from '@foreshadow/protocol';
import type { PartitionLoad } from '../load/partition-track.ts';
import { scaleResources, sumResources } from '../view/resources.ts';
import { type PartitionCost, partitionCapacities } from './capacity.ts';
import type { PartitionLag, PoolFacts } from './collector.ts';
import { LeadTracker } from './lead-tracker.ts';
import { peakUntil, presentLoad, unitLoad } from './loads.ts';
import type { PoolSituation } from './situation.ts';
import { decideTrigger, INITIAL_TRIGGER, type PlanTrigger } from './trigger.ts';

export interface PoolControllerOptions {
  readonly pool: WorkerPool;
  readonly policy: PolicyConfig;
  readonly planIntervalMs: number;
  readonly resizable: Readonly<Record<keyof ResourceVector, Resizable>>;
}

/** What of a pool survives a restart. */
export interface SavedPool {
  readonly planner: PoolState;
  readonly demand: DemandState;
  readonly leadTimes: LeadTimes;
  readonly plan: PoolPlan | undefined;
}

/** A new plan and why it was made now. */
export interface Planned {
  readonly plan: PoolPlan;
  readonly trigger: PlanTrigger;
}

const UNSEEN: PoolFacts = { workers: [], utilization: [], lags: new Map() };

/**
 * Evaluate and plan one pool: learns its demand and lead time from what was collected and plans when it is time.
 * Holds state, does no I/O.
 */
export class PoolController {
  readonly pool: WorkerPool;
  readonly #o: PoolControllerOptions;
  readonly #leads = new LeadTracker();
  #utilizationAtMs = new Map<string, number>();
  #demand = createDemandState();
  #leadTimes = initialLeadTimes();
  #planner = initialPoolState();
  #plan: PoolPlan | undefined;
  #trigger = INITIAL_TRIGGER;
  #facts: PoolFacts = UNSEEN;
  #loads: ReadonlyMap<PartitionKey, PartitionLoad> = new Map();
  #costs: ReadonlyMap<PartitionKey, PartitionCost> = new Map();
  #plannedFor = '';

  constructor(options: PoolControllerOptions) {
    this.pool = options.pool;
    this.#o = options;
  }

  get plan(): PoolPlan | undefined {
    return this.#plan;
  }

  get leadTimeMs(): number {
    return leadTimeMs(this.#leadTimes, this.#o.policy.leadTimeMs);
  }

  /** Take in what was collected in this cycle. */
  observe(facts: PoolFacts, loads: ReadonlyMap<PartitionKey, PartitionLoad>): void {
    this.#facts = facts;
    this.#loads = loads;
    for (const u of facts.utilization) {
      const isNew = u.atMs > (this.#utilizationAtMs.get(u.worker) ?? -Infinity);
      if (isNew) this.#demand = observeUtilization(this.#demand, u);
    }
    this.#utilizationAtMs = new Map(facts.utilization.map((u) => [u.worker, u.atMs]));
    for (const start of this.#leads.observe(facts.workers ?? [])) {
      this.#leadTimes = recordLeadTime(this.#leadTimes, start.decidedAtMs, start.readyAtMs);
    }
    this.#costs = new Map(this.pool.partitions.map((p) => [p, this.#cost(p)]));
  }

  /** A new plan if it is time for one; none while it is unknown which workers there are. */
  decide(at: Instant): Planned | undefined {
    const { workers } = this.#facts;
    if (workers === undefined) return undefined;
    const { state, trigger } = decideTrigger(this.#trigger, {
      nowMonotonicMs: at.monotonicMs,
      planIntervalMs: this.#o.planIntervalMs,
      workersChanged: this.#readyWorkers() !== this.#plannedFor,
      forecastCpuCores: this.#forecastCpuCores(at),
      plannedCpuCores: this.#plannedCpuCores(),
      lagSeconds: worstLag(this.#facts.lags),
    });
    this.#trigger = state;
    if (trigger === undefined) return undefined;
    this.#plannedFor = this.#readyWorkers();
    const planned = planPool(
      this.#planner,
      {
        pool: this.pool,
        policy: this.#o.policy,
        resizable: this.#o.resizable,
        workers,
        workerBase: workerBase(this.#demand),
        leadTimeMs: this.leadTimeMs,
        planIntervalMs: this.#o.planIntervalMs,
        partitions: this.pool.partitions.map((p) => this.#observation(p)),
      },
      at.wallMs,
    );
    this.#planner = planned.state;
    this.#plan = planned.plan;
    this.#leads.plan(planned.plan);
    return { plan: planned.plan, trigger };
  }

  situation(): PoolSituation {
    const { workers = [], utilization, lags } = this.#facts;
    const ready = workers.filter((w) => w.phase === 'ready');
    const base = workerBase(this.#demand);
    return {
      pool: this.pool,
      workers,
      utilization,
      lags,
      owners: new Map(workers.flatMap((w) => w.owns.map((partition) => [partition, w.id]))),
      demand: this.#presentDemand(base, ready.length),
      capacities: partitionCapacities(ready, base, this.#costs),
      leadTimeMs: this.leadTimeMs,
      plan: this.#plan,
    };
  }

  save(): SavedPool {
    return {
      planner: this.#planner,
      demand: this.#demand,
      leadTimes: this.#leadTimes,
      plan: this.#plan,
    };
  }

  /**
   * Go on from what `save` gave.
   * @throws {DemandError | PlanError} `STATE_MISMATCH` if another version wrote it; nothing is taken over then.
   */
  restore(saved: SavedPool): void {
    const demand = restoreDemandState(saved.demand);
    this.#planner = restorePoolState(saved.planner);
    this.#demand = demand;
    this.#leadTimes = saved.leadTimes;
    this.#plan = saved.plan;
    if (saved.plan !== undefined) this.#leads.plan(saved.plan);
  }

  #cost(partition: PartitionKey): PartitionCost {
    const load = this.#loads.get(partition);
    const present = load && presentLoad(load);
    const cpuOf = (l: Parameters<typeof demandOf>[1] | undefined): number | undefined =>
      l && demandOf(this.#demand, l, partition)?.mean.cpuCores;
    return { cpuCores: cpuOf(present), cpuSecondsPerRecord: cpuOf(load && unitLoad(load)) };
  }

  #observation(partition: PartitionKey): PartitionObservation {
    const load = this.#loads.get(partition);
    const present = load && presentLoad(load);
    const lag = this.#facts.lags.get(partition);
    return {
      partition,
      forecast: load?.forecast && demandForecast(this.#demand, load.forecast),
      basis: load?.basis ?? 'forecast',
      presentDemand: present && demandOf(this.#demand, present, partition)?.mean,
      lagRecords: lag?.records,
      lagSeconds: lag?.seconds,
      cpuSecondsPerRecord: this.#costs.get(partition)?.cpuSecondsPerRecord,
    };
  }

  /** Present demand of all partitions and of the ready workers themselves; unknown if that of a partition is. */
  #presentDemand(base: ResourceVector, workers: number): ResourceVector | undefined {
    const demands: ResourceVector[] = [scaleResources(base, workers)];
    for (const partition of this.pool.partitions) {
      const load = this.#loads.get(partition);
      const present = load && presentLoad(load);
      const demand = present && demandOf(this.#demand, present, partition)?.mean;
      if (demand === undefined) return undefined;
      demands.push(demand);
    }
    return sumResources(demands);
  }

  /** Largest CPU within the lead time and one interval by the forecasts' upper bounds, at the target utilization. */
  #forecastCpuCores(at: Instant): number {
    let median = 0;
    let variance = 0;
    for (const partition of this.pool.partitions) {
      const forecast = this.#loads.get(partition)?.forecast;
      if (forecast === undefined) return NaN;
      const ageMs = Math.max(0, at.wallMs - forecast.issuedAtMs);
      const peak = peakUntil(forecast, ageMs + this.leadTimeMs + this.#o.planIntervalMs);
      const [point] = (peak && demandForecast(this.#demand, peak)?.points) ?? [];
      if (point === undefined) return NaN;
      median += point.median.cpuCores;
      variance += (point.upper.cpuCores - point.median.cpuCores) ** 2;
    }
    return (median + Math.sqrt(variance)) / this.#o.policy.targetUtilization;
  }

  #plannedCpuCores(): number {
    const allocation = this.#plan?.allocation;
    if (allocation === undefined) return NaN;
    const base = workerBase(this.#demand).cpuCores;
    return allocation.workers * Math.max(0, allocation.perWorker.cpuCores - base);
  }

  #readyWorkers(): string {
    const ready = (this.#facts.workers ?? []).filter((w) => w.phase === 'ready').map((w) => w.id);
    return ready.sort().join(' ');
  }
}

function worstLag(lags: ReadonlyMap<PartitionKey, PartitionLag>): number {
  if (lags.size === 0) return NaN;
  return Math.max(...[...lags.values()].map((lag) => lag.seconds));
}
