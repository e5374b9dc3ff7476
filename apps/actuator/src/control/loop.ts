import { type Clock, type PartitionKey, parsePartitionKey, type ResourceVector } from '@foreshadow/domain';
import { type Budget, shareBudget } from '@foreshadow/plan';
import { type Orchestrator, PortError } from '@foreshadow/ports';
import { type Instant, instantOf } from '@foreshadow/protocol';
import type { Journal } from '../journal.ts';
import type { AppendRates } from '../load/append-rate.ts';
import type { CalibrationStore } from '../load/calibration-store.ts';
import type { LoadBook } from '../load/load-book.ts';
import type { PartitionLoad } from '../load/partition-track.ts';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics.ts';
import type { Collector } from './collector.ts';
import type { HotKeys, Planned, PoolController } from './pool-controller.ts';
import type { PoolStore } from './pool-store.ts';
import type { PoolSituation } from './situation.ts';

export interface ControlLoopOptions {
  readonly mode: 'advise' | 'act';
  readonly tickMs: number;
  readonly partitions: readonly PartitionKey[];
  readonly controllers: readonly PoolController[];
  /** What all pools together may take. */
  readonly budget: Budget;
  /** Keys that hold much of a stream's partitions, by what the edges say. */
  readonly hotKeysOf: (stream: string) => HotKeys;
  readonly book: LoadBook;
  readonly appendRates: AppendRates;
  readonly collector: Collector;
  /** Carries plans out in `act` mode. */
  readonly orchestrator: Orchestrator | undefined;
  /** While false plans hold: another replica may lead. */
  readonly mayAct: () => boolean;
  readonly store: PoolStore;
  readonly calibrations: CalibrationStore;
  readonly journal: Journal;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called at the end of each cycle. */
  readonly onCycle: () => void;
}

/** A cycle comes at least this often, whatever the tick, and never more often than the second. */
const LONGEST_CYCLE_MS = 1000;
const SHORTEST_CYCLE_MS = 250;
/** After a tick's end, so that its reports have come from the edges. */
const SETTLE_MS = 150;
/** How well forecasts hold changes slowly, and is saved so often. */
const SAVE_EVERY_MS = 60_000;
/** Without a cycle for so long the loop counts as stuck. */
const STUCK_MS = 15_000;

/** `collect → evaluate → plan → realize`, once a second. A cycle that fails is told, and the next one begins anew. */
export class ControlLoop {
  readonly #o: ControlLoopOptions;
  readonly #unapplied = new Set<string>();
  /** Parts that failed in the last cycle, with what they said. */
  readonly #failing = new Map<string, string>();
  #loads: ReadonlyMap<PartitionKey, PartitionLoad> = new Map();
  #situations: readonly PoolSituation[] = [];
  #tick = NaN;
  #beganMs: number;
  #savedMs: number;
  #cycles = 0;

  constructor(options: ControlLoopOptions) {
    this.#o = options;
    this.#beganMs = options.clock.monotonicMs();
    this.#savedMs = this.#beganMs;
  }

  get loads(): ReadonlyMap<PartitionKey, PartitionLoad> {
    return this.#loads;
  }

  /** One a pool, in the order of the configuration; empty before the first cycle. */
  get situations(): readonly PoolSituation[] {
    return this.#situations;
  }

  /** Cycles begun so far. */
  get cycles(): number {
    return this.#cycles;
  }

  get isStuck(): boolean {
    return this.#o.clock.monotonicMs() - this.#beganMs > STUCK_MS;
  }

  /** Go on from the state of before a restart; what cannot be read is left and told. */
  async restore(): Promise<void> {
    const { controllers, store, calibrations, partitions, journal, logger } = this.#o;
    await calibrations.restore(partitions.map((p) => parsePartitionKey(p).stream));
    for (const controller of controllers) {
      const { name } = controller.pool;
      try {
        const saved = await store.load(name);
        if (saved !== undefined) controller.restore(saved);
        if (saved?.plan !== undefined) journal.remember(saved.plan);
      } catch (error) {
        logger.warn({ pool: name, err: error }, 'saved state of the pool cannot be used; it begins anew');
      }
    }
  }

