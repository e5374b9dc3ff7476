import type { ForecastPoint, PartitionView } from '@foreshadow/domain';
import uPlot from 'uplot';
import { isPresent } from '../format/number.ts';
import { ACTUAL, ISSUED, type PartitionHistory } from '../model/partition-history.ts';
import { type Drawn, historyTable, type Table } from './columns.ts';
import { type Frame, largest, niceCeiling, secondsFromNow } from './frame.ts';

/** Columns of a partition's chart, all in records/s but the first, which is seconds from now. */
export const PARTITION_COLUMN = {
  x: 0,
  actual: 1,
  capacity: 2,
  earlierMean: 3,
  earlierLower: 4,
  earlierUpper: 5,
  mean: 6,
  lower: 7,
  upper: 8,
  capacityAhead: 9,
} as const;

export interface PartitionChartData {
  readonly columns: Table;
  /** Top of the y axis, records/s. */
  readonly top: number;
  /** Capacity where it lies above the top of the axis, so that the chart can say so. */
  readonly capacityAbove: number | undefined;
}

/** A capacity or an upper bound this many times above the load would flatten the load: it leaves the chart. */
const MOST_ABOVE_LOAD = 4;

/**
 * Everything that one partition's chart draws: load and capacity of the past, what was forecast for the past
 * `leadMs` ahead, the forecast from now on, and the present capacity carried on.
 */
export function partitionChartData(
  history: PartitionHistory,
  view: PartitionView,
  frame: Frame,
  leadMs: number,
): PartitionChartData {
  const issued = history.issued(leadMs);
  const past = historyTable(
    history.actual,
    [ACTUAL.recordsPerSec, ACTUAL.capacityRecordsPerSec],
    frame,
    issued === undefined ? undefined : { ring: issued, columns: [ISSUED.mean, ISSUED.lower, ISSUED.upper] },
  );
  if (issued === undefined) past.push(...[0, 1, 2].map(() => past[0].map((): Drawn => null)));
  const ahead = fanTable(view, frame);
  const capacityAhead = capacityTable(view, frame);
  const columns = uPlot.join([past, ahead, capacityAhead] as uPlot.AlignedData[]) as Table;
  return { columns, ...axisTop(columns, view) };
}

/** The forecast as a table: mean, lower, upper. */
function fanTable(view: PartitionView, frame: Frame): Table {
  const table: Table = [[], [], [], []];
  for (const [offsetMs, point] of fanPoints(view)) {
    const x = secondsFromNow(frame, view.atMs + offsetMs);
    if (x <= (table[0].at(-1) ?? -Infinity)) continue;
    table[0].push(x);
    [point.mean, point.lower, point.upper].forEach((value, place) => {
      (table[place + 1] as Drawn[]).push(isPresent(value) ? value : null);
    });
  }
  return table;
}

/** A value of the path is the mean over its step, so it stands in the middle of it; the last also at the end. */
function fanPoints(view: PartitionView): readonly (readonly [offsetMs: number, point: ForecastPoint])[] {
  if (view.path.length === 0) return view.forecast.map((point) => [point.horizonMs, point] as const);
  const middles = view.path.map((point, index) => {
    const startMs = view.path[index - 1]?.horizonMs ?? 0;
    return [(startMs + point.horizonMs) / 2, point] as const;
  });
  const last = view.path.at(-1);
  return last === undefined ? middles : [...middles, [last.horizonMs, last]];
}

function capacityTable(view: PartitionView, frame: Frame): Table {
  const capacity = view.capacityRecordsPerSec;
  if (!isPresent(capacity) || frame.futureMs === 0) return [[], []];
  return [
    [0, frame.futureMs / 1_000],
    [capacity, capacity],
  ];
}

function axisTop(columns: Table, view: PartitionView): Omit<PartitionChartData, 'columns'> {
  const of = (column: number): number => largest(columns[column] ?? []);
  const load = Math.max(
    of(PARTITION_COLUMN.actual),
    of(PARTITION_COLUMN.mean),
    of(PARTITION_COLUMN.earlierMean),
  );
  const limit = load > 0 ? load * MOST_ABOVE_LOAD : Infinity;
  const rest = [of(PARTITION_COLUMN.capacity), of(PARTITION_COLUMN.upper), of(PARTITION_COLUMN.earlierUpper)];
  const top = niceCeiling(Math.max(load, ...rest.map((value) => Math.min(value, limit))) * 1.04);
  const capacity = view.capacityRecordsPerSec;
  return { top, capacityAbove: isPresent(capacity) && capacity > top ? capacity : undefined };
}
