import { type Rng, Xoshiro128 } from '@foreshadow/domain';
import type { PolicyObservation } from '../observation.ts';
import type { PolicyDecision } from '../policy.ts';
import type { PoolSettings } from '../settings.ts';
import type { LoadTrace } from '../trace.ts';
import { COMMIT_DELAY_SECONDS, FieldView } from './field-view.ts';
import { type Fault, faultAt } from './faults.ts';
import { Fleet } from './fleet.ts';
import { History } from './history.ts';
import { Ownership, type WantedOwners } from './ownership.ts';
import { Queues } from './queues.ts';

export interface PoolOptions {
  readonly trace: LoadTrace;
  readonly settings: PoolSettings;
  readonly faults: readonly Fault[];
  readonly seed: number;
  /** Age of the metrics that the policy reads. */
  readonly metricDelaySeconds: number;
  /** Running count of the seconds that were measured. */
  readonly knownSeconds: Float64Array;
}

/** What a run adds up to while it goes on. */
export interface PoolTally {
  readonly lateRecords: number;
  readonly judgedRecords: number;
  readonly worstLagSeconds: number;
  /** Worker-seconds paid for: starting, ready and draining. */
  readonly cost: number;
  /** Decisions that changed what was asked for. */
  readonly actions: number;
  /** Times that work rested because owners changed. */
  readonly disruptions: number;
}

/** One pool under one policy: workers, queues and what is measured of them, a second at a time. */
export class Pool {
  readonly #o: PoolOptions;
  readonly #fleet: Fleet;
  readonly #queues: Queues;
  readonly #ownership: Ownership;
  readonly #history: History;
  /** Second until which a partition rests, and the owners that really work. */
  readonly #restsUntil: Int32Array;
  readonly #working: Int32Array;
  #loads = new Float64Array(1);
  #lastRestsUntil = -1;
  #wanted: WantedOwners | undefined;
  #version = -1;
  #capacity = 0;
  #readyCount = 0;
  #target: number;
  #cost = 0;
  #actions = 0;
  #disruptions = 0;

  constructor(o: PoolOptions, initialWorkers: number) {
    this.#o = o;
    const rng: Rng = new Xoshiro128(o.seed);
    this.#fleet = new Fleet(o.settings, rng);
    this.#fleet.start(0, initialWorkers, 0);
    this.#target = initialWorkers;
    const memory = o.metricDelaySeconds + COMMIT_DELAY_SECONDS + 2;
    this.#queues = new Queues(o.trace, o.settings.sloSeconds, memory);
    const partitions = o.trace.shares.length;
    this.#ownership = new Ownership(o.settings.sharing, partitions);
    this.#history = new History(o.trace.seconds);
    this.#restsUntil = new Int32Array(partitions);
    this.#working = new Int32Array(partitions);
  }

  /** Ready workers in the second that was played last. */
  get ready(): number {
    return this.#readyCount;
  }

  get target(): number {
    return this.#target;
  }

  get tally(): PoolTally {
    const { lateRecords, judgedRecords, worstLagSeconds } = this.#queues;
    return {
      lateRecords,
      judgedRecords,
      worstLagSeconds,
      cost: this.#cost,
      actions: this.#actions,
      disruptions: this.#disruptions,
    };
  }

