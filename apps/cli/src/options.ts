import { InvalidArgumentError } from 'commander';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A timer that is set for longer fires at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** Parses `15s`, `500ms`, `5m`, `1h`; a bare number is seconds. Returns milliseconds. */
export function durationMs(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text.trim());
  if (match === null) throw new InvalidArgumentError('a duration like 300, 15s, 500ms, 5m or 1h.');
  const ms = Math.round(Number(match[1]) * UNITS[match[2] ?? 's']!);
  if (ms > LONGEST_MS) throw new InvalidArgumentError('a duration of at most 596h.');
  return ms;
}

/** A duration above 0. */
export function positiveDurationMs(text: string): number {
  const ms = durationMs(text);
  if (ms > 0) return ms;
  throw new InvalidArgumentError('a duration above 0.');
}

/** An address of a server, `http://host:port`. */
export function httpUrl(text: string): string {
  if (/^https?:\/\/[^/]/i.test(text) && URL.canParse(text)) return text;
  throw new InvalidArgumentError('an address like http://127.0.0.1:7071.');
}

/** A time zone by its IANA name. */
export function timeZone(text: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }) && text;
  } catch {
    throw new InvalidArgumentError('a time zone of the IANA database, as Europe/Berlin.');
  }
}

/** A whole number within bounds. */
export function integer(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text.trim()) || value < min || value > max) {
      throw new InvalidArgumentError(`a whole number from ${min} to ${max}.`);
    }
    return value;
  };
}

/** A finite number above `min` (exclusive) and up to `max`. */
export function positive(max = Number.MAX_VALUE, min = 0): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value <= min || value > max) {
      throw new InvalidArgumentError(
        `a number above ${min}${max === Number.MAX_VALUE ? '' : ` and up to ${max}`}.`,
      );
    }
    return value;
  };
}

/** A comma-separated list of whole numbers, ascending and without repeats after parsing. */
export function integerList(min: number, max: number): (text: string) => readonly number[] {
  const one = integer(min, max);
  return (text) => [...new Set(text.split(',').map((part) => one(part.trim())))].sort((a, b) => a - b);
}
