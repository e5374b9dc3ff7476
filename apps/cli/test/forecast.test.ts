import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { horizonChoice, stepsTo } from '../src/forecast/flags.ts';
import { runCommand } from './run-command.ts';

const dir = mkdtempSync(join(tmpdir(), 'forecast-'));
afterAll(() => rmSync(dir, { recursive: true }));

interface Printed {
  readonly n: number;
  readonly stepMs: number | null;
  readonly end: string | number | null;
  readonly points: readonly {
    readonly step: number;
    readonly time: string | number | null;
    readonly mean: number;
    readonly intervals: readonly { readonly level: number; readonly lower: number; readonly upper: number }[];
    readonly leading: string;
    readonly scored: number;
  }[];
  readonly seasons: readonly number[];
  readonly experts: readonly { readonly name: string; readonly weights: readonly number[] }[];
  readonly models: readonly {
    readonly algorithm: string;
    readonly form: string;
    readonly trainedOn: { readonly values: number; readonly to: string };
  }[];
  readonly features: readonly { readonly name: string; readonly isIn: boolean }[];
  readonly warnings: readonly string[];
}

let files = 0;
function write(text: string): string {
  const file = join(dir, `${++files}.csv`);
  writeFileSync(file, text);
  return file;
}

/** Hourly values from 2024-01-01 on. */
function hourly(values: readonly unknown[]): string {
  const rows = values.map((y, i) => `${new Date(Date.UTC(2024, 0, 1, i)).toISOString()},${String(y)}`);
  return write(`time,load\n${rows.join('\n')}\n`);
}

async function forecast(file: string, ...args: string[]): Promise<Printed> {
  const { out, code } = await runCommand('forecast', file, '--json', ...args);
  expect(code).toBe(0);
  return JSON.parse(out) as Printed;
}

const daily = Array.from(
  { length: 24 * 14 },
  (_, t) => 100 + 50 * Math.sin((2 * Math.PI * t) / 24) + ((t * 7919) % 13) / 4,
);

