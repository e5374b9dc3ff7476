import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockOf, durationText, type SeriesClock } from '@foreshadow/csv';
import { alignedText, numberText, timeTicks, valueTicks } from '../../src/plot/ticks.ts';

const clock = (startMs: number, stepMs: number, timeColumn: string | undefined = 'time'): SeriesClock =>
  clockOf({ times: Float64Array.of(startMs, startMs + stepMs), stepMs, timeColumn });

describe('marks of values', () => {
  it.each([
    [0, 100, 5, ['0', '20', '40', '60', '80', '100']],
    [87_000, 137_000, 5, ['90k', '100k', '110k', '120k', '130k']],
    [-1, 1, 4, ['-1', '-0.5', '0', '0.5', '1']],
    [0, 0.0042, 4, ['0', '0.002', '0.004']],
    [1e9, 2e9, 4, ['1G', '1.5G', '2G']],
  ])('%d to %d', (low, high, count, labels) => {
    expect(valueTicks(low, high, count).map((tick) => tick.label)).toEqual(labels);
  });

  it('lie within the range, apart, and few', () => {
    const any = fc.double({ min: -1e12, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(any, fc.double({ min: 1e-6, max: 1e12, noNaN: true }), (low, span) => {
        const high = low + span;
        fc.pre(span > Math.abs(low) * 1e-9);
        const ticks = valueTicks(low, high, 5);
        expect(ticks.length).toBeLessThanOrEqual(8);
        for (const [i, { at }] of ticks.entries()) {
          expect(at).toBeGreaterThanOrEqual(low - span * 1e-6);
          expect(at).toBeLessThanOrEqual(high + span * 1e-6);
          if (i > 0) expect(at).toBeGreaterThan(ticks[i - 1]!.at);
        }
      }),
    );
  });

  it.each([
    [NaN, NaN],
    [5, 5],
    [-Infinity, Infinity],
    [-1.7e308, 1.7e308],
  ])('of a range from %d to %d end', (low, high) => {
    expect(valueTicks(low, high, 5).length).toBeLessThan(10);
  });
});

describe('marks of time', () => {
  it('stand at round hours, the day at midnight', () => {
    const ticks = timeTicks(clock(Date.UTC(2024, 1, 28, 17, 10), 600_000), 0, 180, 6);
    expect(ticks.map((t) => t.label)).toEqual(['18:00', 'Feb 29', '06:00', '12:00', '18:00']);
    expect(ticks[0]?.at).toBe(5);
  });

  it('are days, months or seconds as the span has it', () => {
    const start = Date.UTC(2024, 0, 1);
    const labels = (stepMs: number, steps: number): string[] =>
      timeTicks(clock(start, stepMs), 0, steps, 5).map((t) => t.label);
    expect(labels(3_600_000, 120)).toEqual(['Jan 1', 'Jan 2', 'Jan 3', 'Jan 4', 'Jan 5', 'Jan 6']);
    expect(labels(1000, 40)).toEqual(['Jan 1', '00:00:10', '00:00:20', '00:00:30', '00:00:40']);
    expect(labels(86_400_000, 1000)[0]).toMatch(/^[A-Z][a-z]{2} 202[45]$/);
  });

  it('count from zero where the file does, and in steps where it has no times', () => {
    expect(timeTicks(clock(0, 60_000), 0, 120, 4).map((t) => t.label)).toEqual([
      '0',
      '30 min',
      '1 h',
      '1 h 30 min',
      '2 h',
    ]);
    const untimed = clockOf({ times: Float64Array.of(0, 60_000), stepMs: 60_000, timeColumn: undefined });
    expect(timeTicks(untimed, 90, 110, 4).map((t) => t.label)).toEqual(['90', '95', '100', '105', '110']);
  });

  it('are never more than asked for, within the range', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e9 }),
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 2, max: 12 }),
        (stepMs, steps, count) => {
          const ticks = timeTicks(clock(Date.UTC(2020, 5, 5), stepMs), 0, steps, count);
          expect(ticks.length).toBeLessThanOrEqual(count + 1);
          for (const { at } of ticks) expect(at >= 0 && at <= steps).toBe(true);
        },
      ),
    );
  });
});

describe('numbers for people', () => {
  it.each([
    [0, '0'],
    [1234, '1234'],
    [12_340, '12.3k'],
    [0.5, '0.5'],
    [1e-9, '1.00e-9'],
    [-2.5e6, '-2.5M'],
    [3e20, '3.00e20'],
    [NaN, '–'],
  ])('%d is %s', (value, text) => {
    expect(numberText(value)).toBe(text);
  });

  it('have as many decimals in a column', () => {
    expect([9.5, 10, 0].map((x) => alignedText(x, 0.1, 10))).toEqual(['9.5', '10.0', '0.0']);
  });
});

it.each([
  [300_000, '5 min'],
  [5_400_000, '1 h 30 min'],
  [86_400_000 * 8, '8 d'],
  [1500, '1 s 500 ms'],
  [0.25, '0.25 ms'],
])('%d ms last %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});
