import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { openStorage } from '@foreshadow/storage';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../src/config-file.ts';
import { runCommand } from './run-command.ts';

const dir = mkdtempSync(join(tmpdir(), 'foreshadow-worker-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
}

const store = join(dir, 'store');
const config = file(
  'foreshadow.json',
  JSON.stringify({
    streams: [{ name: 'orders', partitions: 1 }],
    pools: [{ name: 'orders-workers', stream: 'orders', worker: { attempts: 1, commitIntervalMs: 10 } }],
    storage: { path: store },
  }),
);
const two = file(
  'two.json',
  JSON.stringify({
    streams: [{ name: 'orders', partitions: 1 }],
    pools: ['a', 'b'].map((name) => ({ name, stream: 'orders' })),
  }),
);

describe('foreshadow worker', () => {
  it('handles records by a module named from the working directory, and drains on SIGTERM', async () => {
    const local = await openStorage(loadConfig(config, {}).storage, { info: () => {}, warn: () => {} });
    await local.log.createStream('orders', 1);
    const record = { key: 'ada', value: new TextEncoder().encode('{"total":42}'), timestampMs: 1 };
    await local.log.append(new Map([['orders/0', [record, { ...record, key: 'bad' }, record]]]));
    const out = join(dir, 'handled');
    file(
      'handler.mjs',
      `import { appendFileSync } from 'node:fs';
       export default (records, { partition, token }) => {
         for (const r of records) if (r.key === 'bad') throw new Error('bad record');
         for (const r of records) appendFileSync(${JSON.stringify(out)}, [partition, r.position, token, r.key].join(' ') + '\\n');
       };`,
    );
    const module = relative(process.cwd(), join(dir, 'handler.mjs'));
    const signals = new Set(process.listeners('SIGTERM'));
    const ran = runCommand('worker', '--config', config, '--module', module);
    await vi.waitFor(
      async () => expect((await local.log.lag('orders/0', 'workers')).records).toBe(0),
      10_000,
    );
    // As the process would get it, without ending the test's own.
    for (const listener of process.listeners('SIGTERM')) if (!signals.has(listener)) listener('SIGTERM');
    expect((await ran).code).toBe(0);
    expect(readFileSync(out, 'utf8')).toBe('orders/0 0 1 ada\norders/0 2 1 ada\n');
    expect(await local.log.endPosition('orders.dead-letters/0')).toBe(1);
    await local.close();
  }, 20_000);

  it.each([
    [
      'a file that is not there',
      'nowhere.js',
      /nowhere\.js: no such file \(looked for \/.*; --module is relative to \//,
    ],
    ['a folder', dir, /not a file; name the module itself/],
    [
      'a syntax error',
      file('broken.mjs', 'export default (records) => {'),
      /broken\.mjs: cannot be loaded: \w*Error: /,
    ],
    ['a module that throws', file('throws.mjs', 'throw new Error("no database")'), /Error: no database/],
    [
      'no default export',
      file('named.mjs', 'export const handle = () => {};'),
      /has no default export \(it exports handle\); expected export default/,
    ],
    [
      'a default export that is no function',
      file('object.mjs', 'export default {};'),
      /default export is of type object/,
    ],
  ])('refuses %s, and says what to do', async (_, module, message) => {
    const { code, err } = await runCommand('worker', '--config', config, '--module', module);
    expect(err).toMatch(message);
    expect(code).toBe(2);
  });

  it.each([
    ['several pools and none named', ['--config', two], /--pool is missing; one of a, b/],
    ['an unknown pool', ['--config', two, '--pool', 'c'], /unknown pool 'c'; one of a, b/],
    ['no configuration', [], /no pool is configured; name a configuration that has one with --config/],
  ])('refuses %s', async (_, args, message) => {
    const { code, err } = await runCommand('worker', ...args);
    expect(err).toMatch(message);
    expect(code).toBe(2);
  });
});
