import { fileURLToPath } from 'node:url';

/** How a worker process is started: this same command, `foreshadow worker`. */
export interface Invocation {
  readonly file: string;
  readonly args: readonly string[];
}

export const MAIN_FILE: string = fileURLToPath(new URL('./main.js', import.meta.url));

export function workerInvocation(
  configFile: string | undefined,
): (worker: { id: string; pool: string }) => Invocation {
  const config = configFile === undefined ? [] : ['--config', configFile];
  return ({ id, pool }) => ({
    file: process.execPath,
    args: [MAIN_FILE, 'worker', ...config, '--pool', pool, '--id', id],
  });
}
