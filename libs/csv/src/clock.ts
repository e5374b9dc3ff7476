import type { CsvSeries } from './series.ts';

/** `date`: times are dates; `elapsed`: they count from a zero of the file's own; `none`: the file has none. */
export type TimeKind = 'date' | 'elapsed' | 'none';

/** Numbers this small were counted from the file's own zero: March 1973 in Unix time. */
const FIRST_DATE_MS = 1e11;

/** Times of the steps of a series, those past its end included. */
export interface SeriesClock {
  readonly kind: TimeKind;
  readonly stepMs: number;
  /** Time of the step with this index, ms. */
  timeMs(index: number): number;
  /** For machines: ISO 8601, the elapsed ms, or nothing. */
  text(index: number): string;
}

export function clockOf(series: Pick<CsvSeries, 'times' | 'stepMs' | 'timeColumn'>): SeriesClock {
  const { stepMs, times, timeColumn } = series;
  const startMs = times[0] ?? 0;
  const isDate = Math.abs(startMs + times.length * stepMs) >= FIRST_DATE_MS;
  const kind = timeColumn === undefined ? 'none' : isDate ? 'date' : 'elapsed';
  const timeMs = (index: number): number => startMs + index * stepMs;
  const text = (index: number): string => {
    if (kind === 'none') return '';
    return kind === 'elapsed' ? String(timeMs(index)) : isoText(timeMs(index));
  };
  return { kind, stepMs, timeMs, text };
}

/** ISO 8601 in UTC without the milliseconds where they are zero; beyond the calendar the number itself. */
function isoText(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString().replace('.000Z', 'Z');
}

const UNITS: readonly (readonly [string, number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
  ['ms', 1],
];

/** A length of time for people, in its two largest units: `5 min`, `1 h 30 min`, `2 d`. */
export function durationText(ms: number): string {
  const parts: string[] = [];
  let rest = Math.round(Math.abs(ms));
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
    if (parts.length > 0 && (count === 0 || parts.length === 2)) break;
  }
  return parts.length === 0 ? `${ms} ms` : parts.join(' ');
}
