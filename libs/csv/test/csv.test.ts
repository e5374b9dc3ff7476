import { Xoshiro128 } from '@foreshadow/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ColumnChoice, CsvError, type CsvSeries, parseSeries } from '../src/index.ts';

const read = (text: string, choice: ColumnChoice = {}): CsvSeries => parseSeries('series.csv', text, choice);
const valuesOf = (text: string, choice = {}): number[] => [...read(text, choice).values];
const NaNs = Number.NaN;

function failure(text: string, choice = {}): CsvError {
  try {
    read(text, choice);
  } catch (error) {
    if (error instanceof CsvError) return error;
    throw error;
  }
  throw new Error('no failure');
}

describe('what files look like', () => {
  it.each([
    ['plain', 'time,rate\n2024-01-01 00:00:00,1\n2024-01-01 00:01:00,2.5\n'],
    ['BOM and CRLF', '\uFEFFtime,rate\r\n2024-01-01 00:00:00,1\r\n2024-01-01 00:01:00,2.5\r\n'],
    ['blank lines and spaces', '\n time , rate \n\n2024-01-01 00:00:00, 1\n \n2024-01-01 00:01:00,2.5\n\n'],
    ['quotes', '"time","rate"\n"2024-01-01 00:00:00","1"\n"2024-01-01 00:01:00","2.5"'],
    ['semicolons', 'time;rate\n2024-01-01 00:00:00;1\n2024-01-01 00:01:00;2.5'],
    ['tabs', 'time\trate\n2024-01-01 00:00:00\t1\n2024-01-01 00:01:00\t2.5'],
    ['ISO with zone', 'time,rate\n2024-01-01T01:00:00+01:00,1\n2024-01-01T00:01:00Z,2.5'],
    ['Unix seconds', 'ts,rate\n1704067200,1\n1704067260,2.5'],
    ['Unix milliseconds', 'ts,rate\n1704067200000,1\n1704067260000,2.5'],
    ['Unix time named by its unit', 'time_ms,rate\n1704067200000,1\n1704067260000,2.5'],
    ['Unix time named so', 'unix_timestamp,rate\n1704067200,1\n1704067260,2.5'],
    ['Unix nanoseconds', 'ts,rate\n1704067200000000000,1\n1704067260000000000,2.5'],
    ['month first', 'time,rate\n1/1/2024 00:00,1\n1/1/2024 00:01,2.5'],
    ['12 hours', 'time,rate\n1/1/2024 12:00:00 AM,1\n1/1/2024 12:01:00 AM,2.5'],
    [
      'other columns about',
      'host,time,note,rate\na,2024-01-01 00:00:00,"x,""y""",1\nb,2024-01-01 00:01:00,"l\n2",2.5',
    ],
  ])('%s', (_, text) => {
    const series = read(text);
    expect([...series.values]).toEqual([1, 2.5]);
    expect([...series.times]).toEqual([Date.UTC(2024, 0, 1), Date.UTC(2024, 0, 1, 0, 1)]);
    expect(series.stepMs).toBe(60_000);
    expect(series.column).toBe('rate');
    expect(series.warnings).toEqual([]);
  });

  it('tells day first from month first by a number that is no month', () => {
    const series = read('time,rate\n1/2/2024,1\n13/2/2024,2\n');
    expect([...series.times]).toEqual([Date.UTC(2024, 1, 1), Date.UTC(2024, 1, 13)]);
  });

  it('counts small numbers in the unit that the column’s name says, else says what it assumed', () => {
    expect(read('minute,rate\n0,1\n1,2').stepMs).toBe(60_000);
    expect(read('hour,rate\n0,1\n1,2').stepMs).toBe(3_600_000);
    expect(read('ms,rate\n0,1\n100000000,2\n200000000,3').stepMs).toBe(100_000_000);
    const assumed = read('time,rate\n0,1\n1,2');
    expect(assumed.stepMs).toBe(1000);
    expect(assumed.warnings).toEqual(["column 'time' holds plain numbers; taken as seconds"]);
  });

  it('takes rows without times as a minute apart, and columns without names by number', () => {
    const bare = read('5\n6\n7\n');
    expect([...bare.values]).toEqual([5, 6, 7]);
    expect(bare).toMatchObject({ stepMs: 60_000, timeColumn: undefined, column: '1' });
    expect(bare.warnings.join()).toMatch(/no header.*no time column/);
  });

  it('reads the columns that are named, whatever their case', () => {
    const text = 'date,a,b\n2024-01-01,1,10\n2024-01-02,2,20';
    expect(valuesOf(text, { column: 'B' })).toEqual([10, 20]);
    expect(read(text, { timeColumn: 'DATE' }).timeColumn).toBe('date');
  });
});

