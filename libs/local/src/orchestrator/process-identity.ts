import { isRunning, procFile, ps } from '../processes.ts';

/** Set for every worker, so that its process can be recognized whatever its command looks like. */
export const WORKER_ID_VARIABLE = 'FORESHADOW_WORKER_ID';

/** Whether process `pid` is the worker `id`: numbers of dead processes are given to new ones. */
export function isWorkerProcess(pid: number, id: string): boolean {
  if (!isRunning(pid)) return false;
  if (process.platform !== 'linux') return ps(pid, 'command=')?.split(/\s+/).includes(id) ?? false;
  const variables = procFile(pid, 'environ')?.split('\0') ?? [];
  const args = procFile(pid, 'cmdline')?.split('\0') ?? [];
  return variables.includes(`${WORKER_ID_VARIABLE}=${id}`) || args.includes(id);
}
