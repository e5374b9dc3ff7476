import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendarFeatures, DAY_FEATURES, resolvesDay, resolvesWeek, zoneClock } from '../src/calendar.ts';
import { ForecastError } from '../src/index.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const day = (localMs: number): number[] => calendarFeatures(localMs, HOUR_MS).slice(0, DAY_FEATURES);
const weekdays = (text: string): number[] => calendarFeatures(Date.parse(text), HOUR_MS).slice(DAY_FEATURES);

describe('the clock of a zone', () => {
  it('is UTC unless told otherwise', () => {
    expect(zoneClock()(1_700_000_000_123)).toBe(1_700_000_000_123);
  });

  it.each([
    ['Europe/Berlin', '2026-03-29T00:59:59.999Z', 60],
    ['Europe/Berlin', '2026-03-29T01:00:00.000Z', 120],
    ['Asia/Kathmandu', '2026-07-01T12:00:00Z', 345],
    ['America/St_Johns', '2026-01-15T12:00:00Z', -210],
  ])('%s at %s is %i minutes from UTC', (zone, instant, minutes) => {
    const atMs = Date.parse(instant);
    expect(zoneClock(zone)(atMs) - atMs).toBe(minutes * MINUTE_MS);
  });

  it('forgets an offset that it has just shown', () => {
    const clock = zoneClock('Europe/Berlin');
    const summer = Date.parse('2026-07-01T00:00:00Z');
    const winter = Date.parse('2026-12-01T00:00:00Z');
    expect([summer, winter, summer].map((t) => (clock(t) - t) / HOUR_MS)).toEqual([2, 1, 2]);
  });

  it('refuses a zone that there is not, and says what one looks like', () => {
    expect(() => zoneClock('Mars/Olympus')).toThrow(ForecastError);
    expect(() => zoneClock('Mars/Olympus')).toThrow('as Europe/Berlin; got "Mars/Olympus"');
  });
});

describe('features of the calendar', () => {
  it('are 1 in all at any time of day, and the same a day later', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e13, max: 1e13 }), (localMs) => {
        const features = day(localMs);
        expect(features.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
        expect(Math.min(...features)).toBeGreaterThanOrEqual(0);
        const later = day(localMs + 24 * HOUR_MS);
        for (const [k, x] of features.entries()) expect(later[k]).toBeCloseTo(x, 9);
      }),
    );
  });

  it('go over from one knot of the day to the next', () => {
    expect(day(4 * HOUR_MS)).toEqual([0, 1, 0, 0, 0, 0]);
    expect(day(5 * HOUR_MS)).toEqual([0, 0.75, 0.25, 0, 0, 0]);
    expect(day(23 * HOUR_MS)).toEqual([0.75, 0, 0, 0, 0, 0.25]);
  });

  it('tell the days of the week from Monday', () => {
    expect(weekdays('2026-11-23T12:00:00Z')).toEqual([0, 0, 0, 0, 0, 0]);
    expect(weekdays('2026-11-24T00:00:00Z')).toEqual([1, 0, 0, 0, 0, 0]);
    expect(weekdays('2026-11-29T23:59:59Z')).toEqual([0, 0, 0, 0, 0, 1]);
    expect(weekdays('1969-12-28T12:00:00Z')).toEqual([0, 0, 0, 0, 0, 1]);
  });

  it('are there only where steps and memory resolve them', () => {
    expect([1000, 30_000, 5 * MINUTE_MS, HOUR_MS, 2 * HOUR_MS, 24 * HOUR_MS].map(resolvesDay)).toEqual([
      false,
      false,
      true,
      true,
      true,
      false,
    ]);
    expect([5 * MINUTE_MS, HOUR_MS, 24 * HOUR_MS, 48 * HOUR_MS].map(resolvesWeek)).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(calendarFeatures(0, 1000).every(Number.isNaN)).toBe(true);
  });
});
