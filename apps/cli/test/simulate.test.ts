import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { runCommand } from './run-command.ts';

const dir = mkdtempSync(join(tmpdir(), 'simulate-'));
afterAll(() => rmSync(dir, { recursive: true }));

// Whole traces are played; a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 });

let files = 0;
function write(text: string, ending = 'csv'): string {
  const file = join(dir, `${++files}.${ending}`);
  writeFileSync(file, text);
  return file;
}

/** Rows five minutes apart, a wave. */
function wave(rows: number): string {
  const lines = Array.from({ length: rows }, (_, i) => {
    const time = new Date(Date.UTC(2024, 0, 1) + i * 300_000).toISOString();
    return `${time},${(500 + 300 * Math.sin(i / 6)).toFixed(1)}`;
  });
  return `time,rate\n${lines.join('\n')}\n`;
}

interface Printed {
  readonly traces: readonly {
    readonly file: string;
    readonly leadTimeSeconds: number;
    readonly policies: readonly Record<string, number | string | boolean>[];
  }[];
}

const TRACE = write(wave(60));
const QUICK = ['--row-seconds', '10', '--partitions', '8'];

describe('foreshadow simulate', () => {
  it('prints one object with the measures of each policy, the same for a seed', async () => {
    const args = ['simulate', TRACE, ...QUICK, '--policies', 'foreshadow,hpa,oracle', '--json'];
    const { out, err, code } = await runCommand(...args);
    expect({ err, code }).toEqual({ err: '', code: 0 });
    const { traces } = JSON.parse(out) as Printed;
    expect(traces).toHaveLength(1);
    expect(traces[0]).toMatchObject({ file: TRACE, leadTimeSeconds: 30 });
    const rows = traces[0]!.policies;
    expect(rows.map((r) => [r['name'], r['tuned']])).toEqual([
      ['foreshadow', false],
      ['hpa', false],
      ['hpa', true],
      ['oracle', false],
    ]);
    const keys =
      'name tuned latePct cost costToOracle thetaU thetaO tauU tauO upsilon worstLagSeconds actionsPerHour disruptiveActionsPerHour';
    for (const row of rows) {
      for (const key of keys.split(' ')) expect(row, key).toHaveProperty(key);
      expect(row['cost']).toBeGreaterThan(0);
    }
    expect((await runCommand(...args)).out).toBe(out);
    expect((await runCommand(...args, '--seed', '2')).out).not.toBe(out);
  });

  it('prints a table with a line for each policy', async () => {
    const { out } = await runCommand('simulate', TRACE, ...QUICK, '--policies', 'hpa,numaflow', '--no-tuned');
    expect(out).toMatch(/0\.2 h played, lead time 30 s, late after 10 s/);
    expect(out).toMatch(/policy +late % +cost h +× oracle/);
    expect(out.match(/^(hpa|numaflow) /gm)).toHaveLength(2);
  });

  it('writes a page that needs nothing else', async () => {
    const page = join(dir, 'report.html');
    const { code } = await runCommand(
      'simulate',
      TRACE,
      ...QUICK,
      '--policies',
      'hpa,static',
      '--no-tuned',
      '--html',
      page,
    );
    expect(code).toBe(0);
    const html = readFileSync(page, 'utf8');
    expect(html).toContain('Supply against demand');
    expect(html).toContain('Cost against late records');
    expect(html.match(/<tr>/g)).toHaveLength(3);
    expect(html).not.toMatch(/(src|href)=|https?:\/\//);
    expect(html).not.toContain('NaN');
  });

  it.each([
    [
      'into a folder that is not there',
      join(dir, 'none', 'report.html'),
      /cannot write .*report\.html: ENOENT/,
    ],
    ['over a folder', dir, /cannot write .*: it is a folder/],
  ])('refuses to write a page %s before anything is played', async (_, page, message) => {
    const { out, err, code } = await runCommand('simulate', TRACE, ...QUICK, '--html', page);
    expect(code).not.toBe(0);
    expect(err).toMatch(message);
    expect(out).toBe('');
  });

  it('plays policies of a file, in a pool of the file', async () => {
    const file = write(
      'policies:\n  - { name: mine, family: hpa, targetUtilization: 0.5 }\npool: { maxWorkers: 6 }\n',
      'yaml',
    );
    const args = [
      'simulate',
      TRACE,
      ...QUICK,
      '--policies',
      'static',
      '--no-tuned',
      '--policy-file',
      file,
      '--json',
    ];
    const { out } = await runCommand(...args);
    const names = (JSON.parse(out) as Printed).traces[0]!.policies.map((p) => p['name']);
    expect(names).toEqual(['static', 'mine']);
  });

  it('says odd rows with their lines, and plays on', async () => {
    const text = wave(40).split('\n');
    text[5] = text[5]!.replace(/,.*/, ',-7');
    text[9] = text[8]!;
    const { err, code } = await runCommand(
      'simulate',
      write(text.join('\n')),
      ...QUICK,
      '--policies',
      'hpa',
      '--no-tuned',
    );
    expect(code).toBe(0);
    expect(err).toMatch(/1 row with a negative value, taken as missing \(line 6\)/);
    expect(err).toMatch(/1 row at a time that was there before, left out \(line 10\)/);
  });

  const pool = (text: string): string => write(text, 'yaml');
  it.each([
    ['an unknown policy', () => ['--policies', 'hpaa'], /policy 'hpaa': must be all or one of/],
    [
      'min > max',
      () => ['--policy-file', pool('pool: { minWorkers: 9, maxWorkers: 4 }')],
      /minWorkers: must be at most maxWorkers \(4\); got 9/,
    ],
    [
      'no capacity',
      () => ['--policy-file', pool('pool: { recordsPerSecPerWorker: 0 }')],
      /recordsPerSecPerWorker: must be above 0/,
    ],
    [
      'a parameter out of range',
      () => ['--policy-file', pool('policies: [{ family: hpa, targetUtilization: 4 }]')],
      /hpa.targetUtilization: must be from 0.01 to 1; got 4/,
    ],
    [
      'a key that is not there',
      () => ['--policy-file', pool('pool: { max: 3 }')],
      /pool.max: no such key; it has/,
    ],
    [
      'a word for a number',
      () => ['--policy-file', pool('pool: { maxWorkers: many }')],
      /pool.maxWorkers: must be a number; got many/,
    ],
    [
      'no family',
      () => ['--policy-file', pool('policies: [{ name: x }]')],
      /policies\[0\].family: must name a policy/,
    ],
    ['bad faults', () => ['--faults', 'fire@10s'], /fault 'fire': must be one of edge-silent/],
    ['faults without a start', () => ['--faults', 'edge-silent'], /KIND@START/],
    ['a skew below 0', () => ['--skew', '-1'], /--skew -1: must be from 0 to 10/],
    ['a lead time that is none', () => ['--lead-time', 'soon'], /a duration like/],
  ])('refuses %s', async (_, args, message) => {
    const { err, out, code } = await runCommand(
      'simulate',
      TRACE,
      ...QUICK,
      '--policies',
      'hpa',
      '--no-tuned',
      ...args(),
    );
    expect(code).toBe(2);
    expect(err).toMatch(message);
    expect(out).toBe('');
  });

  it('refuses a file without any value, naming it', async () => {
    const empty = write('time,rate\n2024-01-01T00:00:00Z,\n2024-01-01T00:05:00Z,nan\n');
    const { err, code } = await runCommand('simulate', empty, '--column', 'rate', '--policies', 'hpa');
    expect(code).toBe(2);
    expect(err).toContain(empty);
  });

  it('plays faults: a lost node makes records late', async () => {
    const late = async (...more: string[]): Promise<number> => {
      const { out } = await runCommand(
        'simulate',
        TRACE,
        ...QUICK,
        '--policies',
        'static',
        '--no-tuned',
        '--json',
        ...more,
      );
      return Number((JSON.parse(out) as Printed).traces[0]!.policies[0]!['latePct']);
    };
    expect(await late('--faults', 'node-lost@400s:6')).toBeGreaterThan(await late());
  });

  it('explains itself', async () => {
    const { out } = await runCommand('simulate', '--help');
    for (const word of [
      'keda-kafka',
      'oracle',
      '--row-seconds',
      '--policy-file',
      'costToOracle',
      'edge-silent',
    ]) {
      expect(out).toContain(word);
    }
  });
});
