import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { open } from 'lmdb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Environment } from '../src/environment.ts';
import { openLocal } from '../src/index.ts';
import { buildChild, startChild } from './children.ts';
import { temporaryDirectory } from './temporary-directory.ts';

describe('openLocal', () => {
  let directory: ReturnType<typeof temporaryDirectory>;

  beforeEach(() => {
    directory = temporaryDirectory();
  });

  afterEach(() => directory.remove());

  it('finds what was written before', async () => {
    const path = join(directory.path, 'deep', 'er.data');
    const before = openLocal(path);
    await before.log.createStream('orders', 2);
    await before.log.append(new Map([['orders/1', [{ key: 'k', value: Uint8Array.of(7), timestampMs: 3 }]]]));
    await before.log.commit('orders/1', 'g', 1, 4);
    await before.state.put('a', Uint8Array.of(1));
    const lease = await before.leases.acquire('l', 'one', 60_000);
    await before.close();
    const after = openLocal(path);
    expect(await after.log.streams()).toEqual([{ name: 'orders', partitions: 2 }]);
    expect(await after.log.read('orders/1', 0, 10, 0)).toHaveLength(1);
    expect(await after.log.committed('orders/1', 'g')).toBe(1);
    await expect(after.log.claim('orders/1', 'g', 3)).rejects.toMatchObject({ code: 'FENCED' });
    expect((await after.state.get('a'))?.version).toBe(1);
    expect(await after.leases.holder('l')).toEqual(lease);
    await after.close();
  });

  it('commits what was asked for before it was closed', async () => {
    const local = openLocal(directory.path);
    const put = local.state.put('a', Uint8Array.of(1));
    await local.close();
    expect(await put).toBe(1);
    await local.close();
  });

  it('opens one directory twice in a process', async () => {
    const [first, second] = [openLocal(directory.path), openLocal(directory.path)];
    await first.state.put('a', Uint8Array.of(1));
    expect((await second.state.get('a'))?.version).toBe(1);
    await first.close();
    expect(await second.state.put('a', Uint8Array.of(2))).toBe(2);
    await second.close();
  });

  it.each([0, Number.NaN, 1.5, Number.POSITIVE_INFINITY])('refuses a map of %d bytes', (mapSizeBytes) => {
    expect(() => openLocal(directory.path, { mapSizeBytes })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    );
  });

  it('says which directory it cannot open, and why', async () => {
    const file = join(directory.path, 'file');
    writeFileSync(file, 'no directory');
    expect(() => openLocal(file)).toThrow(/cannot open the data directory '.*file'/);
    const other = join(directory.path, 'other');
    mkdirSync(other);
    const root = open<Buffer, Buffer>({ path: other, keyEncoding: 'binary', encoding: 'binary' });
    await root.put(Buffer.from('format'), Buffer.of(99));
    await root.close();
    expect(() => openLocal(other)).toThrow(/format 99/);
  });

  it('grows beyond the map that was asked for', async () => {
    const local = openLocal(directory.path, { mapSizeBytes: 2 ** 20 });
    await local.log.createStream('orders', 1);
    const value = new Uint8Array(100_000).fill(5);
    for (let i = 0; i < 40; i++) {
      await local.log.append(new Map([['orders/0', [{ key: 'k', value, timestampMs: i }]]]));
    }
    const read = await local.log.read('orders/0', 0, 100, 0);
    expect(read).toHaveLength(40);
    expect(read.every((r) => r.value.length === 100_000 && r.value[99_999] === 5)).toBe(true);
    await local.close();
  });

  it('does not lose a commit to processes that open and close at the same time', async () => {
    const file = buildChild('open-and-close');
    const children = [1, 2].map(() => startChild(file, directory.path, '60'));
    for (const child of children) expect(await child.ended).toEqual({ code: 0, signal: null });
    const local = openLocal(directory.path);
    expect((await local.state.get('count'))?.version).toBe(120);
    await local.close();
  });

  it('takes over from processes that ended without closing', async () => {
    const file = buildChild('leave-open');
    for (let i = 1; i <= 2; i++) {
      expect((await startChild(file, directory.path).ended).code).toBe(0);
      const local = openLocal(directory.path);
      expect((await local.state.get('count'))?.version).toBe(i);
      await local.close();
    }
    expect((await startChild(file, directory.path, 'remove').ended).code).toBe(0);
  });

  it('repairs the number of the newest transaction that another set back', async () => {
    const env = new Environment(directory.path, {
      mapSizeBytes: 2 ** 24,
      sync: false,
      readerCheckIntervalMs: 5000,
    });
    const count = Buffer.from('count');
    const increment = (): Promise<number> =>
      env.write(() => {
        const next = (env.tables.state.getBinary(count)?.[0] ?? 0) + 1;
        void env.tables.state.put(count, Buffer.of(next));
        return next;
      });
    for (let i = 1; i <= 5; i++) expect(await increment()).toBe(i);
    expect(env.repairs).toBe(0);
    const child = startChild(buildChild('forget'), directory.path);
    expect((await child.ended).code).toBe(0);
    expect(env.read(() => env.tables.state.getBinary(count)?.[0])).toBeLessThan(5);
    expect(await increment()).toBe(6);
    expect(env.repairs).toBe(1);
    expect(await increment()).toBe(7);
    expect(env.repairs).toBe(1);
    await env.close();
  });
});
