import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

// Each test starts processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const SCRIPT = fileURLToPath(new URL('../../check-workspace.mjs', import.meta.url));

let root: string;
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'workspace-'))));
afterEach(() => rmSync(root, { recursive: true }));

function write(file: string, content: string | object): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), typeof content === 'string' ? content : JSON.stringify(content));
}

interface Package {
  readonly layer: string;
  readonly source?: string;
  readonly test?: string;
  readonly dependencies?: readonly string[];
  readonly devDependencies?: readonly string[];
  readonly references?: readonly string[];
  readonly testReferences?: readonly string[];
}

function writePackage(dir: string, name: string, of: Package): void {
  const asObject = (names: readonly string[] = []): object => Object.fromEntries(names.map((n) => [n, '*']));
  write(`${dir}/package.json`, {
    name,
    dependencies: asObject(of.dependencies),
    devDependencies: asObject(of.devDependencies),
    nx: { tags: [`layer:${of.layer}`] },
  });
  const references = (paths: readonly string[] = []): object => ({
    references: paths.map((path) => ({ path })),
  });
  write(`${dir}/tsconfig.lib.json`, references(of.references));
  write(`${dir}/tsconfig.test.json`, references(['./tsconfig.lib.json', ...(of.testReferences ?? [])]));
  write(`${dir}/src/index.ts`, of.source ?? '');
  if (of.test !== undefined) write(`${dir}/test/index.test.ts`, of.test);
}

/** Put together here, so that the check does not take it for an import of this file. */
function importOf(specifier: string): string {
  return `import { x } from ${JSON.stringify(specifier)};\n`;
}

const DOMAIN = '../domain/tsconfig.lib.json';
const SOUND: Package = {
  layer: 'core',
  source: `${importOf('@t/domain')}${importOf('zod')}${importOf('node:path')}`,
  dependencies: ['@t/domain', 'zod'],
  references: [DOMAIN],
};

/** The check over packages `domain` (layer domain), `local` (adapter) and one under test. */
function check(of: Package, ...args: string[]): { status: number | null; said: string } {
  write('package.json', { devDependencies: { vitest: '*' } });
  write('tsconfig.json', { references: ['domain', 'local', 'it'].map((n) => ({ path: `./libs/${n}` })) });
  writePackage('libs/domain', '@t/domain', { layer: 'domain' });
  writePackage('libs/local', '@t/local', { layer: 'adapter' });
  writePackage('libs/it', '@t/it', of);
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  return { status, said: `${stdout}${stderr}` };
}

it('passes a workspace in which all agree', () => {
  expect(check(SOUND)).toEqual({ status: 0, said: '3 packages, boundaries hold\n' });
});

const local = importOf('@t/local');
const LOCAL = '../local/tsconfig.lib.json';

it.each<[string, Partial<Package>, RegExp]>([
  [
    'an import that the layer forbids',
    {
      source: `${SOUND.source}${local}`,
      dependencies: ['@t/domain', 'zod', '@t/local'],
      references: [DOMAIN, LOCAL],
    },
    /@t\/it \(core\) may not depend on @t\/local \(adapter\)/,
  ],
  [
    'an undeclared package of the workspace',
    { dependencies: ['zod'] },
    /imports @t\/domain without declaring it/,
  ],
  ['an undeclared package from outside', { dependencies: ['@t/domain'] }, /imports zod without declaring it/],
  [
    'an undeclared type import',
    { source: `${SOUND.source}type T = import(${JSON.stringify('ajv')}).T;` },
    /imports ajv without/,
  ],
  ['a missing reference', { references: [] }, /tsconfig\.lib\.json lacks a reference to \.\.\/domain/],
  [
    'a surplus reference',
    { references: [DOMAIN, LOCAL] },
    /has a reference to \.\.\/local\/tsconfig\.lib\.json that nothing/,
  ],
  [
    'a declared package that nothing imports',
    { dependencies: ['@t/domain', 'zod', '@t/local'] },
    /declares @t\/local but never imports it/,
  ],
  [
    'an undeclared package of the tests',
    { test: local, testReferences: [LOCAL] },
    /its tests import @t\/local/,
  ],
  [
    'a missing reference of the tests',
    { test: local, devDependencies: ['@t/local'] },
    /tsconfig\.test\.json lacks a reference to \.\.\/local/,
  ],
  [
    'a relative import of another package',
    { source: `${SOUND.source}${importOf('../../local/src/index.ts')}` },
    /imports \.\.\/\.\.\/local\/src\/index\.ts, which lies outside/,
  ],
  ['no layer', { layer: 'other' }, /needs a tag layer:/],
])('fails on %s', (_, change, message) => {
  const { status, said } = check({ ...SOUND, ...change });
  expect(said).toMatch(message);
  expect(status).toBe(1);
});

it('writes the references that are missing', () => {
  expect(check({ ...SOUND, references: [] }, '--fix').status).toBe(0);
  const written: unknown = JSON.parse(readFileSync(join(root, 'libs/it/tsconfig.lib.json'), 'utf8'));
  expect(written).toEqual({ references: [{ path: DOMAIN }] });
});
