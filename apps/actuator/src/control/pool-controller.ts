import {
  type HotKeyShare,
  mapResources,
  NO_RESOURCES,
  parsePartitionKey,
  type PartitionKey,
  type PoolPlan,
  type ResourceVector,
  type Utilization,
  type WorkerPool,
  type WorkerStatus,
} from '@foreshadow/domain';
import type { PolicyConfig } from '@foreshadow/domain/config';
import {
  createDemandCalibration,
  createDemandState,
  type DemandCalibration,
  type DemandHints,
  demandScores,
  type DemandState,
  fittedBase,
  followDemand,
  lastingCalibration,
  observeUtilization,
  restoreDemandCalibration,
  restoreDemandState,
  workerBase,
} from '@foreshadow/demand';
import {
  type Budget,
  type Claim,
  initialLeadTimes,
  initialPoolState,
  leadTimeMs,
  type LeadTimes,
  planPool,
  type PoolObservation,
  type PoolState,
  recordLeadTime,
  restorePoolState,
  type Resizable,
} from '@foreshadow/plan';
import type { Instant } from '@foreshadow/protocol';
import { withWork } from './processed-work.ts';
import type { PartitionLoad } from '../load/partition-track.ts';
import { AskedCpu } from './asked-cpu.ts';
import { partitionCapacities } from './capacity.ts';
import type { PartitionLag, PoolFacts } from './collector.ts';
import {
  type CalibratedDemand,
  type Evaluation,
  evaluatePartition,
  forecastCpuCores,
  forecastsAt,
  observationOf,
  presentDemand,
} from './evaluate.ts';
import { scaleResources } from '../view/resources.ts';
import { LeadTracker } from './lead-tracker.ts';
import type { PoolSituation } from './situation.ts';
import { decideTrigger, INITIAL_TRIGGER, type PlanTrigger, type TriggerObservation } from './trigger.ts';

export interface PoolControllerOptions {
  readonly pool: WorkerPool;
  readonly policy: PolicyConfig;
  readonly planIntervalMs: number;
  /** Horizons at which demand is scored against use. */
  readonly horizonsMs: readonly number[];
  readonly resizable: Readonly<Record<keyof ResourceVector, Resizable>>;
  /** Share of a budget that it is due beside other pools; 1 by default. */
  readonly weight?: number;
  /** What is known of the cost of load before anything was measured. */
  readonly hints?: DemandHints;
}

/** What of a pool survives a restart. */
export interface SavedPool {
  readonly planner: PoolState;
  readonly demand: DemandState;
  /** `undefined` if saved before there was one. */
  readonly calibration: DemandCalibration | undefined;
  readonly leadTimes: LeadTimes;
  readonly plan: PoolPlan | undefined;
}

/** A new plan and why it was made now. */
export interface Planned {
  readonly plan: PoolPlan;
  readonly trigger: PlanTrigger;
}

/** Keys that hold much of a partition, by the partition's index. */
export type HotKeys = ReadonlyMap<number, readonly HotKeyShare[]>;

const indexOf = (partition: PartitionKey): number => parsePartitionKey(partition).index;

const UNSEEN: PoolFacts = { workers: [], utilization: [], lags: new Map() };

/**
 * Evaluate and plan one pool: learns its demand and lead time from what was collected and plans when it is time.
 * Holds state, does no I/O.
 */
export class PoolController {
  readonly pool: WorkerPool;
  readonly #o: PoolControllerOptions;
  readonly #leads = new LeadTracker();
  readonly #asked = new AskedCpu();
  #utilizationAtMs = new Map<string, number>();
  #demand: DemandState;
  #calibration: DemandCalibration;
  #leadTimes = initialLeadTimes();
  #planner = initialPoolState();
  #plan: PoolPlan | undefined;
  #trigger = INITIAL_TRIGGER;
  #facts: PoolFacts = UNSEEN;
  #hotKeys: HotKeys = new Map();
  /** As they were last seen: an orchestrator that does not answer has not lost its workers. */
  #workers: readonly WorkerStatus[] = [];
  #evaluations: readonly Evaluation[] = [];
  #plannedFor = '';
  /** What the last plan would have taken without a limit; before the first all that the pool may have. */
  #wanted: ResourceVector;

  constructor(options: PoolControllerOptions) {
    this.pool = options.pool;
    this.#o = options;
    const { maxWorkers, maxWorker } = options.pool.bounds;
    this.#wanted = scaleResources(maxWorker, maxWorkers);
    this.#demand = createDemandState({ hints: options.hints ?? {} });
    this.#calibration = createDemandCalibration(options.horizonsMs);
  }

  get plan(): PoolPlan | undefined {
    return this.#plan;
  }