describe('what is missing', () => {
  it('is NaN, never zero, and said with its lines', () => {
    const series = read(
      'minute,rate\n0,1\n1,\n2,NaN\n3,-4\n4,inf\n5,0\n6,null\n7,1e999\n8,-1\n9,-2\n10,-3\n',
    );
    expect([...series.values]).toEqual([1, NaNs, NaNs, NaNs, NaNs, 0, NaNs, NaNs, NaNs, NaNs, NaNs]);
    expect(series.warnings).toEqual([
      '3 rows without a value (lines 3, 4, 8)',
      '4 rows with a negative value, taken as missing (lines 5, 10, 11, …)',
      '2 rows with an infinite value, taken as missing (lines 6, 9)',
    ]);
  });

  it('fills gaps with NaN on the most frequent spacing', () => {
    const series = read('minute,rate\n0,1\n1,2\n4,3\n5,4\n7,5\n');
    expect([...series.values]).toEqual([1, 2, NaNs, NaNs, 3, 4, NaNs, 5]);
    expect(series.warnings).toEqual([
      '3 steps in 2 gaps without a row, taken as missing (before lines 4, 6)',
    ]);
  });

  it('sorts, leaves out repeated times, and moves what stands between steps', () => {
    const series = read('second,rate\n0,1\n20,3\n10,2\n30,4\n30,99\n41,5\n50,6\n60,7\n');
    expect([...series.values]).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(series.warnings).toEqual([
      '1 row earlier than the row before, sorted (line 4)',
      '1 row at a time that was there before, left out (line 6)',
      '1 row between two steps, moved to the nearer (line 7)',
    ]);
  });

  it('gives back any series on even steps as it was, holes and all', () => {
    const cell = fc.option(fc.double({ min: 0, max: 1e9, noNaN: true }), { nil: undefined });
    fc.assert(
      fc.property(fc.array(cell, { minLength: 2, maxLength: 50 }), (cells) => {
        const rows = cells.map((v, i) => `${i},${v === undefined ? '' : v}`);
        const series = cells.map((v) => v ?? NaNs);
        fc.pre(cells.slice(0, 20).some((v) => v !== undefined));
        expect(valuesOf(`minute,rate\n${rows.join('\n')}\n`)).toEqual(series);
      }),
      { numRuns: 50 },
    );
  });
});

describe('single events', () => {
  const events = (times: readonly number[]): string =>
    `TIMESTAMP,Tokens\r\n${times.map((t) => `${new Date(t).toISOString()},7`).join('\r\n')}`;
  const start = Date.UTC(2024, 0, 1);

  it('are counted per step, as a rate', () => {
    const rng = new Xoshiro128(1);
    let at = start;
    const times = Array.from({ length: 2000 }, () => (at += Math.ceil(-100 * Math.log(1 - rng.next()))));
    const series = read(events(times));
    expect(series.stepMs).toBe(1000);
    expect(series.column).toBeUndefined();
    const counted = series.values.reduce((a, b) => a + b, 0);
    const whole = times.filter((t) => t < times[0]! + 1000 * series.values.length).length;
    expect(counted).toBe(whole);
    expect(series.values.length).toBe(Math.floor((times.at(-1)! - times[0]!) / 1000));
    expect(series.warnings.join()).toContain('single events');
  });

  it('are recognised when their times are whole seconds too', () => {
    const times = Array.from({ length: 300 }, (_, i) => start + Math.floor(i / 3) * 1000);
    expect([...read(events(times)).values].every((v) => v === 3)).toBe(true);
  });

  it('are not taken for a series whose clock jitters', () => {
    const times = Array.from({ length: 200 }, (_, i) => start + i * 60_000 + ((i * i * 37) % 4001));
    const series = read(events(times));
    expect(series).toMatchObject({ stepMs: 60_000, column: 'Tokens' });
    expect(series.values.every((v) => v === 7)).toBe(true);
  });

  it('are a series where a column is asked for', () => {
    const times = Array.from({ length: 20 }, (_, i) => start + i * i * 1000);
    expect(read(events(times), { column: 'Tokens' }).column).toBe('Tokens');
  });
});