// Models are fitted on the way; that takes its time.
describe('a forecast', { timeout: 60_000 }, () => {
  it('gives every step to the horizon: time, mean, nested intervals', async () => {
    const { n, stepMs, end, points } = await forecast(
      hourly(daily),
      '--horizon',
      '24',
      '--level',
      '90,50,80',
    );
    expect({ n, stepMs, end }).toEqual({ n: 336, stepMs: 3_600_000, end: '2024-01-14T23:00:00Z' });
    expect(points.map((p) => p.step)).toEqual(Array.from({ length: 24 }, (_, i) => i + 1));
    expect(points[23]?.time).toBe('2024-01-15T23:00:00Z');
    for (const { mean, intervals } of points) {
      expect(intervals.map((i) => i.level)).toEqual([50, 80, 90]);
      const [a, b, c] = intervals.map((i) => [i.lower, i.upper]);
      const order = [c?.[0], b?.[0], a?.[0], mean, a?.[1], b?.[1], c?.[1]].map(Number);
      expect(order).toEqual([...order].sort((x, y) => x - y));
    }
  });

  it('follows the season of the data, and says which experts led to it', async () => {
    const { points, seasons, experts } = await forecast(hourly(daily), '--horizon', '1d');
    expect(seasons).toContain(24);
    for (const { step, mean } of points) {
      expect(Math.abs(mean - (101.5 + 50 * Math.sin((2 * Math.PI * (335 + step)) / 24)))).toBeLessThan(12);
    }
    for (let h = 0; h < 24; h++) {
      const total = experts.reduce((sum, { weights }) => sum + weights[h]!, 0);
      expect(total).toBeCloseTo(1, 9);
      const heaviest = experts.reduce((a, b) => (b.weights[h]! > a.weights[h]! ? b : a));
      expect(points[h]?.leading).toBe(heaviest.name);
    }
  });

  it('takes the seasons that it is given', async () => {
    const { seasons } = await forecast(hourly(daily), '--horizon', '3', '--season', '48,24');
    expect([...seasons].sort((a, b) => a - b)).toEqual([24, 48]);
  });

  it('starts after the last row, though it has no value', async () => {
    const { points, warnings, end } = await forecast(hourly([...daily, '', 'NaN', '']), '--horizon', '1');
    expect(end).toBe('2024-01-15T02:00:00Z');
    expect(points[0]?.time).toBe('2024-01-15T03:00:00Z');
    expect(warnings).toContain('the last 3 steps have no value; the forecast starts after them');
  });

  it('bridges times that are missing, uneven or out of order', async () => {
    const rows = daily
      .map((y, i) => `${new Date(Date.UTC(2024, 0, 1, i, 0, i % 3)).toISOString()},${y}`)
      .filter((_, i) => i % 17 !== 5);
    [rows[40], rows[41]] = [rows[41]!, rows[40]!];
    const { n, points, warnings } = await forecast(
      write(`time,load\n${rows.join('\n')}\n`),
      '--horizon',
      '2',
    );
    expect(n).toBe(336);
    expect(points).toHaveLength(2);
    expect(warnings.join('\n')).toMatch(/without a row, taken as missing[\s\S]*sorted/);
  });

  it('counts in steps where the file has no times', async () => {
    const { points, stepMs } = await forecast(write(`load\n${daily.join('\n')}\n`), '--horizon', '2');
    expect(stepMs).toBeNull();
    expect(points.map((p) => p.time)).toEqual([null, null]);
  });

  it('warns of intervals that rest on few scores', async () => {
    const { warnings, points } = await forecast(hourly(daily.slice(0, 40)), '--horizon', '12');
    expect(points[11]?.scored).toBe(28);
    expect(warnings).toEqual([
      'intervals from step 11 on rest on fewer than 30 forecasts scored; take them as guesses',
    ]);
  });

  it.each([
    ['constant', Array.from({ length: 100 }, () => 7)],
    ['zero', Array.from({ length: 100 }, () => 0)],
    ['huge', Array.from({ length: 100 }, (_, t) => `${1 + (t % 7)}e30`)],
    ['tiny', Array.from({ length: 100 }, (_, t) => `${1 + (t % 7)}e-30`)],
    ['exploding', Array.from({ length: 100 }, (_, t) => 1.5 ** t)],
    ['intermittent', Array.from({ length: 100 }, (_, t) => (t % 9 === 0 ? t : 0))],
    ['negative', Array.from({ length: 100 }, (_, t) => -50 - (t % 7))],
    ['two values', [3, 4]],
    ['one value', [3, '']],
  ])('is finite for values that are %s', async (_, values) => {
    const file = hourly(values);
    const { points } = await forecast(file, '--horizon', '5', '--level', '50,90,99');
    for (const { mean, intervals } of points) {
      for (const x of [mean, ...intervals.flatMap((i) => [i.lower, i.upper])])
        expect(Number.isFinite(x)).toBe(true);
    }
    for (const format of [[], ['--plot'], ['--plot', 'svg'], ['--plot', 'html'], ['--csv']]) {
      const { out, code } = await runCommand('forecast', file, '--horizon', '5', ...format);
      expect(code).toBe(0);
      expect(out).not.toMatch(/NaN|undefined|Infinity/);
    }
  });
});

/** Less load on Saturdays and Sundays in Berlin, whose days begin one hour before those of UTC. */
const weekly = Array.from({ length: 24 * 28 }, (_, t) => {
  const weekday = new Date(Date.UTC(2024, 0, 1, t + 1)).getUTCDay();
  return 100 - (weekday % 6 === 0 ? 40 : 0) + ((t * 7919) % 13) / 2;
});

describe('the calendar', { timeout: 60_000 }, () => {
  it('is learned in the zone, from the dates of the file', async () => {
    const file = hourly(weekly);
    const { features } = await forecast(file, '--horizon', '2', '--zone', 'Europe/Berlin');
    expect(features.find(({ name }) => name === 'day of week')?.isIn).toBe(true);
    const { out } = await runCommand('forecast', file, '--horizon', '2', '--zone', 'Europe/Berlin');
    expect(out).toMatch(/^day of week +\d+ %$/m);
  });

  it('is none where times count from the file’s own zero', async () => {
    const rows = weekly.map((y, i) => `${i},${y}`);
    const { features } = await forecast(write(`hour,load\n${rows.join('\n')}\n`), '--horizon', '2');
    expect(features).toEqual([]);
  });

  it.each(['Mars/Olympus', ''])('has no zone %j', async (zone) => {
    const { code, err } = await runCommand('forecast', hourly(daily), '--horizon', '2', `--zone=${zone}`);
    expect(code).toBe(2);
    expect(err).toMatch(/a time zone of the IANA database, as Europe\/Berlin/);
  });
});

