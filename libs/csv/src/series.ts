import type { ColumnChoice } from './columns.ts';
import { readPoints } from './points.ts';
import { areEvents, eventRates, onEvenSteps, type RegularSeries } from './regular.ts';
import { Remarks } from './remarks.ts';
import { parseTable } from './table.ts';

/** A series read from a CSV text: milliseconds, NaN for what is missing. */
export interface CsvSeries extends RegularSeries {
  /** What was odd about the file and how it was taken, for people. */
  readonly warnings: readonly string[];
  /** `undefined` where the file has no times. */
  readonly timeColumn: string | undefined;
  /** `undefined` where single events were counted. */
  readonly column: string | undefined;
}

/**
 * Read a CSV text as a series on even steps. Columns are found unless named. Empty, NaN and infinite values, gaps, and
 * negative values unless chosen otherwise, are missing and said so; a file of single events is counted unless a column is named.
 * @param file its name, for messages
 * @throws {CsvError} with file, line, column and value.
 */
export function parseSeries(file: string, text: string, choice: ColumnChoice = {}): CsvSeries {
  const table = parseTable(file, text);
  const remarks = new Remarks();
  for (const warning of table.warnings) remarks.say(warning);
  const { points, columns } = readPoints(table, choice, remarks);
  const asEvents = choice.column === undefined && areEvents(points);
  const series = asEvents ? eventRates(points, file, remarks) : onEvenSteps(points, file, remarks);
  return {
    ...series,
    warnings: remarks.all(),
    timeColumn: columns.time === undefined ? undefined : table.columns[columns.time],
    column: asEvents ? undefined : table.columns[columns.value],
  };
}