describe('malformed files', () => {
  it('refuses events that lie thousands of years apart', () => {
    const years = [1, 2, 3, 5, 9, 17, 33, 1000, 3000, 6000, 8900].map((y) => `${1000 + y}-01-01,1`);
    const error = failure(`date,n\n${years.join('\n')}\n`);
    expect(error.message).toMatch(/more than 10000000 are no series/);
  });

  it.each([
    ['a word for a number', 'minute,rate\n0,1\n1,many\n', {}, { line: 3, column: 'rate', value: 'many' }],
    ['a decimal comma', 'minute;rate\n0;1\n1;2,5\n', {}, { line: 3, column: 'rate', value: '2,5' }],
    ['no time', 'date,rate\n2024-01-01,1\nsoon,2\n', {}, { line: 3, column: 'date', value: 'soon' }],
    [
      'a date that is none',
      'date,rate\n2024-01-30,1\n2024-02-30,2\n',
      {},
      { line: 3, column: 'date', value: '2024-02-30' },
    ],
    [
      'a word among Unix times',
      'ts,rate\n1704067200,1\nsoon,2\n1704067320,3\n',
      {},
      { line: 3, value: 'soon' },
    ],
    ['an empty Unix time', 'ts,rate\n1704067200,1\n1704067260,2\n,3\n', {}, { line: 4, value: '' }],
    ['an empty time', 'date,rate\n2024-01-01,1\n,2\n', {}, { line: 3, column: 'date', value: '' }],
    ['a cell too many', 'minute,rate\n0,1\n1,2,3\n', {}, { line: 3, value: '1,2,3' }],
    ['a cell too few', 'minute,rate\n0,1\n1\n', {}, { line: 3, value: '1' }],
    ['an open quote', 'minute,rate\n0,"1\n1,2\n', {}, { column: '2' }],
    ['text behind a quote', 'minute,rate\n0,"1"x\n', {}, { line: 2, column: '2' }],
    [
      'a quoted line break before',
      'date,note,rate\n2024-01-01,"a\nb",1\n2024-01-02,c,x\n',
      {},
      { line: 4, value: 'x' },
    ],
  ])('%s: says where', (_, text, choice, place) => {
    const error = failure(text, choice);
    expect(error.code).toBe('INVALID_CSV');
    expect(error.place).toMatchObject(place);
    for (const part of Object.values(place)) expect(error.message).toContain(String(part));
    expect(error.message).toContain(error.place.file);
  });

  it.each([
    ['', {}, 'empty'],
    ['minute,rate\n', {}, 'no rows'],
    ['minute,rate\n0,1\n', {}, 'two different times'],
    ['minute,rate\n0,1\n1,2\n', { column: 'load' }, "no column 'load'; its columns are 'minute', 'rate'"],
    ['minute,rate\n0,1\n1,2\n', { timeColumn: 'at' }, "no column 'at'"],
    ['name,colour\na,red\nb,blue\n', {}, 'no numeric column'],
    ['ms,rate\n0,1\n1,2\n2,3\n1e12,4\n', {}, 'more than 10000000'],
  ])('%j with %j', (text, choice, message) => {
    expect(failure(text, choice).message).toContain(message);
  });

  it('shortens long values', () => {
    expect(failure(`minute,rate\n0,1\n1,${'x'.repeat(500)}\n`).message.length).toBeLessThan(250);
  });
});