describe('one expert alone', { timeout: 60_000 }, () => {
  it('is last value with quantiles of its own errors', async () => {
    const values = Array.from({ length: 201 }, (_, t) => (t % 2 === 0 ? 100 : 110));
    const { points, experts } = await forecast(hourly(values), '--horizon', '2', '--model', 'naive');
    expect(experts).toMatchObject([{ name: 'naive', weights: [1, 1] }]);
    // One step ahead the error is 10 up or down, two steps ahead none.
    expect(points[0]).toMatchObject({ mean: 100, scored: 200, leading: 'naive' });
    expect(points[0]?.intervals[1]).toEqual({ level: 90, lower: 90, upper: 110 });
    expect(points[1]?.intervals[1]).toEqual({ level: 90, lower: 100, upper: 100 });
  });

  it.each(['ets', 'theta', 'arima'])(
    'is %s as it was last fitted, with its form and what it was fitted to',
    async (name) => {
      const file = hourly(daily);
      const { models, points, experts } = await forecast(file, '--horizon', '24', '--model', name);
      expect(experts.map((expert) => expert.name)).toEqual([name]);
      expect(models.map(({ algorithm }) => algorithm)).toEqual([name]);
      expect(models[0]?.form.toLowerCase()).toContain(name);
      expect(models[0]?.trainedOn.values).toBeGreaterThan(100);
      expect(models[0]?.trainedOn.to).toMatch(/^2024-01-\d\dT\d\d:00:00Z$/);
      for (const { step, mean } of points) {
        expect(Math.abs(mean - (101.5 + 50 * Math.sin((2 * Math.PI * (335 + step)) / 24)))).toBeLessThan(12);
      }
      const { out } = await runCommand('forecast', file, '--horizon', '24', '--model', name);
      expect(out).toMatch(/model +form +fitted to values +steps ago/);
    },
  );

  it('lists the experts where there is none of that name', async () => {
    const { err, code } = await runCommand('forecast', hourly(daily), '--horizon', '2', '--model', 'oracle');
    expect(code).toBe(2);
    expect(err).toMatch(/--model oracle: must be auto or one of naive, mean, /);
  });

  it('says so where it says nothing', async () => {
    const file = hourly([1, 2, 3, 4]);
    const { err, code } = await runCommand('forecast', file, '--horizon', '2', '--model', 'seasonal-naive');
    expect(code).toBe(2);
    expect(err).toMatch(
      /--model seasonal-naive: it says nothing about this series, in which no season was found/,
    );
  });
});

describe('formats', () => {
  it('--csv is a row a step', async () => {
    const { out } = await runCommand(
      'forecast',
      hourly(daily),
      '--horizon',
      '3h',
      '--csv',
      '--level',
      '80,95',
    );
    const [header, ...rows] = out.trimEnd().split('\n');
    expect(header).toBe('step,time,mean,lower_80,upper_80,lower_95,upper_95');
    expect(rows.map((row) => row.split(',').slice(0, 2).join())).toEqual([
      '1,2024-01-15T00:00:00Z',
      '2,2024-01-15T01:00:00Z',
      '3,2024-01-15T02:00:00Z',
    ]);
  });

  it('the table says what of, when, how much, and why', async () => {
    const { out, err } = await runCommand('forecast', hourly(daily), '--horizon', '2');
    expect(err).toBe('');
    expect(out).toMatch(/load: 336 steps of 1 h, to 2024-01-14 23:00 UTC; season.* 24 steps \(1 d\)/);
    expect(out).toMatch(/^1 +2024-01-15 00:00 .* … .* … /m);
    expect(out).toMatch(/weight of experts +step 1 +step 2/);
  });

  it('--plot writes to the file and leaves the output to the data', async () => {
    const picture = join(dir, 'forecast.html');
    const { out } = await runCommand(
      'forecast',
      hourly(daily),
      '--horizon',
      '3',
      '--json',
      '--plot',
      picture,
    );
    expect(JSON.parse(out)).toHaveProperty('points');
    const html = readFileSync(picture, 'utf8');
    expect(html).toMatch(/^<!doctype html>[\s\S]*<svg [\s\S]*2024-01-15T02:00:00Z[\s\S]*<\/html>\n$/);
  });

  it('--plot svg is the picture and nothing else', async () => {
    const { out } = await runCommand('forecast', hourly(daily), '--horizon', '3', '--plot', 'svg');
    expect(out).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
  });
});

