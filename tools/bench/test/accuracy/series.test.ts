import { describe, expect, it } from 'vitest';
import { parseCsv, parseTime, pointsOf } from '../../src/accuracy/csv.ts';
import { lastRows, onEvenSteps, sumToHours } from '../../src/accuracy/series.ts';

const MINUTE = 60_000;
const at = (minute: number, value: number) => ({ timeMs: minute * MINUTE, value });

describe('csv', () => {
  it('reads times with and without zone as UTC', () => {
    expect(parseTime('1970-01-01 01:00:00')).toBe(3_600_000);
    expect(parseTime('1970-01-01T01:00:00Z')).toBe(3_600_000);
    expect(() => parseTime('soon')).toThrow(RangeError);
  });

  it('takes quotes off and empty lines out, and takes empty and negative values as missing', () => {
    const csv = parseCsv(
      'TimeStamp,Value,Label\r\n"1970-01-01T00:01:00Z",5.5,0\r\n\r\n1970-01-01 00:02:00,,0\n1970-01-01 00:03:00,-1,0',
    );
    expect(pointsOf(csv)).toEqual([at(1, 5.5), at(2, NaN), at(3, NaN)]);
  });

  it('counts a column named minute in minutes', () => {
    expect(pointsOf(parseCsv('minute,requests\n0,42\n2,7\n'))).toEqual([at(0, 42), at(2, 7)]);
  });
});

describe('even steps', () => {
  it('leaves steps without a row missing and takes the first row of two at one step', () => {
    const series = onEvenSteps('s', [at(0, 1), at(5, 2), at(5, 9), at(16, 3), at(20, 4)]);
    expect(series.stepMs).toBe(5 * MINUTE);
    expect([...series.values]).toEqual([1, 2, NaN, 3, 4]);
  });

  it('refuses a series without a step', () => {
    expect(() => onEvenSteps('s', [])).toThrow(/two different times/);
    expect(() => onEvenSteps('s', [at(0, 1), at(0, 2)])).toThrow(/two different times/);
  });

  it('keeps the newest rows and their time', () => {
    const series = lastRows(onEvenSteps('s', [at(0, 1), at(1, 2), at(2, 3)]), 2);
    expect([series.startMs, ...series.values]).toEqual([MINUTE, 2, 3]);
    expect(lastRows(series, 5).values).toHaveLength(2);
  });
});

describe('hours', () => {
  it('sums whole clock hours and leaves out what hangs over', () => {
    const halves = [at(30, 100), at(60, 1), at(90, 2), at(120, 3), at(150, 4), at(180, 100)];
    const hours = sumToHours(onEvenSteps('s', halves));
    expect([hours.startMs, hours.stepMs, ...hours.values]).toEqual([60 * MINUTE, 60 * MINUTE, 3, 7]);
  });

  it('scales an hour up from the steps it has, and leaves it missing with less than half of them', () => {
    const quarters = [at(0, 1), at(15, 1), at(60, 2), at(120, 1), at(135, 1), at(150, 1), at(165, NaN)];
    expect([...sumToHours(onEvenSteps('s', quarters)).values]).toEqual([4, NaN, 4]);
  });
});
