import type { PoolPlan, WorkerStatus } from '@foreshadow/domain';
import { NO_RESOURCES } from '@foreshadow/domain';
import { ReportAges, type WorkerEvent, type WorkerReport } from '@foreshadow/ports';
import { hasOutgrown, heapLimitMebibytes } from './heap-limit.ts';
import { ManagedWorker, type ManagedWorkerOptions, underTerm } from './managed-worker.ts';
import type { ResolvedOptions } from './options.ts';
import { isRunning } from '../processes.ts';
import { isWorkerProcess } from './process-identity.ts';
import { directiveOf, reconcile, workerNumber } from './reconcile.ts';
import { RestartBackoff } from './restart-backoff.ts';
import { adoptProcess, startProcess, type WorkerProcess } from './worker-process.ts';

/** What a pool needs of its orchestrator. */
export interface PoolHost {
  readonly options: ResolvedOptions;
  readonly emit: (event: WorkerEvent) => void;
  /** Look at the pool soon: a worker ended. */
  readonly wake: () => void;
}

interface Succession {
  readonly old: ManagedWorker;
  readonly next: ManagedWorker;
}

/** Workers are looked at once a poll interval; what is missed beyond so many of them is the orchestrator's own fault. */
const MOST_LOOKS_APART = 5;

/** The workers of one pool. Calls must not overlap. */
export class ManagedPool {
  readonly #name: string;
  readonly #host: PoolHost;
  readonly #workers = new Map<string, ManagedWorker>();
  readonly #backoff: RestartBackoff;
  readonly #ages: ReportAges;
  #lastNumber = 0;
  /** A worker that cannot use what it is to have, and the one that is started to take its place. */
  #succession: Succession | undefined;
  #heapIsFixed = false;
  /** Workers that ended unasked and were not replaced yet. */
  #crashed = 0;

  constructor(name: string, host: PoolHost) {
    this.#name = name;
    this.#host = host;
    this.#backoff = new RestartBackoff(host.options.restartBackoff);
    this.#ages = new ReportAges(MOST_LOOKS_APART * host.options.pollIntervalMs);
  }

