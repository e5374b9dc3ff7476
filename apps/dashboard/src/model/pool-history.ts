import type { PoolView } from '@foreshadow/domain';
import { ColumnRing } from './column-ring.ts';

const CAPACITY = 660;
const CLOCK_STEP_MS = 5_000;

/** Columns of `PoolHistory.rows`. */
export const POOL = { atMs: 0, demandCores: 1, capacityCores: 2, plannedCores: 3 } as const;

/** CPU of a pool over the last ten minutes: what its load needs, what it has and what is planned. */
export class PoolHistory {
  readonly rows = new ColumnRing(4, CAPACITY);

  observe(pool: PoolView, atMs: number): void {
    if (atMs < this.rows.lastTimeMs - CLOCK_STEP_MS) this.rows.clear();
    this.rows.push([
      atMs,
      pool.demand?.cpuCores ?? Number.NaN,
      pool.capacity.cpuCores,
      plannedCores(pool) ?? Number.NaN,
    ]);
  }
}

/** Cores of all planned workers together; `undefined` without a plan. */
export function plannedCores(pool: PoolView): number | undefined {
  return pool.planned === null ? undefined : pool.planned.workers * pool.planned.perWorker.cpuCores;
}
