import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backtest as scored } from '@foreshadow/forecast';
import { afterAll, describe, expect, it } from 'vitest';
import { geometricMean, timingOf } from '../src/backtest/summary.ts';
import { type Ran, runCommand } from './run-command.ts';

const dir = mkdtempSync(join(tmpdir(), 'backtest-'));
afterAll(() => rmSync(dir, { recursive: true }));

interface Scores {
  readonly steps: number;
  readonly scored: number;
  readonly wape: number | null;
  readonly mae: number | null;
  readonly experts: Readonly<Record<string, Readonly<Record<string, number | null>>>>;
}

interface Printed {
  readonly series: readonly {
    readonly file: string;
    readonly n: number;
    readonly season?: number;
    readonly warnings: readonly string[];
    readonly horizons: readonly Scores[];
  }[];
  readonly updateMicros: number;
  readonly refitMillis: number | null;
}

let files = 0;
function csv(values: readonly unknown[]): string {
  const file = join(dir, `series-${++files}.csv`);
  writeFileSync(file, `minute,rate\n${values.map((v, i) => `${i},${String(v)}`).join('\n')}\n`);
  return file;
}

async function backtest(
  values: readonly unknown[],
  ...args: string[]
): Promise<{ out: Printed; err: string }> {
  const { out, err } = await runCommand('backtest', csv(values), '--json', ...args);
  return { out: JSON.parse(out) as Printed, err };
}

const waves = Array.from({ length: 300 }, (_, t) => Math.round(100 + 40 * Math.sin(t / 5) + ((t * 37) % 11)));

