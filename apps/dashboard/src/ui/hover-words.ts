import type { Drawn, Table } from '../chart/columns.ts';
import type { Frame } from '../chart/frame.ts';
import { PARTITION_COLUMN } from '../chart/partition-data.ts';
import { formatRate } from '../format/number.ts';
import { formatClock, formatDuration } from '../format/time.ts';
import { intervalWords } from './horizon-table.ts';

export interface HoverContext {
  readonly frame: Frame;
  readonly leadMs: number;
}

/** The values of a partition's chart under the pointer in one line. */
export function partitionHoverWords(columns: Table, row: number, { frame, leadMs }: HoverContext): string {
  const at = (column: number): Drawn => columns[column]?.[row];
  const rate = (column: number): string => formatRate(at(column));
  const clock = formatClock(frame.nowMs + (columns[0][row] ?? 0) * 1_000);
  const c = PARTITION_COLUMN;
  if (at(c.mean) !== undefined) {
    const interval = intervalWords({ lower: at(c.lower) ?? Number.NaN, upper: at(c.upper) ?? Number.NaN });
    return `${clock}  forecast ${rate(c.mean)} (${interval})`;
  }
  const earlier = `${formatDuration(leadMs)} before ${rate(c.earlierMean)}`;
  return `${clock}  load ${rate(c.actual)} · ${earlier} · capacity ${rate(c.capacity)}`;
}
