import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { MAIN_FILE } from '../worker-invocation.ts';

export interface SupervisedOptions {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** File that takes the process's output. */
  readonly logFile: string;
  readonly onExit: (event: ExitEvent) => void;
}

export interface ExitEvent {
  readonly name: string;
  readonly pid: number;
  readonly how: string;
  readonly restartInMs: number;
}

const FIRST_BACKOFF_MS = 500;
const MAX_BACKOFF_MS = 10_000;
const STABLE_AFTER_MS = 30_000;

/** A process of the demo that is started again, with backoff, whenever it ends unasked. */
export class Supervised {
  readonly #options: SupervisedOptions;
  #child: ChildProcess | undefined;
  #startedAtMs = 0;
  #backoffMs = FIRST_BACKOFF_MS;
  #restart: NodeJS.Timeout | undefined;
  #stopping = false;
  /** It is away for at least so long after its next end. */
  #leastAwayMs = 0;

  constructor(options: SupervisedOptions) {
    this.#options = options;
    this.#start();
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** SIGKILL; it is started again after `awayMs`. */
  killFor(awayMs: number): void {
    this.#leastAwayMs = awayMs;
    this.#child?.kill('SIGKILL');
  }

  /** Ask it to end (SIGTERM); SIGKILL after `graceMs`. Resolves when it is gone. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const kill = setTimeout(() => child.kill('SIGKILL'), graceMs);
    await gone;
    clearTimeout(kill);
  }

  #start(): void {
    const log = openSync(this.#options.logFile, 'a');
    // A process group of its own: Ctrl-C in the terminal reaches the demo alone, which then stops everything in order.
    const child = spawn(process.execPath, [MAIN_FILE, ...this.#options.args], {
      stdio: ['ignore', log, log, 'ipc'],
      detached: true,
      env: { ...process.env, ...this.#options.env },
    });
    closeSync(log);
    this.#child = child;
    this.#startedAtMs = performance.now();
    child.once('exit', (code, signal) => this.#onExit(child, signal ?? `exit code ${code}`));
  }

  #onExit(child: ChildProcess, how: string): void {
    if (this.#stopping) return;
    if (performance.now() - this.#startedAtMs > STABLE_AFTER_MS) this.#backoffMs = FIRST_BACKOFF_MS;
    const restartInMs = Math.max(this.#leastAwayMs, this.#backoffMs);
    this.#leastAwayMs = 0;
    this.#backoffMs = Math.min(MAX_BACKOFF_MS, this.#backoffMs * 2);
    this.#restart = setTimeout(() => this.#start(), restartInMs);
    this.#options.onExit({ name: this.#options.name, pid: child.pid ?? 0, how, restartInMs });
  }
}
