import { POOL, type PoolHistory } from '../model/pool-history.ts';
import { historyTable, type Table } from './columns.ts';
import { type Frame, largest, niceCeiling } from './frame.ts';

/** Columns of a pool's chart, in cores but the first, which is seconds from now. */
export const POOL_COLUMN = { x: 0, planned: 1, capacity: 2, demand: 3 } as const;

export interface PoolChartData {
  readonly columns: Table;
  /** Top of the y axis, cores. */
  readonly top: number;
}

export function poolChartData(history: PoolHistory, frame: Frame): PoolChartData {
  const columns = historyTable(
    history.rows,
    [POOL.plannedCores, POOL.capacityCores, POOL.demandCores],
    frame,
  );
  const top = niceCeiling(Math.max(...columns.slice(1).map((column) => largest(column))) * 1.04);
  return { columns, top };
}
