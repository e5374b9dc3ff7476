import { readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';
import type { ResourceVector } from '@foreshadow/domain';

/** What a worker reads of its own process. */
export interface WorkerSystem {
  readonly pid: number;
  /** CPU time that the process has used so far, user and system, milliseconds. */
  cpuMs(): number;
  /** Memory of the process itself. */
  memoryBytes(): number;
  /** Most that its heap may grow to; cannot change while it runs. */
  readonly heapLimitBytes: number;
  /** Allowance where nobody gives one. */
  readonly capacity: ResourceVector;
  /** Lets timers and I/O run before the worker goes on. */
  yieldTurn(): Promise<void>;
}

/**
 * The Node process. Memory is anonymous resident memory where the system tells it (Linux): pages of mapped log files
 * belong to the page cache, are shared between workers and can be dropped at any time.
 */
export const nodeSystem: WorkerSystem = {
  pid: process.pid,
  cpuMs: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
  memoryBytes: () => anonymousBytes() ?? process.memoryUsage.rss(),
  heapLimitBytes: getHeapStatistics().heap_size_limit,
  capacity: {
    cpuCores: availableParallelism(),
    memoryBytes: totalmem(),
    networkBytesPerSec: Number.MAX_SAFE_INTEGER,
    diskBytesPerSec: Number.MAX_SAFE_INTEGER,
  },
  yieldTurn: () => nextTurn(),
};

function anonymousBytes(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const kibibytes = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  } catch {
    return undefined;
  }
}
