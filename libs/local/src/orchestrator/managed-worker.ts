import type { Clock, WorkerPhase, WorkerStatus } from '@foreshadow/domain';
import type { WorkerDirective, WorkerEvent, WorkerRegistry, WorkerReport } from '@foreshadow/ports';
import { decideStop, isSuspect, type StopLimits, type StopView } from './decide-stop.ts';
import type { Ending, WorkerProcess } from './worker-process.ts';

export interface ManagedWorkerOptions {
  readonly id: string;
  readonly pool: string;
  readonly process: WorkerProcess;
  readonly registry: WorkerRegistry;
  readonly clock: Clock;
  /** Token of the lead under which it is told anything. */
  readonly term: number | undefined;
  readonly startedAtMs: number;
  readonly directive: WorkerDirective;
  /** What it said before it was known here. */
  readonly report: WorkerReport | undefined;
  readonly emit: (kind: WorkerEvent['kind'], message: string) => void;
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
  #drainedSinceMs: number | undefined;
  #silentMs = 0;
  #isSuspect = false;
  #lastSignal: 'SIGTERM' | 'SIGKILL' | undefined;
  #stopReason: string | undefined;

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
    const hadDrained = this.#drainedSinceMs !== undefined;
    const why = this.#stopReason === undefined ? '' : `; ${this.#stopReason}`;
    const left = hadDrained || ending.isClean ? '' : '; what it had not committed is delivered again';
    return { ...ending, message: `${ending.message}${why}${left}`, wasAsked: this.isDraining, hadDrained };
  }

  get isReady(): boolean {
    return this.#phase() === 'ready';
  }

  /** Most that its heap may grow to; NaN if it does not say. */
  get heapLimitBytes(): number {
    return this.#report?.heapLimitBytes ?? NaN;
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

  /** Take in what it says of itself, and for how long it has said nothing. */
  observe(report: WorkerReport, silentMs: number): void {
    const before = this.#report;
    this.#report = report;
    this.#silentMs = silentMs;
    const leadTimeMs = (report.readyAtMs ?? NaN) - this.#options.startedAtMs;
    if (report.readyAtMs !== undefined && before?.readyAtMs === undefined) {
      this.#options.emit('ready', `ready ${Math.round(leadTimeMs)} ms after its start`);
    }
    if (report.phase === 'drained' && this.#drainedSinceMs === undefined) {
      this.#drainedSinceMs = this.#options.clock.monotonicMs();
      this.#options.emit('drained', 'nothing left in flight');
    }
  }

  /** Write a directive, unless it is what the worker was told last. */
  async direct(told: WorkerDirective): Promise<void> {
    const directive = underTerm(told, this.#options.term);
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

  /** Stop it by a signal if it must be. */
  enforce(limits: StopLimits): void {
    const view = this.#view();
    this.#isSuspect = isSuspect(view, limits);
    const stop = decideStop(view, limits);
    if (stop === undefined || this.#lastSignal === stop.signal) return;
    this.#lastSignal = stop.signal;
    this.#stopReason = stop.reason;
    this.process.kill(stop.signal);
  }

  #view(): StopView {
    const nowMs = this.#options.clock.monotonicMs();
    const since = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : nowMs - ms);
    return {
      phase: this.#report?.phase ?? 'starting',
      silentMs: this.#silentMs,
      drainingMs: since(this.#drainingSinceMs),
      drainedMs: since(this.#drainedSinceMs),
    };
  }

  #phase(): WorkerPhase {
    const reported = this.#report?.phase ?? 'starting';
    if (this.#isSuspect) return 'failed';
    return this.isDraining && reported !== 'drained' ? 'draining' : reported;
  }
}

/** `told` as the holder of this lead says it. */
export function underTerm(told: WorkerDirective, term: number | undefined): WorkerDirective {
  return term === undefined ? told : { ...told, term };
}

function describe({ allowance }: WorkerDirective): string {
  const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(bytes < 2 ** 24 ? 1 : 0);
  const { cpuCores, memoryBytes, networkBytesPerSec, diskBytesPerSec } = allowance;
  const rates = `${mebibytes(networkBytesPerSec)} MiB/s of network, ${mebibytes(diskBytesPerSec)} MiB/s of disk`;
  return `may use ${cpuCores} cores, ${mebibytes(memoryBytes)} MiB, ${rates}`;
}
