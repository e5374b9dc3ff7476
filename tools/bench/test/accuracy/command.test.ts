import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Xoshiro128 } from '@foreshadow/domain';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { accuracyCommand } from '../../src/accuracy/command.ts';
import { stamp, temporaryFolder, writeFiles } from './files.ts';

const out: string[] = [];
const err: string[] = [];

beforeEach(() => {
  out.length = err.length = 0;
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0);
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0);
});
afterEach(() => vi.restoreAllMocks());

describe('wrong arguments', () => {
  it('without data are answered with the layout that is expected', async () => {
    expect(await accuracyCommand([])).toBe(2);
    expect(err.join('')).toContain('--data DIR is missing');
    expect(err.join('')).toContain('stream-rates/{NAME}');
    expect(out).toEqual([]);
  });

  it('are named', async () => {
    const dir = temporaryFolder();
    expect(await accuracyCommand(['--data', join(dir, 'none')])).toBe(2);
    expect(await accuracyCommand(['--data', dir, '--only', 'published,weather'])).toBe(2);
    expect(await accuracyCommand(['--data', dir, '--rows', 'many'])).toBe(2);
    expect(await accuracyCommand(['--dato', dir])).toBe(2);
    expect(err.join('')).toMatch(/no folder.*unknown part 'weather'.*got many.*--dato/s);
  });
});

/** Two weeks of hours with a daily season, and a steady load with noise. */
function smallFolder(): string {
  const rng = new Xoshiro128(1);
  const hours = Array.from({ length: 336 }, (_, t) => {
    const y = 100 + 50 * Math.sin((2 * Math.PI * t) / 24) + 5 * rng.next();
    return `${stamp(t * 3_600_000)},${y}`;
  });
  const steps = Array.from({ length: 500 }, (_, t) => `${stamp(t * 300_000)},${20 + rng.next()}`);
  const dir = temporaryFolder();
  writeFiles(dir, {
    'stream-rates/x_1h.csv': `date,messages\n${hours.join('\n')}`,
    'nab/cloud/cpu.csv': `timestamp,value\n${steps.join('\n')}`,
    'nab/LICENSE.txt': 'of the data',
  });
  return dir;
}

interface Output {
  parts: { part: string; targets: { name: string; value: number }[]; tables: { rows: unknown[] }[] }[];
}

it('gives one JSON object on a clean output, and a page', async () => {
  const dir = smallFolder();
  const html = join(dir, 'page.html');
  const args = ['--data', dir, '--json', '--html', html, '--only', 'levels,hourly,calibration'];
  expect(await accuracyCommand(args)).toBe(0);
  const { parts } = JSON.parse(out.join('')) as Output;
  expect(parts.map(({ part }) => part)).toEqual(['levels', 'hourly', 'calibration']);
  for (const { targets, tables } of parts) {
    expect(tables[0]!.rows.length).toBeGreaterThan(0);
    for (const { value } of targets) expect(value).toBeGreaterThan(0);
  }
  expect(existsSync(html)).toBe(true);
  expect(readFileSync(html, 'utf8')).toContain('cpu');
});

it('shows nothing, and fails at nothing, for an empty folder', async () => {
  expect(await accuracyCommand(['--data', temporaryFolder(), '--json'])).toBe(0);
  const { parts } = JSON.parse(out.join('')) as Output;
  for (const { targets, tables } of parts) expect([...targets, ...tables]).toEqual([]);
});
