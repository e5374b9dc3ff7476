import type { Clock, WorkerPhase, WorkerStatus } from '@foreshadow/domain';
import type { WorkerDirective, WorkerEvent, WorkerRegistry, WorkerReport } from '@foreshadow/ports';
import type { Ending, WorkerProcess } from './worker-process.ts';

export interface ManagedWorkerOptions {
  readonly id: string;
  readonly pool: string;
  readonly process: WorkerProcess;
  readonly registry: WorkerRegistry;
  readonly clock: Clock;
  readonly startedAtMs: number;
  readonly directive: WorkerDirective;
  /** What it said before it was known here. */
  readonly report: WorkerReport | undefined;
  readonly emit: (kind: WorkerEvent['kind'], message: string) => void;
}

/** How long a worker may take to drain, and then to heed SIGTERM. */
export interface DrainLimits {
  readonly drainTimeoutMs: number;
  readonly killGraceMs: number;
}

/** One worker: what it was told, what it said, and how far it is from its end. */
export class ManagedWorker {
  readonly id: string;
  readonly process: WorkerProcess;
  readonly #options: ManagedWorkerOptions;
  readonly #knownSinceMs: number;
  #directive: WorkerDirective;
  #report: WorkerReport | undefined;
  #drainingSinceMs: number | undefined;
  #lastSignal: 'SIGTERM' | 'SIGKILL' | undefined;

  constructor(options: ManagedWorkerOptions) {
    this.id = options.id;
    this.process = options.process;
    this.#options = options;
    this.#directive = options.directive;
    this.#report = options.report;
    this.#knownSinceMs = options.clock.monotonicMs();
    if (options.directive.drain) this.#drainingSinceMs = this.#knownSinceMs;
  }

  get isDraining(): boolean {
    return this.#drainingSinceMs !== undefined;
  }

  /** How long it has been known here. */
  get livedMs(): number {
    return this.#options.clock.monotonicMs() - this.#knownSinceMs;
  }

  /** How it ended, if it did, and whether it was told to. */
  ended(): (Ending & { readonly wasAsked: boolean; readonly hadDrained: boolean }) | undefined {
    const ending = this.process.ending();
    if (ending === undefined) return undefined;
    return { ...ending, wasAsked: this.isDraining, hadDrained: this.#report?.phase === 'drained' };
  }

  status(): WorkerStatus {
    const { id, pool, startedAtMs } = this.#options;
    return {
      id,
      pool,
      phase: this.#phase(),
      allowance: this.#directive.allowance,
      owns: this.#report?.owns ?? [],
      startedAtMs,
      readyAtMs: this.#report?.readyAtMs,
    };
  }

  /** Take in what it says of itself. */
  observe(report: WorkerReport): void {
    const before = this.#report;
    this.#report = report;
    const leadTimeMs = (report.readyAtMs ?? NaN) - this.#options.startedAtMs;
    if (report.readyAtMs !== undefined && before?.readyAtMs === undefined) {
      this.#options.emit('ready', `ready ${Math.round(leadTimeMs)} ms after its start`);
    }
    if (report.phase === 'drained' && before?.phase !== 'drained') {
      this.#options.emit('drained', 'nothing left in flight');
    }
  }

  /** Write a directive, unless it is what the worker was told last. */
  async direct(directive: WorkerDirective): Promise<void> {
    if (JSON.stringify(directive) === JSON.stringify(this.#directive)) return;
    const isResized = JSON.stringify(directive.allowance) !== JSON.stringify(this.#directive.allowance);
    await this.#options.registry.direct(this.#options.pool, this.id, directive);
    this.#directive = directive;
    if (isResized) this.#options.emit('resized', describe(directive));
  }

  /** Tell it to finish what it has and to end. */
  async drain(reason: string): Promise<void> {
    if (this.isDraining) return;
    await this.direct({ ...this.#directive, drain: true });
    this.#drainingSinceMs = this.#options.clock.monotonicMs();
    this.#options.emit('draining', reason);
  }

  /** Press on with a drain that takes too long: SIGTERM, then SIGKILL. */
  enforce(limits: DrainLimits): void {
    if (this.#drainingSinceMs === undefined) return;
    const takesMs = this.#options.clock.monotonicMs() - this.#drainingSinceMs;
    if (takesMs >= limits.drainTimeoutMs + limits.killGraceMs) this.#signal('SIGKILL');
    else if (takesMs >= limits.drainTimeoutMs) this.#signal('SIGTERM');
  }

  #signal(signal: 'SIGTERM' | 'SIGKILL'): void {
    if (this.#lastSignal === signal) return;
    this.#lastSignal = signal;
    this.process.kill(signal);
  }

  #phase(): WorkerPhase {
    const reported = this.#report?.phase ?? 'starting';
    return this.isDraining && reported !== 'drained' ? 'draining' : reported;
  }
}

function describe({ allowance }: WorkerDirective): string {
  const mebibytes = Math.round(allowance.memoryBytes / 2 ** 20);
  return `may use ${allowance.cpuCores} cores and ${mebibytes} MiB`;
}