describe('horizons', () => {
  it.each([
    ['12', 12],
    ['1h', 12],
    ['7min', 2],
    ['1s', 1],
    ['0.5h', 6],
    ['1d', 288],
    ['90 s', 1],
    ['300000ms', 1],
    ['1W', 2016],
  ])('%s is %i steps of 5 minutes', (text, steps) => {
    const choice = horizonChoice(text);
    if (steps <= 512) expect(stepsTo(choice, 300_000, true)).toBe(steps);
    else expect(() => stepsTo(choice, 300_000, true)).toThrow(/1W is 2016 steps: at most 512 steps of 5 min/);
  });

  it.each(['0', '-1', '1.5', '', 'h', '2 parsecs', '1e3', 'NaN', '0h', '∞'])('%j is none', async (text) => {
    const { code, err } = await runCommand('forecast', hourly(daily), `--horizon=${text}`);
    expect(code).toBe(2);
    expect(err).toMatch(/a number of steps like 12, or a length of time like/);
  });

  it('cannot be a time where the file has none', async () => {
    const { code, err } = await runCommand('forecast', write('load\n1\n2\n3\n'), '--horizon', '1h');
    expect(code).toBe(2);
    expect(err).toMatch(/--horizon 1h: the file has no time column; give the horizon in steps, 1 to 512/);
  });
});

describe('what is refused', () => {
  it.each([
    [[], /required option '--horizon <h>' not specified/],
    [['--horizon', '513'], /--horizon 513: at most 512 steps of 1 h, 21 d 8 h in all/],
    [['--horizon', '3', '--level', '0,50'], /percentages from 1 to 99\.9/],
    [['--horizon', '3', '--level', '50,'], /percentages from 1 to 99\.9/],
    [['--horizon', '3', '--level', '100'], /percentages from 1 to 99\.9/],
    [['--horizon', '3', '--season', '1'], /auto, or at most 2 lengths of 2 to 2048 steps/],
    [['--horizon', '3', '--season', '2,3,4'], /auto, or at most 2 lengths of 2 to 2048 steps/],
    [['--horizon', '3', '--season', 'day'], /auto, or at most 2 lengths of 2 to 2048 steps/],
    [['--horizon', '3', '--json', '--csv'], /'--json' cannot be used with option '--csv'/],
    [['--horizon', '3', '--csv', '--plot'], /--csv and --plot both print/],
    [['--horizon', '3', '--column', 'x'], /no column 'x'; its columns are 'time', 'load'/],
    [['--horizon', '3', '--time-column', 'x'], /no column 'x'/],
  ])('%j', async (args, message) => {
    const { code, err, out } = await runCommand('forecast', hourly(daily), ...args);
    expect(code).toBe(2);
    expect(err).toMatch(message);
    expect(out).toBe('');
  });

  it('an input file behind --plot, with what to do', async () => {
    const { code, err } = await runCommand('forecast', '--horizon', '3', '--plot', hourly(daily));
    expect(code).toBe(2);
    expect(err).toMatch(/an input file goes before --plot/);
  });

  it('values beyond what the bank can hold, with how large they are', async () => {
    const file = hourly(daily.map((y) => `${y}e300`));
    const { code, err } = await runCommand('forecast', file, '--horizon', '2');
    expect(code).toBe(2);
    expect(err).toMatch(/column 'load' gave no finite forecast from 336 values of at most 1\.5\d*e\+302/);
  });

  it('a column without any value', async () => {
    const { code, err } = await runCommand(
      'forecast',
      write('time,a,load\n2024-01-01,1,\n2024-01-02,1,NaN\n'),
      '--horizon',
      '1',
      '--column',
      'load',
    );
    expect(code).toBe(2);
    expect(err).toMatch(/column 'load' has no value to forecast from/);
  });
});
