import { fileURLToPath } from 'node:url';

/** How a worker process is started: this same command, `foreshadow worker`. */
export interface Invocation {
  readonly file: string;
  readonly args: readonly string[];
}

export const MAIN_FILE: string = fileURLToPath(new URL('./main.js', import.meta.url));

export function workerInvocation(
  configFile: string | undefined,
): (worker: { id: string; pool: string; heapLimitMebibytes: number }) => Invocation {
  const config = configFile === undefined ? [] : ['--config', configFile];
  return ({ id, pool, heapLimitMebibytes }) => ({
    file: process.execPath,
    args: [
      `--max-old-space-size=${heapLimitMebibytes}`,
      MAIN_FILE,
      'worker',
      ...config,
      '--pool',
      pool,
      '--id',
      id,
    ],
  });
}
