import { readFileSync } from 'node:fs';
import type { Point } from './series.ts';

/** A comma-separated file with a header. Fields hold no commas; quotes around them are taken off. */
export interface Csv {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function parseCsv(text: string): Csv {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const [columns = [], ...rows] = lines.map((line) =>
    line.split(',').map((field) => field.trim().replace(/^"(.*)"$/, '$1')),
  );
  return { columns, rows };
}

export function readCsv(file: string): Csv {
  return parseCsv(readFileSync(file, 'utf8'));
}

const MINUTE_MS = 60_000;

/** Times in the first column, values in the second. Empty, infinite and negative values are missing. */
export function pointsOf(csv: Csv): Point[] {
  const toMs = csv.columns[0] === 'minute' ? (text: string) => Number(text) * MINUTE_MS : parseTime;
  return csv.rows.map(([time = '', value = '']) => ({ timeMs: toMs(time), value: parseValue(value) }));
}

/**
 * Milliseconds of a time like `2019-10-06 22:00:00` or `2018-04-25T00:00:00Z`, taken as UTC.
 * @throws {RangeError}
 */
export function parseTime(text: string): number {
  const ms = Date.parse(`${text.replace(' ', 'T').replace(/Z$/, '')}Z`);
  if (Number.isNaN(ms)) throw new RangeError(`'${text}' is no time like 2019-10-06 22:00:00`);
  return ms;
}

function parseValue(text: string): number {
  const value = text === '' ? NaN : Number(text);
  return Number.isFinite(value) && value >= 0 ? value : NaN;
}
