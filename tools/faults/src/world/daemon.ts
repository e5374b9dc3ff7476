import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface DaemonOptions {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly logFile: string;
}

const RESTART_MS = 500;

/** A process that is started again whenever it ends unasked, as a service manager does. */
export class Daemon {
  readonly #options: DaemonOptions;
  #child: ChildProcess;
  #stopping = false;
  /** Time from its end to its next start. */
  #awayMs = RESTART_MS;

  constructor(options: DaemonOptions) {
    this.#options = options;
    this.#child = this.#start();
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** SIGKILL; it is started again after `ms`. */
  killFor(ms: number): void {
    this.#awayMs = ms;
    this.#child.kill('SIGKILL');
  }

  /** SIGTERM; SIGKILL after `graceMs`. Resolves when it is gone. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGCONT');
    child.kill('SIGTERM');
    const kill = setTimeout(() => child.kill('SIGKILL'), graceMs);
    await gone;
    clearTimeout(kill);
  }

  #start(): ChildProcess {
    const { file, args, env, logFile } = this.#options;
    const log = openSync(logFile, 'a');
    const child = spawn(file, [...args], { stdio: ['ignore', log, log], env: { ...process.env, ...env } });
    closeSync(log);
    child.once('exit', () => void this.#restart());
    return child;
  }

  async #restart(): Promise<void> {
    if (this.#stopping) return;
    const awayMs = this.#awayMs;
    this.#awayMs = RESTART_MS;
    await sleep(awayMs, undefined, { ref: false });
    if (!this.#stopping) this.#child = this.#start();
  }
}
