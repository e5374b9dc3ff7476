import { type CsvError as ParseError, type Info, parse } from 'csv-parse/sync';
import { CsvError } from './error.ts';
import { parseNumber } from './number.ts';
import { looksLikeTime } from './time.ts';

export interface Row {
  /** Line of the file on which the row begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

export interface Table {
  readonly file: string;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  readonly warnings: readonly string[];
}

const DELIMITERS = [',', ';', '\t', '|'] as const;

/**
 * Read a CSV text whole: quotes, BOM, CRLF, blank lines, and `,` `;` tab or `|` between cells. Without a header the
 * columns are named `1`, `2`, …
 * @throws {CsvError} if it has no rows, a row has another number of cells than the first, or a quote
 *   stands where none may.
 */
export function parseTable(file: string, text: string): Table {
  const all = parseRows(file, text);
  const first = all[0];
  if (first === undefined) throw new CsvError({ file }, 'the file is empty');
  const isHeaderless = first.cells.every((cell) => parseNumber(cell) !== undefined || looksLikeTime(cell));
  const columns = isHeaderless ? first.cells.map((_, i) => String(i + 1)) : first.cells;
  const rows = isHeaderless ? all : all.slice(1);
  if (rows.length === 0) throw new CsvError({ file }, 'has a header and no rows');
  const warnings = isHeaderless ? [`no header; columns are named ${columns.join(', ')}`] : [];
  return { file, columns, rows, warnings };
}

function parseRows(file: string, text: string): Row[] {
  let parsed: { info: Info; record: string[] }[];
  try {
    parsed = parse(text, {
      bom: true,
      info: true,
      trim: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      delimiter: delimiterOf(text),
    }) as unknown as { info: Info; record: string[] }[];
  } catch (error) {
    throw explained(file, error as ParseError);
  }
  return parsed.map(({ info, record }) => ({ line: info.lines - lineBreaks(record), cells: record }));
}

/** The parser counts to the end of a record; quoted cells may hold line breaks. */
function lineBreaks(cells: readonly string[]): number {
  return cells.reduce((sum, cell) => (cell.includes('\n') ? sum + cell.split('\n').length - 1 : sum), 0);
}

/** What separates the cells of the first line; quoted text does not count. */
function delimiterOf(text: string): string {
  const start = text.trimStart();
  const end = start.search(/[\r\n]/);
  const line = (end < 0 ? start : start.slice(0, end)).replace(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((d) => line.split(d).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))]!;
}

function explained(file: string, error: ParseError): CsvError {
  const {
    lines: line,
    column,
    record,
  } = error as unknown as Partial<Record<'lines' | 'column', number> & { record: unknown }>;
  const at = { file, ...(line === undefined ? {} : { line }) };
  const name = typeof column === 'number' ? { column: String(column + 1) } : {};
  if (error.code === 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH') {
    const value = Array.isArray(record) ? record.join(',') : '';
    return new CsvError({ ...at, value }, 'the row has another number of cells than the header', error);
  }
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') {
    return new CsvError({ ...at, ...name }, 'a quote is opened and never closed', error);
  }
  return new CsvError({ ...at, ...name }, error.message, error);
}
