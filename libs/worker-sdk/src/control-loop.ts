import type { ResourceVector, WorkerPhase } from '@foreshadow/domain';
import { mapResources } from '@foreshadow/domain';
import type { PartitionKey } from '@foreshadow/domain';
import { type Lag, ReportAges, type WorkerDirective } from '@foreshadow/ports';
import type { Attempts } from './attempts.ts';
import { assignedTarget, fairShareTarget, type OwnershipTarget, rankAmongLive } from './fair-share.ts';
import type { UtilizationMeter } from './meter.ts';
import type { ResolvedOptions } from './options.ts';
import type { Ownership } from './ownership.ts';

/** How often the directive is read; faster while a partition is wanted that another worker still holds. */
const DIRECTIVE_INTERVAL_MS = 250;
const HANDOVER_INTERVAL_MS = 100;
const REPORT_INTERVAL_MS = 1000;
/** Workers that have said nothing for longer count as dead. */
const LIVE_REPORT_MS = 3500;
const RENEWALS_PER_LEASE = 4;

export interface ControlEvents {
  onAllowance(allowance: ResourceVector): void;
  onDrain(): void;
}

/**
 * Keeps a worker in line with what it is told and says how it is: reads its directive, pursues and renews its leases,
 * reports once a second. Everything is repeated, so a failure of the registry or the leases heals by itself.
 */
export class ControlLoop {
  readonly #options: ResolvedOptions;
  readonly #ownership: Ownership;
  readonly #meter: UtilizationMeter;
  readonly #attempts: Attempts;
  readonly #events: ControlEvents;
  readonly #startedAtMs: number;
  readonly #stop = new AbortController();
  readonly #ages = new ReportAges(REPORT_INTERVAL_MS);
  #phase: WorkerPhase = 'starting';
  #readyAtMs: number | undefined;
  #allowance: ResourceVector;
  #directive: WorkerDirective | undefined;
  #renewedAtMs = Number.NEGATIVE_INFINITY;
  #reportedAtMs: number;

  constructor(
    options: ResolvedOptions,
    ownership: Ownership,
    meter: UtilizationMeter,
    attempts: Attempts,
    events: ControlEvents,
  ) {
    this.#options = options;
    this.#ownership = ownership;
    this.#meter = meter;
    this.#attempts = attempts;
    this.#events = events;
    this.#allowance = options.allowance;
    this.#startedAtMs = options.clock.nowMs();
    this.#reportedAtMs = options.clock.monotonicMs();
  }

  /** Enter a phase and say so. */
  async enter(phase: WorkerPhase): Promise<void> {
    this.#phase = phase;
    if (phase === 'ready') this.#readyAtMs = this.#options.clock.nowMs();
    await this.#announce();
  }

  /** Runs until `stop`. */
  async run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const isWaiting = await this.#turn();
      const pauseMs = isWaiting ? HANDOVER_INTERVAL_MS : DIRECTIVE_INTERVAL_MS;
      await this.#options.clock.sleep(pauseMs, this.#stop.signal).catch(() => {});
    }
  }

  stop(): void {
    this.#stop.abort();
  }

  /** Whether a wanted partition is still missing. */
  async #turn(): Promise<boolean> {
    await this.#renewIfDue();
    // A directive of another version may make no sense: what is held stays held, and is reported.
    const isMissing = await this.#attempts.run('follow the directive', () => this.#obey());
    await this.#reportIfDue();
    return isMissing ?? false;
  }

  async #obey(): Promise<boolean> {
    await this.#followDirective();
    return this.#phase === 'ready' && (await this.#ownership.pursue(await this.#target()));
  }

  async #renewIfDue(): Promise<void> {
    const nowMs = this.#options.clock.monotonicMs();
    if (nowMs - this.#renewedAtMs < this.#options.leaseTtlMs / RENEWALS_PER_LEASE) return;
    this.#renewedAtMs = nowMs;
    await this.#ownership.renew();
  }

  async #followDirective(): Promise<void> {
    const { registry, pool, id } = this.#options;
    const directive = await this.#attempts.run('read the directive', () => registry.directive(pool, id));
    if (directive === undefined) return;
    this.#directive = directive;
    this.#follow(directive.allowance);
    if (directive.drain) this.#events.onDrain();
  }

  /** A resource without a usable number keeps its last allowance. */
  #follow(told: ResourceVector): void {
    const now = this.#allowance;
    const next = mapResources((r) => (Number.isFinite(told[r]) && told[r] >= 0 ? told[r] : now[r]));
    if (JSON.stringify(next) === JSON.stringify(now)) return;
    this.#allowance = next;
    this.#events.onAllowance(next);
  }

  async #target(): Promise<OwnershipTarget> {
    const { registry, pool, id, partitions, clock } = this.#options;
    const held = this.#ownership.active().map((c) => c.partition);
    const assigned = this.#directive?.partitions;
    if (assigned !== undefined) return assignedTarget(held, assigned, partitions);
    const reports = await this.#attempts.run('read the reports', () => registry.reports(pool));
    if (reports === undefined) return { release: [], candidates: [], wanted: 0 };
    this.#ages.look(reports, clock.monotonicMs());
    const { rank, workers } = rankAmongLive(id, reports, (w) => this.#ages.silentMs(w), LIVE_REPORT_MS);
    return fairShareTarget(held, partitions, rank, workers);
  }

  async #reportIfDue(): Promise<void> {
    const nowMs = this.#options.clock.monotonicMs();
    if (nowMs - this.#reportedAtMs < REPORT_INTERVAL_MS) return;
    this.#reportedAtMs = nowMs;
    await this.#announce();
    if (this.#phase !== 'starting') await this.#attempts.run('report', () => this.#report());
  }

  async #report(): Promise<void> {
    const { registry, id, pool, clock } = this.#options;
    await this.#ownership.commitAll();
    const lags = await this.#lags();
    const utilization = this.#meter.take({
      worker: id,
      pool,
      atMs: clock.nowMs(),
      nowMs: clock.monotonicMs(),
      allowance: this.#allowance,
      lags,
    });
    if (utilization !== undefined) await registry.report(utilization);
  }

  async #lags(): Promise<ReadonlyMap<PartitionKey, Lag>> {
    const { log, group } = this.#options;
    const partitions = [...new Set([...this.#ownership.held(), ...this.#meter.touched()])];
    const lags = await Promise.all(partitions.map((p) => log.lag(p, group)));
    return new Map(partitions.map((p, i) => [p, lags[i]!]));
  }

  async #announce(): Promise<void> {
    const { registry, id, pool, clock, system } = this.#options;
    await this.#attempts.run('announce', () =>
      registry.announce({
        id,
        pool,
        phase: this.#phase,
        pid: system.pid,
        owns: this.#ownership.held(),
        startedAtMs: this.#startedAtMs,
        readyAtMs: this.#readyAtMs,
        heapLimitBytes: system.heapLimitBytes,
        atMs: clock.nowMs(),
      }),
    );
  }
}
