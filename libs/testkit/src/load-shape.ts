/** A deterministic load over time: any stretch may be asked about, in any order, always with the same answer. */
export interface LoadShape {
  readonly partitions: number;
  /** Expected records/s of a partition at a time since the start. */
  rateAt(partition: number, atMs: number): number;
  /** Records of a partition in `[fromMs, toMs)` since the start. Adjacent stretches add up exactly. */
  recordsIn(partition: number, fromMs: number, toMs: number): number;
}

/** Length of the cells in which counts are drawn. */
const CELL_MS = 100;

/**
 * Turn counts per cell of 100 ms into counts of any stretch: inside a cell the records stand evenly.
 * @param cellCount records of a partition in a cell; must be a pure function.
 */
export function countBetween(
  cellCount: (partition: number, cell: number) => number,
  partition: number,
  fromMs: number,
  toMs: number,
): number {
  if (!(toMs > fromMs)) return 0;
  const from = Math.max(0, fromMs);
  const firstCell = Math.floor(from / CELL_MS);
  const lastCell = Math.floor(toMs / CELL_MS);
  let total = countBefore(cellCount, partition, toMs) - countBefore(cellCount, partition, from);
  for (let cell = firstCell; cell < lastCell; cell++) total += cellCount(partition, cell);
  return total;
}

/** Records of the cell that holds `atMs` which lie before it. */
function countBefore(
  cellCount: (partition: number, cell: number) => number,
  partition: number,
  atMs: number,
): number {
  const cell = Math.floor(atMs / CELL_MS);
  const share = atMs / CELL_MS - cell;
  return share === 0 ? 0 : Math.floor(cellCount(partition, cell) * share + 0.5);
}

/** Middle of a cell, since the start. */
export function cellMiddleMs(cell: number): number {
  return (cell + 0.5) * CELL_MS;
}

/** Cells per second. */
export const CELLS_PER_SEC: number = 1000 / CELL_MS;
