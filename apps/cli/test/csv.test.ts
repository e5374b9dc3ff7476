import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readSeries } from '../src/csv.ts';

const dir = mkdtempSync(join(tmpdir(), 'csv-'));
afterAll(() => rmSync(dir, { recursive: true }));

it('reads a file, and names it where something is wrong', () => {
  const file = join(dir, 'rates.csv');
  writeFileSync(file, 'minute,rate\n0,1\n1,2\n');
  expect([...readSeries(file).values]).toEqual([1, 2]);
  writeFileSync(file, 'minute,rate\n0,1\n1,x\n');
  expect(() => readSeries(file)).toThrow(`${file}, line 3, column 'rate': is not a number; got 'x'`);
});

it('says that a file is not there, or cannot be read', () => {
  expect(() => readSeries(join(dir, 'none.csv'))).toThrow(/none\.csv: no such file/);
  expect(() => readSeries(dir)).toThrow(/cannot be read \(EISDIR\)/);
});