describe('--json', () => {
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

  it('has the fields that are promised, for the combination and each expert', async () => {
    const { out } = await backtest(waves, '--season', '31');
    expect(Object.keys(out)).toEqual(['series', 'updateMicros', 'refitMillis']);
    expect(out.updateMicros).toBeGreaterThan(0);
    expect(out.refitMillis === null || out.refitMillis > 0).toBe(true);
    const [series] = out.series;
    expect(series).toMatchObject({ n: 300, season: 31, warnings: [] });
    expect(series?.file).toMatch(/series-\d+\.csv$/);
    expect(series?.horizons.map((h) => h.steps)).toEqual([1, 6, 12]);
    for (const horizon of series?.horizons ?? []) {
      const { experts, ...scores } = horizon;
      expect(Object.keys(scores).sort()).toEqual(
        [
          'coverage90',
          'idealWorst100',
          'mae',
          'mase',
          'maseToSeasonalNaive',
          'pinball',
          'scored',
          'seasonalMase',
          'steps',
          'wape',
          'wapeNaive',
          'wapeRatioToNaive',
          'width90',
          'winkler90',
          'winklerConstant90',
          'worst100',
        ].sort(),
      );
      for (const value of Object.values(scores)) expect(value).toEqual(expect.any(Number));
      expect(experts['naive']).toMatchObject({ wapeRatioToNaive: 1 });
      for (const expert of Object.values(experts)) {
        expect(Object.keys(expert)).toEqual(['scored', 'mae', 'wape', 'wapeRatioToNaive', 'mase', 'pinball']);
      }
    }
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

  it('scores from the first value on without a warm-up', async () => {
    const { out } = await backtest(waves, '--horizon', '1', '--warmup', '0');
    expect(out.series[0]?.horizons[0]).toMatchObject({ scored: 299, mase: null });
  });
});

describe('negative values', () => {
  const signed = waves.map((y) => y - 100);

  it('are kept where many are, and said so', async () => {
    const { out, err } = await backtest(signed, '--horizon', '1');
    expect(out.series[0]?.horizons[0]?.scored).toBe(149);
    expect(err).toMatch(/\d+ of 300 values are negative; taken as they are/);
  });

  it('are kept when told to', async () => {
    const { out, err } = await backtest([5, 6, 7, 5, 6, -7, 5, 6], '--horizon', '1', '--signed');
    expect(out.series[0]?.horizons[0]?.scored).toBe(3);
    expect(err).toBe('');
  });
});

describe('--forecasts', () => {
  it('writes every forecast with its origin', async () => {
    const forecasts = join(dir, 'forecasts.csv');
    const file = csv(waves);
    const { out } = await runCommand(
      'backtest',
      file,
      '--horizon',
      '1,6',
      '--json',
      '--forecasts',
      forecasts,
    );
    const [header, ...rows] = readFileSync(forecasts, 'utf8').trimEnd().split('\n');
    expect(header).toBe('file,origin,origin_time,steps,target_time,mean,lower,upper,actual');
    expect(rows).toHaveLength(2 * 150);
    const cells = rows.map((row) => row.split(','));
    const errors: number[] = [];
    for (const [name, origin, originTime, steps, targetTime, mean, , , actual] of cells) {
      expect(name).toBe(file);
      expect(Number(originTime)).toBe(60_000 * Number(origin));
      expect(Number(targetTime)).toBe(60_000 * (Number(origin) + Number(steps)));
      const truth = waves[Number(origin) + Number(steps)];
      expect(actual).toBe(truth === undefined ? '' : String(truth));
      if (steps === '6' && truth !== undefined) errors.push(Math.abs(truth - Number(mean)));
    }
    const printed = JSON.parse(out) as Printed;
    expect(printed.series[0]?.horizons[1]?.mae).toBeCloseTo(
      errors.reduce((a, b) => a + b, 0) / errors.length,
      9,
    );
  });

  it('names dates, and quotes file names that need it', async () => {
    const file = join(dir, 'a "b",c.csv');
    const rows = waves.map((y, i) => `${new Date(Date.UTC(2024, 0, 1, i)).toISOString()},${y}`);
    writeFileSync(file, `time,rate\n${rows.join('\n')}\n`);
    const forecasts = join(dir, 'quoted.csv');
    await runCommand('backtest', file, '--horizon', '1', '--forecasts', forecasts);
    const second = readFileSync(forecasts, 'utf8').split('\n')[1];
    const shown = `"${file.replaceAll('"', '""')}"`;
    expect(second?.startsWith(`${shown},150,2024-01-07T06:00:00Z,1,2024-01-07T07:00:00Z,`)).toBe(true);
  });

  it('refuses a file that cannot be written', async () => {
    const { code, err } = await runCommand('backtest', csv(waves), '--forecasts', join(dir, 'none', 'x.csv'));
    expect(code).toBe(2);
    expect(err).toMatch(/cannot write .*x\.csv: ENOENT/);
  });
});

describe('what is printed', () => {
  it('is a table of scores, their means over the series, and one of experts', async () => {
    const { out, err } = await runCommand('backtest', csv(waves), csv(waves.map((y) => 3 * y)));
    expect(err).toBe('');
    expect(out).toMatch(/series +steps +scored +MAE +WAPE +ratio +MASE +pinball/);
    expect(out.match(/^series-\d+\.csv +(1|6|12) /gm)).toHaveLength(6);
    expect(out.match(/^all 2 +(1|6|12) /gm)).toHaveLength(3);
    expect(out).toMatch(/^naive +1\.000 +1\.000 +1\.000$/m);
    expect(out).toMatch(/Experts give points, not intervals/);
    expect(out).toMatch(/µs an update/);
    expect(out).not.toMatch(/NaN|undefined|\u001b/);
  });

  it('says nothing as a number that was not scored', async () => {
    const { out, code } = await runCommand('backtest', csv([1, 2, 3]), '--horizon', '9');
    expect(code).toBe(0);
    expect(out).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('is a chart as well with --plot, or a picture in a file', async () => {
    const plain = await runCommand('backtest', csv(waves), '--plot');
    expect(plain.out).toMatch(/[⠁-⣿]/u);
    expect(plain.out).toMatch(/best expert/);
    const picture = join(dir, 'scores.svg');
    const { out } = await runCommand('backtest', csv(waves), csv(waves), '--json', '--plot', picture);
    expect(JSON.parse(out)).toHaveProperty('series');
    expect(readFileSync(picture, 'utf8').match(/class="actual"/g)).toHaveLength(4);
  });
});

describe('what is refused', () => {
  const refused = async (...args: string[]): Promise<Ran> => {
    const ran = await runCommand('backtest', ...args);
    expect(ran.code).toBe(2);
    expect(ran.out).toBe('');
    return ran;
  };

  it.each([
    ['a header alone', 'time,rate\n', /has a header and no rows/],
    ['nothing', '', /the file is empty/],
    ['bytes', '\u0000\u0001\u0002', /./],
    ['text for a number', 'minute,rate\n0,1\n1,2\n2,x\n', /line 4, column 'rate': is not a number; got 'x'/],
    ['rows of different lengths', 'minute,rate\n0,1\n1,2,3\n', /line 3: the row has another number of cells/],
    ['one time only', 'minute,rate\n0,1\n0,2\n', /needs rows at two different times/],
    ['an open quote', 'minute,rate\n0,"1\n1,2\n', /a quote is opened and never closed/],
    [
      'a time that is none',
      'time,rate\n2024-01-01,1\n2024-13-01,2\n2024-01-03,2\n',
      /line 3, column 'time': is not a time/,
    ],
    ['steps without end', 'time_ms,rate\n0,1\n1,1\n2,1\n1e15,2\n', /more than 10000000 are no series/],
  ])('a file with %s', async (_, text, message) => {
    const file = join(dir, 'hostile.csv');
    writeFileSync(file, text);
    expect((await refused(file)).err).toMatch(message);
  });

  it('a file that is not there, before any other is scored', async () => {
    const { err } = await refused(csv(waves), join(dir, 'none.csv'));
    expect(err).toMatch(/none\.csv: no such file/);
  });

  it.each([
    [['--warmup', '1'], /a share from 0 to 0\.99/],
    [['--warmup', ''], /a share from 0 to 0\.99/],
    [['--horizon', '0'], /a whole number from 1 to 10000/],
    [['--horizon', '1,,2'], /a whole number from 1 to 10000/],
    [['--season', '1'], /a whole number from 2 to 1000000/],
    [['--json', '--plot'], /--json and --plot both print; give --plot a file/],
    [['--plot', 'x.png'], /ends in \.svg or \.html/],
    [['--column', 'load'], /no column 'load'; its columns are 'minute', 'rate'/],
  ])('%j', async (args, message) => {
    expect((await refused(csv(waves), ...args)).err).toMatch(message);
  });
});

describe('means over series', () => {
  it('are geometric for ratios, over those that are there', () => {
    expect(geometricMean([2, 8, NaN, 0, Infinity])).toBeCloseTo(4, 12);
    expect(geometricMean([NaN])).toBeNaN();
  });

  it('count updates and refits as often as they happened', () => {
    const report = { file: '', warnings: [], horizons: [] };
    const one = { ...report, n: 100, refits: 1, updateMicros: 10, refitMillis: 4 };
    const two = { ...report, n: 300, refits: 0, updateMicros: 20 };
    expect(timingOf([one, two])).toEqual({ updateMicros: 17.5, refitMillis: 4 });
    expect(timingOf([two])).toEqual({ updateMicros: 20, refitMillis: null });
  });
});

describe('the calendar', { timeout: 60_000 }, () => {
  const HOUR_MS = 3_600_000;
  const START_MS = Date.UTC(2024, 0, 1);
  /** Hourly values, lower on the weekends of New York. */
  const values = Array.from({ length: 24 * 28 }, (_, t) => {
    const weekday = new Date(START_MS + (t - 5) * HOUR_MS).getUTCDay();
    return 100 - (weekday % 6 === 0 ? 40 : 0) + ((t * 7919) % 13) / 2;
  });

  async function errors(timeOf: (t: number) => unknown, ...args: string[]): Promise<(number | null)[]> {
    const file = join(dir, `dated-${++files}.csv`);
    writeFileSync(file, `hour,load\n${values.map((y, t) => `${String(timeOf(t))},${y}`).join('\n')}\n`);
    const { out } = await runCommand('backtest', file, '--json', '--horizon', '1,6', ...args);
    return (JSON.parse(out) as Printed).series[0]!.horizons.map((h) => h.mae);
  }

  const date = (t: number): string => new Date(START_MS + t * HOUR_MS).toISOString();
  const expected = (zone: string): number[] => {
    const calendar = { startMs: START_MS, stepMs: HOUR_MS, zone };
    return scored(values, { horizons: [1, 6], calendar }).horizons.map((h) => h.mae);
  };

  it('is that of the dates of the file in the zone, UTC by default', async () => {
    expect(await errors(date, '--zone', 'America/New_York')).toEqual(expected('America/New_York'));
    expect(await errors(date)).toEqual(expected('UTC'));
    expect(expected('UTC')).not.toEqual(expected('America/New_York'));
  });

  it('is none where times count from the file’s own zero, or where it is left out', async () => {
    const without = scored(values, { horizons: [1, 6] }).horizons.map((h) => h.mae);
    expect(await errors((t) => t)).toEqual(without);
    expect(await errors(date, '--no-calendar')).toEqual(without);
    expect(without).not.toEqual(expected('UTC'));
  });
});
