import { parseNumber } from './number.ts';

const ISO =
  /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/i;
const LOCAL =
  /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s*(AM|PM)?)?$/i;

/** Reads the cells of one time column: milliseconds since the epoch or since the series' own zero; else `undefined`. */
export type TimeParser = (cell: string) => number | undefined;

/** Whether a cell is written as a date, with or without time of day. */
export function looksLikeTime(cell: string): boolean {
  return ISO.test(cell) || LOCAL.test(cell);
}

/**
 * Choose how to read a time column by its name and its first cells: ISO 8601 and its looser forms (times without zone
 * are UTC), `M/D/Y` or `D/M/Y` (the latter if a first number above 12 occurs), Unix time in s, ms, µs or ns, or small
 * numbers counted in the unit that the name says.
 * @returns the parser, and what to say if the unit of small numbers had to be assumed.
 */
export function timeParserFor(
  name: string,
  cells: readonly string[],
): { readonly parse: TimeParser; readonly assumption: string | undefined } {
  const numbers = cells.map(parseNumber).filter((n) => n !== undefined);
  // Most of them, not all: a bad cell should be found where it stands.
  if (numbers.length * 2 > cells.length) {
    const largest = numbers.reduce((most, n) => Math.max(most, Math.abs(n)), 0);
    const named = unitOfName(name);
    // Two days counted in milliseconds are as large as a Unix time in seconds.
    const unit = named === 1 ? named : (epochUnitMs(largest) ?? named);
    const assumption =
      unit === undefined ? `column '${name}' holds plain numbers; taken as seconds` : undefined;
    return { parse: (cell) => scaled(cell, unit ?? 1000), assumption };
  }
  const isDayFirst = cells.some((cell) => Number(LOCAL.exec(cell)?.[1] ?? 0) > 12);
  return { parse: (cell) => parseDate(cell, isDayFirst), assumption: undefined };
}

function scaled(cell: string, unitMs: number): number | undefined {
  const value = parseNumber(cell);
  return value === undefined ? undefined : value * unitMs;
}

/** Unit of a Unix time by its size: those of 1973 to 5138 tell s, ms, µs and ns apart. */
function epochUnitMs(value: number): number | undefined {
  if (value >= 1e17) return 1e-6;
  if (value >= 1e14) return 1e-3;
  if (value >= 1e11) return 1;
  return value >= 1e8 ? 1000 : undefined;
}

function unitOfName(name: string): number | undefined {
  const folded = name.toLowerCase();
  if (/^(ms|milli)|_ms$|millis/.test(folded)) return 1;
  if (/minute|^min$|_min$/.test(folded)) return 60_000;
  if (/hour|^h$/.test(folded)) return 3_600_000;
  if (/day/.test(folded)) return 86_400_000;
  return /sec|^s$|_s$/.test(folded) ? 1000 : undefined;
}

function parseDate(cell: string, isDayFirst: boolean): number | undefined {
  const iso = ISO.exec(cell);
  if (iso !== null) {
    const [, year, month, day, hour, minute, second, fraction, zone] = iso;
    const local = utcMs(year, month, day, hour, minute, second, fraction);
    return local === undefined ? undefined : local - zoneMs(zone);
  }
  const match = LOCAL.exec(cell);
  if (match === null) return undefined;
  const [, a, b, year, hour, minute, second, fraction, half] = match;
  const [day, month] = isDayFirst ? [a, b] : [b, a];
  const hour24 = half === undefined ? hour : String((Number(hour) % 12) + (/pm/i.test(half) ? 12 : 0));
  return utcMs(year, month, day, hour24, minute, second, fraction);
}

function utcMs(
  year: string | undefined,
  month: string | undefined,
  day: string | undefined,
  hour = '0',
  minute = '0',
  second = '0',
  fraction = '0',
): number | undefined {
  const whole = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  const date = new Date(whole);
  // Date.UTC carries 31 February over into March.
  const isReal = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  const isTime = Number(hour) <= 23 && Number(minute) <= 59 && Number(second) <= 59;
  return isReal && isTime ? whole + Number(`0.${fraction}`) * 1000 : undefined;
}

function zoneMs(zone: string | undefined): number {
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(zone ?? '');
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return (match[1] === '-' ? -minutes : minutes) * 60_000;
}
