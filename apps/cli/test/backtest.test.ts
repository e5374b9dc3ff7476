import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { buildProgram } from '../src/program.ts';

const dir = mkdtempSync(join(tmpdir(), 'backtest-'));
afterAll(() => rmSync(dir, { recursive: true }));
afterEach(() => void vi.restoreAllMocks());

interface Printed {
  readonly series: readonly {
    readonly n: number;
    readonly warnings: readonly string[];
    readonly horizons: readonly {
      readonly steps: number;
      readonly scored: number;
      readonly wape: number | null;
    }[];
  }[];
}

async function backtest(
  values: readonly unknown[],
  ...args: string[]
): Promise<{ out: Printed; err: string }> {
  const file = join(dir, 'series.csv');
  writeFileSync(file, `minute,rate\n${values.map((v, i) => `${i},${String(v)}`).join('\n')}\n`);
  let out = '';
  let err = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => (out += String(text)) !== '');
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => (err += String(text)) !== '');
  await buildProgram().parseAsync(['backtest', file, '--json', ...args], { from: 'user' });
  return { out: JSON.parse(out) as Printed, err };
}

it('prints one JSON object: the scores of each horizon', async () => {
  const { out, err } = await backtest(
    Array.from({ length: 60 }, (_, i) => 100 + (i % 7)),
    '--horizon',
    '1,6',
  );
  expect(err).toBe('');
  const [series] = out.series;
  // Origins 30 … 58 and 30 … 53 have an actual within the series.
  expect(series).toMatchObject({
    n: 60,
    horizons: [
      { steps: 1, scored: 29 },
      { steps: 6, scored: 24 },
    ],
  });
});

it('says where nothing could be scored, and what was missing', async () => {
  const { out, err } = await backtest([1, 2, -3, 4, 5, 6], '--horizon', '1,12');
  const [series] = out.series;
  expect(series?.horizons).toMatchObject([{ scored: 2 }, { steps: 12, scored: 0, wape: null }]);
  expect(series?.warnings).toEqual([
    '1 row with a negative value, taken as missing (line 4)',
    'too few values to score a forecast of 12 steps: 6, the warm-up included',
  ]);
  for (const warning of series?.warnings ?? []) expect(err).toContain(warning);
});
