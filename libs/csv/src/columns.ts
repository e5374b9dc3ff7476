import { CsvError } from './error.ts';
import { isInfinite, isMissing, parseNumber } from './number.ts';
import type { Table } from './table.ts';
import { looksLikeTime } from './time.ts';

export interface ColumnChoice {
  readonly timeColumn?: string | undefined;
  readonly column?: string | undefined;
  /**
   * Negative values: `missing` (rates have none), `kept`, or `found`: kept where so many are negative that the series is
   * no rate. `missing` by default.
   */
  readonly negative?: 'missing' | 'kept' | 'found';
}

/** Places of the columns; `time` is `undefined` where the file has none. */
export interface Columns {
  readonly time: number | undefined;
  readonly value: number;
}

const TIME_NAME =
  /^(unix_?)?(times?|timestamp|date|datetime|ts|epoch|ms|minutes?|seconds?|hours?|days?)(_(ms|millis|s|secs?|seconds|min|minutes?|us|ns|utc))?$/i;
const LOOKED_AT = 20;

/**
 * The columns that were named, or else found: the time is the first that holds dates, or numbers under a name that
 * says time; the value is the first numeric one besides.
 * @throws {CsvError} if a named column is not there or none can be found; lists the columns.
 */
export function chooseColumns(table: Table, choice: ColumnChoice): Columns {
  const time = choice.timeColumn === undefined ? findTime(table) : named(table, choice.timeColumn);
  const value = choice.column === undefined ? findValue(table, time) : named(table, choice.column);
  if (value === undefined) {
    throw new CsvError({ file: table.file }, `no numeric column; name one with --column, ${listed(table)}`);
  }
  return { time, value };
}

/** Every numeric column but the time's. */
export function numericColumns(table: Table, time: number | undefined): readonly number[] {
  return table.columns.map((_, i) => i).filter((i) => i !== time && isNumeric(table, i));
}

function named(table: Table, name: string): number {
  const exact = table.columns.indexOf(name);
  const folded = table.columns.findIndex((c) => c.toLowerCase() === name.toLowerCase());
  const found = exact >= 0 ? exact : folded;
  if (found < 0) throw new CsvError({ file: table.file }, `no column '${name}'; ${listed(table)}`);
  return found;
}

function findTime(table: Table): number | undefined {
  const dates = table.columns.findIndex((_, i) => areMostly(firstCells(table, i), looksLikeTime));
  if (dates >= 0) return dates;
  const numbers = table.columns.findIndex((name, i) => TIME_NAME.test(name) && isNumeric(table, i));
  return numbers >= 0 ? numbers : undefined;
}

function findValue(table: Table, time: number | undefined): number | undefined {
  return numericColumns(table, time)[0];
}

function isNumeric(table: Table, column: number): boolean {
  const cells = firstCells(table, column).filter((cell) => !isMissing(cell) && !isInfinite(cell));
  return areMostly(cells, (cell) => parseNumber(cell) !== undefined);
}

/** Half is enough: a bad cell should be found where it stands, not make its column another kind. */
function areMostly(cells: readonly string[], test: (cell: string) => boolean): boolean {
  return cells.length > 0 && cells.filter(test).length * 2 >= cells.length;
}

function firstCells(table: Table, column: number): string[] {
  return table.rows.slice(0, LOOKED_AT).map((row) => row.cells[column] ?? '');
}

function listed(table: Table): string {
  return `its columns are ${table.columns.map((c) => `'${c}'`).join(', ')}`;
}