  get leadTimeMs(): number {
    return leadTimeMs(this.#leadTimes, this.#o.policy.leadTimeMs);
  }

  /** What it asks of the budget. */
  get claim(): Claim {
    const { minWorkers, minWorker } = this.pool.bounds;
    const { resizable, weight = 1 } = this.#o;
    const size = resizable.cpuCores === 'live' ? undefined : this.#planner.allocation?.perWorker;
    const least = scaleResources(size ?? minWorker, minWorkers);
    const wanted = mapResources((r) => Math.max(least[r], this.#wanted[r]));
    return { weight, least, wanted, unit: size };
  }

  /** Take in what was collected in this cycle. */
  observe(
    facts: PoolFacts,
    loads: ReadonlyMap<PartitionKey, PartitionLoad>,
    at: Instant,
    hotKeys: HotKeys = new Map(),
  ): void {
    this.#facts = facts;
    this.#hotKeys = hotKeys;
    const utilization = facts.utilization.filter(
      (u) => u.atMs > (this.#utilizationAtMs.get(u.worker) ?? -Infinity),
    );
    for (const u of utilization) this.#demand = observeUtilization(this.#demand, withWork(u, loads));
    this.#utilizationAtMs = new Map(facts.utilization.map((u) => [u.worker, u.atMs]));
    if (facts.workers !== undefined) this.#observeWorkers(facts.workers);
    this.#evaluations = this.pool.partitions.map((p) => evaluatePartition(this.#demand, p, loads.get(p)));
    this.#asked.observe(presentDemand(this.#evaluations, NO_RESOURCES, 0)?.cpuCores, at.monotonicMs);
    this.#followDemand(utilization, at);
  }

  /** A new plan, within a limit if there is one, if it is time for one; none while it is unknown which workers there are. */
  decide(at: Instant, limit?: Budget): Planned | undefined {
    if (this.#facts.workers === undefined) return undefined;
    const { state, trigger } = decideTrigger(this.#trigger, this.#observeTriggers(at));
    this.#trigger = state;
    if (trigger === undefined) return undefined;
    this.#plannedFor = this.#readyWorkers();
    const planned = planPool(this.#planner, this.#observePool(limit), at.wallMs);
    this.#wanted = planned.wanted;
    this.#planner = planned.state;
    this.#plan = planned.plan;
    this.#leads.plan(planned.plan);
    return { plan: planned.plan, trigger };
  }

  situation(): PoolSituation {
    const { utilization, lags } = this.#facts;
    const workers = this.#workers;
    const ready = workers.filter((w) => w.phase === 'ready');
    const base = workerBase(this.#demand);
    return {
      pool: this.pool,
      workers,
      utilization,
      lags,
      owners: new Map(workers.flatMap((w) => w.owns.map((partition) => [partition, w.id]))),
      demand: presentDemand(this.#evaluations, base, ready.length),
      capacities: partitionCapacities(ready, base, this.#evaluations),
      leadTimeMs: this.leadTimeMs,
      plan: this.#plan,
      demandScores: demandScores(this.#calibration),
    };
  }

  save(): SavedPool {
    return {
      planner: this.#planner,
      demand: this.#demand,
      calibration: lastingCalibration(this.#calibration),
      leadTimes: this.#leadTimes,
      plan: this.#plan,
    };
  }

  /**
   * Go on from what `save` gave, with the hints of this configuration. What throws takes nothing over.
   * @throws {DemandError | PlanError} `STATE_MISMATCH` if another version wrote it.
   */
  restore(saved: SavedPool): void {
    const demand = restoreDemandState(saved.demand);
    const planner = restorePoolState(saved.planner);
    const { horizonsMs } = this.#o;
    const calibration = saved.calibration && restoreDemandCalibration(saved.calibration, horizonsMs);
    if (saved.plan !== undefined) this.#leads.plan(saved.plan);
    this.#planner = planner;
    this.#demand = { ...demand, hints: this.#o.hints ?? {} };
    this.#calibration = calibration ?? createDemandCalibration(horizonsMs);
    this.#leadTimes = saved.leadTimes;
    this.#plan = saved.plan;
  }

  #followDemand(utilization: readonly Utilization[], at: Instant): void {
    if (utilization.length === 0) return;
    const forecasts = forecastsAt(this.#demand, this.#evaluations, this.#o.horizonsMs);
    const base = fittedBase(this.#demand);
    this.#calibration = followDemand(this.#calibration, { forecasts, base, utilization }, at.wallMs);
  }

  #observeWorkers(workers: readonly WorkerStatus[]): void {
    this.#workers = workers;
    for (const start of this.#leads.observe(workers)) {
      this.#leadTimes = recordLeadTime(this.#leadTimes, start.decidedAtMs, start.readyAtMs);
    }
  }

  #observePool(limit: Budget | undefined): PoolObservation {
    const { policy, planIntervalMs, resizable } = this.#o;
    const { lags } = this.#facts;
    return {
      pool: this.pool,
      policy,
      resizable,
      workers: this.#workers,
      workerBase: workerBase(this.#demand),
      leadTimeMs: this.leadTimeMs,
      planIntervalMs,
      askedCpuSeconds: this.#asked.cpuSeconds,
      ...(limit !== undefined && { limit }),
      partitions: this.#evaluations.map((e) =>
        observationOf(this.#model(), e, lags.get(e.partition), this.#hotKeys.get(indexOf(e.partition))),
      ),
    };
  }

  #observeTriggers(at: Instant): TriggerObservation {
    const { policy, planIntervalMs } = this.#o;
    const windowMs = this.leadTimeMs + planIntervalMs;
    const forecast = forecastCpuCores(this.#model(), this.#evaluations, at.wallMs, windowMs);
    return {
      nowMonotonicMs: at.monotonicMs,
      planIntervalMs,
      workersChanged: this.#readyWorkers() !== this.#plannedFor,
      forecastCpuCores: forecast / policy.targetUtilization,
      plannedCpuCores: this.#plannedCpuCores(),
      lagSeconds: worstLag(this.#facts.lags),
    };
  }

  #model(): CalibratedDemand {
    return { demand: this.#demand, calibration: this.#calibration };
  }

  #plannedCpuCores(): number {
    const allocation = this.#plan?.allocation;
    if (allocation === undefined) return NaN;
    const base = workerBase(this.#demand).cpuCores;
    return allocation.workers * Math.max(0, allocation.perWorker.cpuCores - base);
  }

  #readyWorkers(): string {
    const ready = this.#workers.filter((w) => w.phase === 'ready').map((w) => w.id);
    return ready.sort().join(' ');
  }
}

function worstLag(lags: ReadonlyMap<PartitionKey, PartitionLag>): number {
  if (lags.size === 0) return NaN;
  return Math.max(...[...lags.values()].map((lag) => lag.seconds));
}