  /** Save what survives a restart. */
  async save(): Promise<void> {
    for (const controller of this.#o.controllers) await this.#save(controller);
    await this.#o.calibrations.save();
  }

  /** Run until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, tickMs } = this.#o;
    const periodMs = Math.min(LONGEST_CYCLE_MS, Math.max(SHORTEST_CYCLE_MS, tickMs));
    while (!signal.aborted) {
      await this.cycle();
      const sinceBoundaryMs = (clock.nowMs() - SETTLE_MS) % periodMs;
      await clock.sleep(periodMs - sinceBoundaryMs, signal).catch(() => undefined);
    }
  }

  /** One cycle; never rejects. */
  async cycle(): Promise<void> {
    const { clock, metrics, onCycle } = this.#o;
    this.#beganMs = clock.monotonicMs();
    this.#cycles += 1;
    const stop = metrics.cycleSeconds.startTimer();
    await this.#guard('loads', () => this.#followLoads());
    await this.#planPools();
    await this.#saveCalibrations();
    await this.#guard('publish', onCycle);
    stop();
  }

  /** What fails in one part of a cycle does not stop the others; the same failure is told once. */
  async #guard(part: string, act: () => void | Promise<void>): Promise<void> {
    try {
      await act();
      this.#failing.delete(part);
    } catch (error) {
      this.#o.metrics.cycleFailures.inc();
      if (this.#failing.get(part) === messageOf(error)) return;
      this.#failing.set(part, messageOf(error));
      this.#o.logger.error({ part, err: error }, 'a part of the control cycle failed; the last plan stands');
    }
  }

  async #followLoads(): Promise<void> {
    const { book, appendRates, collector, partitions, tickMs } = this.#o;
    const tick = Math.floor(this.#now().wallMs / tickMs);
    if (tick !== this.#tick) {
      this.#tick = tick;
      const ends = await collector.ends(partitions);
      const rates = appendRates.update(ends, this.#now().monotonicMs);
      book.tick(rates, this.#capacities(), this.#now());
    }
    this.#loads = book.loads(this.#now());
  }

  async #planPools(): Promise<void> {
    const { controllers, mayAct } = this.#o;
    for (const controller of controllers) {
      if (!mayAct()) break;
      await this.#guard(controller.pool.name, () => this.#planPool(controller));
    }
    this.#situations = controllers.map((c) => c.situation());
  }

  async #planPool(controller: PoolController): Promise<void> {
    const facts = await this.#o.collector.pool(controller.pool);
    controller.observe(facts, this.#loads, this.#now(), this.#o.hotKeysOf(controller.pool.stream));
    // Another may have taken the lead while the world was asked.
    if (!this.#o.mayAct()) return;
    const planned = controller.decide(this.#now(), this.#limitOf(controller));
    // Saved first: a successor knows every plan that was carried out.
    if (planned !== undefined && !(await this.#save(controller))) return;
    if (planned !== undefined) this.#announce(planned);
    await this.#realize(controller, planned !== undefined);
  }

  /** Its share of the budget, by what all pools asked for last; `undefined` where there is no budget. */
  #limitOf(controller: PoolController): Budget | undefined {
    const { budget, controllers } = this.#o;
    if (Object.keys(budget).length === 0) return undefined;
    const claims = controllers.map(({ claim }) => claim);
    const share = shareBudget(claims, budget)[controllers.indexOf(controller)]!;
    return Object.fromEntries(Object.keys(budget).map((r) => [r, share[r as keyof ResourceVector]]));
  }

  #announce({ plan, trigger }: Planned): void {
    const { journal, metrics, logger, mode } = this.#o;
    const { pool, reason, basis, allocation, message, changed } = plan;
    metrics.plans.inc({ pool, reason, trigger });
    const decision = journal.decide(plan, mode === 'act');
    if (decision === undefined) return;
    const { workers, perWorker } = allocation;
    logger.info(
      { pool, reason, basis, trigger, changed, workers, cpuCores: perWorker.cpuCores, mode },
      message,
    );
  }

  /** Apply a new plan, and one that could not be applied before. In advise mode nothing is touched. */
  async #realize(controller: PoolController, isNew: boolean): Promise<void> {
    const { mode, orchestrator, metrics, logger, journal, clock } = this.#o;
    const { plan, pool } = controller;
    if (mode !== 'act' || orchestrator === undefined || plan === undefined) return;
    if (!isNew && !this.#unapplied.has(pool.name)) return;
    try {
      await orchestrator.apply(pool, plan);
      this.#unapplied.delete(pool.name);
    } catch (error) {
      metrics.applyFailures.inc({ pool: pool.name });
      logger.error({ pool: pool.name, err: error }, 'the plan could not be applied; it is tried again');
      if (!this.#unapplied.has(pool.name)) {
        journal.note(clock.nowMs(), 'apply-failed', pool.name, messageOf(error));
      }
      this.#unapplied.add(pool.name);
    }
  }

  /** Whether this replica still leads, as far as the store knows. */
  async #save(controller: PoolController): Promise<boolean> {
    const { store, logger } = this.#o;
    try {
      await store.save(controller.pool.name, controller.save());
    } catch (error) {
      logger.warn({ pool: controller.pool.name, err: error }, 'the state of the pool could not be saved');
      return !(error instanceof PortError && error.code === 'FENCED');
    }
    return true;
  }

  async #saveCalibrations(): Promise<void> {
    const nowMs = this.#o.clock.monotonicMs();
    if (nowMs - this.#savedMs < SAVE_EVERY_MS) return;
    this.#savedMs = nowMs;
    await this.#o.calibrations.save();
  }

  #capacities(): Map<PartitionKey, number> {
    const all = new Map<PartitionKey, number>();
    for (const { capacities } of this.#situations) {
      for (const [partition, capacity] of capacities) {
        if (!all.has(partition)) all.set(partition, capacity);
      }
    }
    return all;
  }

  #now(): Instant {
    return instantOf(this.#o.clock);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
