import { spawn, type StdioOptions } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { ResolvedOptions, WorkerName } from './options.ts';
import { processIdentity } from '../processes.ts';
import { WORKER_ID_VARIABLE } from './process-identity.ts';

/** How a process ended, in words: `exit code 1`, `signal SIGKILL`. */
export interface Ending {
  readonly isClean: boolean;
  readonly message: string;
}

/** The process of a worker, started here or found running. */
export interface WorkerProcess {
  readonly pid: number | undefined;
  /** `undefined` while it runs. */
  ending(): Ending | undefined;
  /** Does nothing once it ended: the number may be another's by then. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
  /** Let it outlive this process. */
  leave(): void;
}

/**
 * Start a worker. It writes to a file or to this process's own output, never to a pipe: a pipe would break, and with it
 * the worker, when this process dies. `onEnd` is called once it ended.
 */
export function startProcess(worker: WorkerName, options: ResolvedOptions, onEnd: () => void): WorkerProcess {
  const { file, args, env } = options.command(worker);
  const output = options.logDirectory === undefined ? undefined : logFile(options.logDirectory, worker.id);
  const stdio: StdioOptions =
    output === undefined ? ['ignore', 'inherit', 'inherit'] : ['ignore', output, output];
  const child = spawn(file, [...args], {
    stdio,
    detached: false,
    env: {
      ...process.env,
      ...env,
      [WORKER_ID_VARIABLE]: worker.id,
      FORESHADOW_START_DELAY_MS: String(options.startDelayMs),
    },
  });
  if (output !== undefined) closeSync(output);
  let ending: Ending | undefined;
  const end = (isClean: boolean, message: string): void => {
    ending ??= { isClean, message };
    onEnd();
  };
  child.once('error', (error) => end(false, `could not start: ${error.message}`));
  child.once('exit', (code, signal) => {
    end(code === 0, signal === null ? `exit code ${String(code)}` : `signal ${signal}`);
  });
  return {
    pid: child.pid,
    ending: () => ending,
    kill: (signal) => void (ending === undefined && child.kill(signal)),
    leave: () => child.unref(),
  };
}

/** Take over a process that is known to be the worker. How it ends cannot be seen, only that it did. */
export function adoptProcess(pid: number): WorkerProcess {
  const identity = processIdentity(pid);
  const isGone = (): boolean => identity === undefined || processIdentity(pid) !== identity;
  return {
    pid,
    ending: () => (isGone() ? { isClean: false, message: 'its process is gone' } : undefined),
    kill: (signal) => {
      if (isGone()) return;
      try {
        process.kill(pid, signal);
      } catch {
        // It ended just now.
      }
    },
    leave: () => undefined,
  };
}

function logFile(directory: string, id: string): number {
  mkdirSync(directory, { recursive: true });
  return openSync(join(directory, `${id}.log`), 'a');
}
