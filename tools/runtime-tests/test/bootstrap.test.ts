import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

// Each test starts processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const SCRIPT = fileURLToPath(new URL('../../bootstrap.mjs', import.meta.url));

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'bootstrap-')));
  for (const dir of ['apps', 'libs', 'wasm', 'tools', 'elsewhere']) mkdirSync(join(root, dir));
  for (const file of ['package-lock.json', 'tsconfig.base.json', 'nx.json']) write(file, '{}');
  copyFileSync(SCRIPT, join(root, 'tools', 'bootstrap.mjs'));
  write('apps/cli/src/main.ts', '');
  // Stand-ins that note that they were called.
  write('bin/npm', `#!/bin/sh\necho install >> '${root}/calls'\nexit $(cat '${root}/npm-exit')\n`);
  chmodSync(join(root, 'bin', 'npm'), 0o755);
  write('npm-exit', '0');
  const nx = `const fs = require('node:fs');
fs.appendFileSync('calls', 'build\\n');
fs.mkdirSync('apps/cli/dist', { recursive: true });
fs.writeFileSync('apps/cli/dist/main.js', 'console.log(JSON.stringify([process.cwd(), ...process.argv.slice(2)]))');`;
  write('node_modules/nx/dist/bin/nx.js', nx);
});
afterEach(() => rmSync(root, { recursive: true }));

function write(file: string, content: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), content);
}

function run(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): { status: number | null; stdout: string } {
  const path = `${join(root, 'bin')}${delimiter}${process.env['PATH']}`;
  const { npm_package_json: _, INIT_CWD: __, ...inherited } = process.env;
  return spawnSync(process.execPath, [join(root, 'tools', 'bootstrap.mjs'), ...args], {
    cwd: join(root, env['npm_package_json'] === undefined ? 'elsewhere' : '.'),
    env: { ...inherited, PATH: path, ...env },
    encoding: 'utf8',
  });
}

const calls = (): string[] => readFileSync(join(root, 'calls'), 'utf8').trim().split('\n');

it('sets up once, and runs the command where it was called', () => {
  const first = run(['run', 'backtest', 'a.csv']);
  expect(first).toMatchObject({ status: 0 });
  expect(JSON.parse(first.stdout)).toEqual([join(root, 'elsewhere'), 'backtest', 'a.csv']);
  expect(JSON.parse(run(['start', '--json']).stdout)).toEqual([join(root, 'elsewhere'), 'demo', '--json']);
  expect(calls()).toEqual(['install', 'build']);
});

it('takes the folder that npm was called in', () => {
  const env = { npm_package_json: join(root, 'package.json'), INIT_CWD: join(root, 'elsewhere') };
  expect(JSON.parse(run(['run', 'x'], env).stdout)).toEqual([join(root, 'elsewhere'), 'x']);
});

it('tries a failed install again', () => {
  write('npm-exit', '1');
  expect(run(['setup']).status).toBe(1);
  write('npm-exit', '0');
  expect(run(['setup']).status).toBe(0);
  expect(calls()).toEqual(['install', 'install', 'build']);
});

it('installs and builds anew after a change of what it reads', () => {
  run(['setup']);
  write('apps/cli/src/main.ts', 'changed');
  run(['setup']);
  write('apps/cli/test/main.test.ts', 'no input of a build');
  run(['setup']);
  write('package-lock.json', '{ }');
  run(['setup']);
  expect(calls()).toEqual(['install', 'build', 'build', 'install', 'build']);
});

it('says how it is used', () => {
  expect(run(['nonsense']).status).toBe(2);
});
