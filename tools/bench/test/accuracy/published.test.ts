import { describe, expect, it } from 'vitest';
import { align, averageOverOrigins, publishedPart, readPublished } from '../../src/accuracy/published.ts';
import { DataFolder } from '../../src/accuracy/folder.ts';
import { parseTime } from '../../src/accuracy/csv.ts';
import { stamp, temporaryFolder, writeFiles } from './files.ts';

it('averages over the origins there are since the step before the first row', () => {
  const ahead = (steps: number, origin: number): number => 100 * steps + origin;
  // Row 0: one step from origin 9. Row 1: one step from 10, two from 9. Row 2: those from 11 and 10, not from 9.
  expect([...averageOverOrigins(ahead, 10, 3, 2)]).toEqual([109, (110 + 209) / 2, (111 + 210) / 2]);
});

describe('published rows', () => {
  const HOUR = 3_600_000;
  const series = { name: 's', startMs: 0, stepMs: HOUR, values: Float64Array.from([5.5, 7.2, 9, 8.1]) };
  const published = (times: number[], actual: number[], last: number[]) => ({
    timesMs: times.map((t) => t * HOUR),
    actual: Float64Array.from(actual),
    methods: new Map([['LASTOBSERVED', Float64Array.from(last)]]),
  });

  it('are found in the series by time, actual and last value', () => {
    expect(align(series, published([2, 3], [9, 8], [7, 8]), 2)).toBe(2);
  });

  it('that are not those of the series are refused with the row', () => {
    expect(() => align(series, published([2, 3], [9, 5], [7, 8]), 2)).toThrow(/row 2 .*actual 5 against 8.1/);
    expect(() => align(series, published([2, 3], [9, 8], [7, 3]), 2)).toThrow(/LASTOBSERVED 3 against/);
    expect(() => align(series, published([3, 4], [8, 8], [9, 8]), 2)).toThrow(/row 2/);
  });

  it('take columns of both files by time, not by place', () => {
    const dir = temporaryFolder();
    const files = {
      'c.csv': `date,t,LASTOBSERVED\n${stamp(0)},1,3\n${stamp(HOUR)},2,1`,
      'd.csv': `date,t,GRU\n${stamp(HOUR)},2,20\n${stamp(2 * HOUR)},3,30\n${stamp(0)},1,10`,
    };
    writeFiles(dir, files);
    const read = readPublished(`${dir}/c.csv`, `${dir}/d.csv`);
    expect(read.timesMs).toEqual([0, HOUR].map((t) => parseTime(stamp(t))));
    expect([...read.actual]).toEqual([1, 2]);
    expect(Object.fromEntries(read.methods)).toEqual({
      LASTOBSERVED: Float64Array.from([3, 1]),
      GRU: Float64Array.from([10, 20]),
    });
  });
});

it('scores last value against itself at 1 and a column that is right at 0', () => {
  const STEP = 300_000;
  const values = Array.from({ length: 60 }, (_, t) => 50 + ((t * 7) % 11));
  const rows = values.map((y, t) => ({ t, y, last: values[t - 1] })).slice(40);
  const dir = temporaryFolder();
  writeFiles(dir, {
    'stream-rates/x_5min.csv': `date,messages\n${values.map((y, t) => `${stamp(t * STEP)},${y}`).join('\n')}`,
    'stream-rates/published/x_5min_classic.csv': `date,t,LASTOBSERVED,Oracle\n${rows
      .map(({ t, y, last }) => `${stamp(t * STEP)},${y},${last},${y}`)
      .join('\n')}`,
  });
  const { tables, targets } = publishedPart(new DataFolder(dir));
  const { columns, rows: lines } = tables[0]!;
  const cell = (column: string) => lines[0]![columns.indexOf(column)];
  expect([cell('LASTOBSERVED'), cell('Oracle'), cell('best in hindsight')]).toEqual([1, 0, 0]);
  expect(cell('rows')).toBe(20);
  expect(targets).toHaveLength(1);
});
