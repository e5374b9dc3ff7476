import { ForecastError } from './errors.ts';

const MINUTE_MS = 60_000;
const QUARTER_MS = 15 * MINUTE_MS;
const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** Knots of the time of day, every four hours. */
const KNOTS = 6;
/** A cycle can be told from a trend while two of it fit into what the regression remembers. */
const MOST_CYCLE_STEPS = 500;

/** Features of the time of day: linear splines between knots. */
export const DAY_FEATURES: number = KNOTS;
/** Features of the day of the week: Tuesday to Sunday, against Monday. */
export const WEEK_FEATURES = 6;

/** Name of the zone that is taken by default. */
export const UTC = 'UTC';

/** Gives what clocks of a zone show at an instant, as the instant at which UTC shows it. */
export type ZoneClock = (atMs: number) => number;

/** @throws {ForecastError} `INVALID_ARGUMENT` for a zone that this engine does not know */
export function zoneClock(zone: string = UTC): ZoneClock {
  if (zone === UTC) return (atMs) => atMs;
  const format = formatOf(zone);
  // Zones change their offset at quarters of an hour at most.
  let quarter = NaN;
  let offsetMs = 0;
  return (atMs) => {
    const now = Math.floor(atMs / QUARTER_MS);
    if (now !== quarter) offsetMs = offsetOf(format, now * QUARTER_MS);
    quarter = now;
    return atMs + offsetMs;
  };
}

function formatOf(zone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' });
  } catch (cause) {
    const message = `zone must be a time zone of the IANA database, as Europe/Berlin; got ${JSON.stringify(zone)}`;
    throw new ForecastError('INVALID_ARGUMENT', message, { cause });
  }
}

/** The format says `GMT`, `GMT+05:30` or the like. */
function offsetOf(format: Intl.DateTimeFormat, atMs: number): number {
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)/.exec(format.format(atMs)) ?? [];
  return (sign === '-' ? -1 : 1) * (60 * Number(hours ?? 0) + Number(minutes ?? 0)) * MINUTE_MS;
}

/** Whether steps are short enough for the time of day, and long enough that days are remembered. */
export function resolvesDay(stepMs: number): boolean {
  return 2 * stepMs <= DAY_MS / KNOTS && DAY_MS / stepMs <= MOST_CYCLE_STEPS;
}

export function resolvesWeek(stepMs: number): boolean {
  return stepMs <= DAY_MS && WEEK_MS / stepMs <= MOST_CYCLE_STEPS;
}

/**
 * Features of the time of day, then of the day of the week, of a step; NaN of what steps do not resolve. Plain
 * arithmetic: the same in every engine.
 * @param localMs what clocks show at the step's middle
 */
export function calendarFeatures(localMs: number, stepMs: number): number[] {
  const ofDay = (KNOTS * modulo(localMs, DAY_MS)) / DAY_MS;
  const hasDay = resolvesDay(stepMs);
  const day = Array.from({ length: DAY_FEATURES }, (_, k) => {
    const distance = Math.abs(ofDay - k);
    return hasDay ? Math.max(0, 1 - Math.min(distance, KNOTS - distance)) : NaN;
  });
  // The first of January 1970 was a Thursday.
  const weekday = modulo(Math.floor(localMs / DAY_MS) + 3, 7);
  const hasWeek = resolvesWeek(stepMs);
  const week = Array.from({ length: WEEK_FEATURES }, (_, k) => (hasWeek ? Number(weekday === k + 1) : NaN));
  return [...day, ...week];
}

function modulo(a: number, b: number): number {
  return a - b * Math.floor(a / b);
}
