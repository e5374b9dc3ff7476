import { readFileSync } from 'node:fs';
import {
  type ColumnChoice,
  CsvError,
  type CsvSeries,
  parseSeries,
  parseTable,
  type Table,
} from '@foreshadow/csv';

/**
 * Read a CSV file as a series on even steps.
 * @throws {CsvError} with file, line, column and value.
 */
export function readSeries(file: string, choice: ColumnChoice = {}): CsvSeries {
  return parseSeries(file, readText(file), choice);
}

/** @throws {CsvError} if it cannot be read, and as `parseTable`. */
export function readTable(file: string): Table {
  return parseTable(file, readText(file));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    throw new CsvError({ file }, code === 'ENOENT' ? 'no such file' : `cannot be read (${code})`, cause);
  }
}
