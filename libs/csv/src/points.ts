import { type ColumnChoice, type Columns, chooseColumns } from './columns.ts';
import { CsvError } from './error.ts';
import { isInfinite, isMissing, parseNumber } from './number.ts';
import type { Remarks } from './remarks.ts';
import type { Row, Table } from './table.ts';
import { timeParserFor } from './time.ts';

/** One row: its time and its value, NaN where missing. */
export interface Point {
  readonly line: number;
  readonly timeMs: number;
  readonly value: number;
  readonly row: Row;
}

/** Spacing that rows are given where the file has no times. */
const UNTIMED_STEP_MS = 60_000;
/** From this share of negative values on they are no slips of a rate. */
const SIGNED_SHARE = 0.25;

/**
 * The rows of a table as points in the order of time.
 * @throws {CsvError} at a time or value that is none, with line, column and value.
 */
export function readPoints(
  table: Table,
  choice: ColumnChoice,
  remarks: Remarks,
): { readonly points: readonly Point[]; readonly columns: Columns } {
  const columns = chooseColumns(table, choice);
  const timeOf = timeReader(table, columns.time, remarks);
  const isSigned = keepsNegative(table, columns.value, choice, remarks);
  const points = table.rows.map((row, i) => ({
    line: row.line,
    timeMs: timeOf(row, i),
    value: valueOf(table, columns.value, row, isSigned, remarks),
    row,
  }));
  return { points: inOrder(points, remarks), columns };
}

function timeReader(
  table: Table,
  time: number | undefined,
  remarks: Remarks,
): (row: Row, index: number) => number {
  if (time === undefined) {
    remarks.say('no time column; rows are taken as one minute apart');
    return (_, index) => index * UNTIMED_STEP_MS;
  }
  const column = table.columns[time]!;
  const { parse, assumption } = timeParserFor(
    column,
    table.rows.map((row) => row.cells[time]!),
  );
  if (assumption !== undefined) remarks.say(assumption);
  return (row) => {
    const value = row.cells[time]!;
    const timeMs = parse(value);
    if (timeMs !== undefined) return timeMs;
    throw new CsvError({ file: table.file, line: row.line, column, value }, 'is not a time');
  };
}

function keepsNegative(table: Table, index: number, choice: ColumnChoice, remarks: Remarks): boolean {
  if (choice.negative !== 'found') return choice.negative === 'kept';
  const values = table.rows.map((row) => parseNumber(row.cells[index]!)).filter((v) => v !== undefined);
  const negative = values.filter((v) => v < 0).length;
  const isSigned = negative > values.length * SIGNED_SHARE;
  if (isSigned) remarks.say(`${negative} of ${values.length} values are negative; taken as they are`);
  return isSigned;
}

function valueOf(table: Table, index: number, row: Row, isSigned: boolean, remarks: Remarks): number {
  const cell = row.cells[index]!;
  const value = parseNumber(cell);
  if (value !== undefined && (isSigned || value >= 0)) return value;
  if (value !== undefined) remarks.note('with a negative value, taken as missing', row.line);
  else if (isMissing(cell)) remarks.note('without a value', row.line);
  else if (isInfinite(cell)) remarks.note('with an infinite value, taken as missing', row.line);
  else {
    const place = { file: table.file, line: row.line, column: table.columns[index]!, value: cell };
    throw new CsvError(place, 'is not a number');
  }
  return Number.NaN;
}

function inOrder(points: readonly Point[], remarks: Remarks): readonly Point[] {
  let isSorted = true;
  for (let i = 1; i < points.length; i++) {
    if (points[i]!.timeMs >= points[i - 1]!.timeMs) continue;
    isSorted = false;
    remarks.note('earlier than the row before, sorted', points[i]!.line);
  }
  return isSorted ? points : [...points].sort((a, b) => a.timeMs - b.timeMs);
}