  /** Play one second. */
  step(): void {
    const sec = this.#queues.seconds;
    const isJudged = sec >= this.#o.settings.warmUpSeconds;
    this.#suffer(sec);
    // A controller replaces what it lost.
    if (this.#fleet.live < this.#target) this.#fleet.start(sec, this.#target - this.#fleet.live);
    this.#fleet.tick(sec);
    if (this.#fleet.version !== this.#version) this.#regroup(sec, sec === 0);
    const isResting = sec < this.#lastRestsUntil;
    if (isResting) this.#rest(sec);
    const owners = isResting ? this.#working : this.#ownership.owners;
    const done = this.#queues.step(owners, this.#ownership.budgets, this.#loads, isJudged);
    if (isJudged) this.#cost += this.#fleet.paid;
    this.#history.add(done, this.#capacity, this.#readyCount, this.#lagRecords());
  }

  #lagRecords(): number {
    const at = this.#queues.seconds;
    const committed = Math.max(0, at - COMMIT_DELAY_SECONDS);
    const done = this.#history.seconds >= committed ? this.#history.processed(0, committed) : 0;
    return Math.max(0, this.#o.trace.total[at]! - done);
  }

  #suffer(sec: number): void {
    for (const fault of this.#o.faults) {
      if (fault.kind === 'node-lost' && Math.round(fault.fromSeconds) === sec) {
        this.#fleet.lose(fault.workers ?? 1);
      }
    }
  }

  /** The workers that are ready, or what the policy wants of them, changed. */
  #regroup(sec: number, isFirst: boolean): void {
    this.#version = this.#fleet.version;
    const ready = this.#fleet.ready();
    this.#readyCount = ready.length;
    this.#capacity = ready.reduce((sum, w) => sum + w.recordsPerSec, 0);
    const moved = this.#ownership.update(ready, this.#wanted);
    if (this.#loads.length !== this.#ownership.budgets.length) {
      this.#loads = new Float64Array(this.#ownership.budgets.length);
    }
    if (!isFirst && moved.length > 0) this.#pause(sec, moved);
  }

  /** A change while the group rests already is taken in with it. */
  #pause(sec: number, moved: readonly number[]): void {
    const { rebalance, rebalancePauseSeconds, warmUpSeconds } = this.#o.settings;
    if (rebalance === 'eager' && sec < this.#lastRestsUntil) return;
    const until = sec + rebalancePauseSeconds;
    if (rebalance === 'eager') this.#restsUntil.fill(until);
    else for (const p of moved) this.#restsUntil[p] = until;
    this.#lastRestsUntil = until;
    if (sec >= warmUpSeconds) this.#disruptions++;
  }

  #rest(sec: number): void {
    const { owners } = this.#ownership;
    for (let p = 0; p < owners.length; p++) this.#working[p] = sec < this.#restsUntil[p]! ? -1 : owners[p]!;
  }

  /** What a policy sees now. */
  observe(): PolicyObservation {
    const { trace, faults, metricDelaySeconds, knownSeconds } = this.#o;
    const sec = this.#queues.seconds;
    const isBlind = faultAt(faults, 'metrics-missing', sec) !== undefined;
    const view = new FieldView(trace, this.#history, this.#queues, knownSeconds, metricDelaySeconds);
    const frozen = faultAt(faults, 'forecast-frozen', sec);
    const isSilent = faultAt(faults, 'edge-silent', sec) !== undefined;
    return {
      nowSeconds: sec,
      target: this.#target,
      ready: this.#fleet.count('ready'),
      starting: this.#fleet.count('starting'),
      metrics: isBlind ? undefined : view,
      forecasts: isSilent ? 'silent' : frozen ? { frozenAtSeconds: frozen.fromSeconds } : 'fresh',
      workers: this.#fleet.workers,
      ownedBy: (id) => this.#ownership.ownedBy(id),
    };
  }

  /** Carry out what a policy decided. What is no number changes nothing. */
  apply(decision: PolicyDecision): void {
    const { minWorkers, maxWorkers, warmUpSeconds } = this.#o.settings;
    const sec = this.#queues.seconds;
    const asked = Number.isFinite(decision.workers) ? Math.ceil(decision.workers - 1e-9) : this.#target;
    const target = Math.min(maxWorkers, Math.max(minWorkers, asked));
    if (target !== this.#target && sec >= warmUpSeconds) this.#actions++;
    this.#target = target;
    const surplus = this.#fleet.live - target;
    if (surplus > 0) this.#fleet.retire(sec, surplus, decision.retiring);
    if (surplus < 0) this.#fleet.start(sec, -surplus);
    if (decision.owners !== undefined && decision.owners !== this.#wanted) {
      this.#wanted = decision.owners;
      this.#version = -2;
    }
  }
}