  get #term(): number | undefined {
    return this.#host.options.lead?.token;
  }

  get size(): number {
    return this.#workers.size;
  }

  /** A successor is not told of before it takes over: it is not more capacity. */
  statuses(): WorkerStatus[] {
    return this.#counted().map((w) => w.status());
  }

  /** Take in reports, endings and what an earlier orchestrator left; stop who must be stopped. */
  async refresh(): Promise<void> {
    const { registry, clock } = this.#host.options;
    const reports = await registry.reports(this.#name);
    this.#ages.look(reports, clock.monotonicMs());
    for (const report of reports) {
      const worker = this.#workers.get(report.id) ?? (await this.#adopt(report));
      worker?.observe(report, this.#ages.silentMs(report.id) ?? 0);
    }
    for (const worker of this.#workers.values()) {
      worker.enforce(this.#host.options);
      await this.#bury(worker);
    }
  }

  /** Bring the workers toward the plan. */
  async carryOut(plan: PoolPlan): Promise<void> {
    const mayReplace = this.#backoff.waitMs(this.#host.options.clock.monotonicMs()) === 0;
    await this.#handOver(plan);
    const workers = this.#counted();
    const decision = reconcile(workers, plan, this.#crashed, mayReplace);
    this.#crashed = decision.waiting;
    for (const id of decision.drain) await this.#workers.get(id)?.drain('the plan retires it');
    for (const worker of workers) {
      if (!worker.isDraining) await worker.direct(directiveOf(worker.id, plan));
    }
    for (let i = 0; i < decision.start; i++) await this.#start(plan);
    const isComplete = decision.start + decision.waiting === 0 && workers.every((w) => w.isReady);
    if (mayReplace && isComplete) await this.#succeed(plan, workers);
  }

  /**
   * Where the heap limit of a worker is too small for what it is to have, start another in its place: V8 cannot change
   * it in a process that runs. One at a time, and only in a pool that is complete and where nothing else changes.
   */
  async #succeed(plan: PoolPlan, workers: readonly ManagedWorker[]): Promise<void> {
    if (this.#succession !== undefined || this.#heapIsFixed) return;
    const { memoryBytes } = plan.allocation.perWorker;
    const old = workers.find((w) => hasOutgrown(w.heapLimitBytes, memoryBytes));
    if (old === undefined) return;
    const next = await this.#start(plan, `to take the place of ${old.id}, whose heap cannot grow so far`);
    this.#succession = { old, next };
  }

  /** Drain a worker whose successor is ready; drain the successor if the plan retires the worker altogether. */
  async #handOver({ retiring }: PoolPlan): Promise<void> {
    if (this.#succession === undefined) return;
    const { old, next } = this.#succession;
    const isOver = (w: ManagedWorker): boolean => w.isDraining || this.#workers.get(w.id) !== w;
    if (retiring.includes(old.id)) await next.drain(`the plan retires ${old.id}`);
    else if (next.isReady && !isOver(old)) await this.#takePlace(old, next);
    if (isOver(old) || isOver(next)) this.#succession = undefined;
  }

  /** Where workers do not heed the limit that they are started with, no successor helps: then it is left at that. */
  async #takePlace(old: ManagedWorker, next: ManagedWorker): Promise<void> {
    this.#heapIsFixed = !(next.heapLimitBytes > old.heapLimitBytes);
    if (this.#heapIsFixed) await next.drain(`its heap is no larger than that of ${old.id}`);
    else await old.drain(`${next.id} takes its place, with a larger heap`);
  }

  /** The workers that the plan counts. */
  #counted(): ManagedWorker[] {
    return [...this.#workers.values()].filter((w) => w !== this.#succession?.next);
  }

  async drainAll(reason: string): Promise<void> {
    for (const worker of this.#workers.values()) await worker.drain(reason);
  }

  leave(): void {
    for (const worker of this.#workers.values()) worker.process.leave();
  }

  async #start(plan: PoolPlan, why?: string): Promise<ManagedWorker> {
    const { registry, clock } = this.#host.options;
    const id = `${this.#name}-${++this.#lastNumber}`;
    const pool = this.#name;
    const directive = underTerm(directiveOf(id, plan), this.#term);
    await registry.direct(pool, id, directive);
    const startedAtMs = clock.nowMs();
    const process = await this.#spawn(id, heapLimitMebibytes(plan.allocation.perWorker.memoryBytes));
    const worker = this.#add(id, { process, startedAtMs, directive, report: undefined });
    const number = `process ${process.pid ?? 'none'}`;
    this.#emit(id, 'started', why === undefined ? number : `${number}, ${why}`);
    // Said on its behalf, so that a successor of this orchestrator knows of it from the first moment.
    const first = { id, pool, phase: 'starting', owns: [], readyAtMs: undefined, atMs: startedAtMs } as const;
    if (process.pid !== undefined) await registry.announce({ ...first, pid: process.pid, startedAtMs });
    return worker;
  }

  async #spawn(id: string, heapLimitMebibytes: number): Promise<WorkerProcess> {
    try {
      return startProcess({ id, pool: this.#name, heapLimitMebibytes }, this.#host.options, this.#host.wake);
    } catch (error) {
      await this.#host.options.registry.remove(this.#name, id);
      throw error;
    }
  }

  /** A report of a worker that is not known here: take it over if it lives, forget it if it is dead. */
  async #adopt(report: WorkerReport): Promise<ManagedWorker | undefined> {
    const { registry } = this.#host.options;
    const number = workerNumber(this.#name, report.id);
    this.#lastNumber = Math.max(this.#lastNumber, number ?? 0);
    if (number === undefined) {
      // Started by hand and not ours to stop. Its command need not tell its id, so any process will do.
      const isAlive = report.pid === undefined || isRunning(report.pid);
      if (!isAlive) await registry.remove(this.#name, report.id);
      return undefined;
    }
    if (report.pid === undefined || !isWorkerProcess(report.pid, report.id)) {
      await registry.remove(this.#name, report.id);
      return undefined;
    }
    const directive = (await registry.directive(this.#name, report.id)) ?? {
      allowance: NO_RESOURCES,
      partitions: undefined,
      drain: false,
    };
    const process = adoptProcess(report.pid);
    const worker = this.#add(report.id, { process, startedAtMs: report.startedAtMs, directive, report });
    this.#emit(report.id, 'started', `found running as process ${report.pid}`);
    return worker;
  }

  #add(
    id: string,
    known: Pick<ManagedWorkerOptions, 'process' | 'startedAtMs' | 'directive' | 'report'>,
  ): ManagedWorker {
    const { registry, clock } = this.#host.options;
    const emit = (kind: WorkerEvent['kind'], message: string): void => this.#emit(id, kind, message);
    const term = this.#term;
    const worker = new ManagedWorker({ id, pool: this.#name, registry, clock, term, emit, ...known });
    this.#workers.set(id, worker);
    return worker;
  }

  /** Forget a worker that ended. */
  async #bury(worker: ManagedWorker): Promise<void> {
    if (worker.ended() === undefined) return;
    const { registry, clock } = this.#host.options;
    // Its last word may have come after the reports were read.
    const last = (await registry.reports(this.#name)).find((r) => r.id === worker.id);
    if (last !== undefined) worker.observe(last, 0);
    const ended = worker.ended()!;
    await registry.remove(this.#name, worker.id);
    this.#workers.delete(worker.id);
    if (ended.wasAsked) return this.#emit(worker.id, 'stopped', ended.message);
    this.#backoff.failed(clock.monotonicMs(), worker.livedMs);
    this.#crashed++;
    const waitMs = Math.round(this.#backoff.waitMs(clock.monotonicMs()));
    const next = waitMs > 0 ? `replaced in ${waitMs} ms` : 'replaced at once';
    this.#emit(worker.id, ended.hadDrained ? 'stopped' : 'crashed', `${ended.message}; ${next}`);
  }

  #emit(worker: string, kind: WorkerEvent['kind'], message: string): void {
    this.#host.emit({ atMs: this.#host.options.clock.nowMs(), pool: this.#name, worker, kind, message });
  }
}
