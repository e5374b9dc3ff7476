import { measure } from 'mitata';

/** Median nanoseconds of one call of `work`, divided by how many `items` a call handles. */
export async function nanosPer(items: number, work: () => unknown): Promise<number> {
  const stats = await measure(work, { min_cpu_time: 400 * 1e6, inner_gc: false });
  return stats.p50 / items;
}

/** Items per second of an asynchronous job that handles `items` in all; the best of `runs`. */
export async function itemsPerSec(items: number, runs: number, job: () => Promise<void>): Promise<number> {
  let best = 0;
  for (let run = 0; run < runs; run++) {
    const startedAt = performance.now();
    await job();
    best = Math.max(best, items / ((performance.now() - startedAt) / 1000));
  }
  return best;
}

/** CPU seconds that `job` takes, user and system. */
export async function cpuSeconds(job: () => Promise<void> | void): Promise<number> {
  const before = process.cpuUsage();
  await job();
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1e6;
}
