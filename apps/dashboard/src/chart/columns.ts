import type { ColumnRing } from '../model/column-ring.ts';
import { type Frame, GAP_MS, secondsFromNow } from './frame.ts';

/** A drawn value: `null` is a gap, `undefined` says that the series has nothing to say at this x. */
export type Drawn = number | null | undefined;

/** One x column, ascending, and the columns drawn over it. */
export type Table = [xs: number[], ...ys: Drawn[][]];

const drawn = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** Where a forecast made earlier is read at the rows of a table. */
export interface Overlay {
  readonly ring: ColumnRing;
  readonly columns: readonly number[];
}

/**
 * Rows of a history inside the frame as a table over seconds from now. Missing values are gaps, and so is every
 * stretch without rows.
 * @param columns of the history
 * @param overlay further columns, interpolated at the times of the history's rows
 */
export function historyTable(
  history: ColumnRing,
  columns: readonly number[],
  frame: Frame,
  overlay?: Overlay,
): Table {
  const xs: number[] = [];
  const width = columns.length + (overlay?.columns.length ?? 0);
  const ys: Drawn[][] = Array.from({ length: width }, () => []);
  const first = history.firstAtOrAfter(frame.nowMs - frame.pastMs);
  let previousMs = Number.NaN;
  for (let index = first; index < history.length; index += 1) {
    const atMs = history.at(0, index);
    if (atMs - previousMs > GAP_MS) {
      xs.push(secondsFromNow(frame, (previousMs + atMs) / 2));
      for (const column of ys) column.push(null);
    }
    xs.push(secondsFromNow(frame, atMs));
    columns.forEach((column, place) => ys[place]?.push(drawn(history.at(column, index))));
    overlay?.columns.forEach((column, place) => {
      ys[columns.length + place]?.push(drawn(overlay.ring.interpolate(column, atMs, GAP_MS)));
    });
    previousMs = atMs;
  }
  return [xs, ...ys];
}
