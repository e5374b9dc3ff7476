import { statSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@foreshadow/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Environment } from '../src/environment.ts';
import { type Local, openLocal } from '../src/index.ts';
import { LmdbStreamLog } from '../src/lmdb-stream-log.ts';
import { buildChild, printed, startChild } from './children.ts';
import { temporaryDirectory } from './temporary-directory.ts';

describe('several processes', () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  let local: Local;

  beforeEach(() => {
    directory = temporaryDirectory();
    local = openLocal(directory.path);
  });

  afterEach(async () => {
    await local.close();
    directory.remove();
  });

  const values = async (partition: 'orders/0' | 'orders/1'): Promise<string[]> => {
    const read = await local.log.read(partition, 0, 1e6, 0);
    expect(read.map((r) => r.position)).toEqual(read.map((_, i) => i));
    return read.map((r) => Buffer.from(r.value).toString().trim());
  };

  it('append to the same partitions without gaps, each in its own order', async () => {
    const file = buildChild('append');
    const tags = ['a', 'b', 'c'];
    const children = tags.map((tag) => startChild(file, directory.path, tag, '80'));
    for (const child of children) expect(await child.ended).toEqual({ code: 0, signal: null });
    const perWriter = Array.from({ length: 80 }, (_, i) => 1 + (i % 40)).reduce((sum, n) => sum + n, 0);
    for (const partition of ['orders/0', 'orders/1'] as const) {
      const all = await values(partition);
      expect(all).toHaveLength(3 * perWriter);
      for (const tag of tags) {
        const own = all.filter((v) => v.startsWith(tag));
        expect(own).toEqual(Array.from({ length: perWriter }, (_, i) => `${tag}:${i}`));
      }
    }
  });

  it('hold a lease one at a time', async () => {
    const file = buildChild('count');
    const children = ['a', 'b', 'c'].map((owner) => startChild(file, directory.path, owner, '30'));
    for (const child of children) expect(await child.ended).toEqual({ code: 0, signal: null });
    expect((await local.state.get('count'))?.value[0]).toBe(90);
  });

  it('share a partition under leases and commit each record once', async () => {
    await local.log.createStream('orders', 2);
    const file = buildChild('consume');
    const consumers = ['a', 'b', 'c'].map((owner) => startChild(file, directory.path, owner, '1500'));
    const writer = startChild(buildChild('append'), directory.path, 'w', '100');
    expect((await writer.ended).code).toBe(0);
    for (const child of consumers) expect((await child.ended).code).toBe(0);
    const seen = consumers.flatMap((c) => c.output().trim().split('\n').filter(Boolean));
    const expected = (await values('orders/0')).slice(0, seen.length);
    expect(seen.length).toBeGreaterThanOrEqual(1500);
    expect([...seen].sort()).toEqual([...expected].sort());
  });

  it('are served after a writer was killed in mid-append, which left all of a batch or nothing', async () => {
    const file = buildChild('append');
    for (let round = 0; round < 5; round++) {
      const child = startChild(file, directory.path, `round${round}`, 'Infinity');
      await printed(child, 'appending');
      await systemClock.sleep(20 + 13 * round);
      child.process.kill('SIGKILL');
      expect((await child.ended).signal).toBe('SIGKILL');
      const [first, second] = [await values('orders/0'), await values('orders/1')];
      expect(second).toEqual(first);
      const own = first.filter((v) => v.startsWith(`round${round}:`));
      expect(own.length).toBeGreaterThan(0);
      expect(own).toEqual(own.map((_, i) => `round${round}:${i}`));
      const [appended] = await local.log.append(
        new Map([
          ['orders/0', [{ key: undefined, value: Buffer.from('parent'), timestampMs: 0 }]],
          ['orders/1', [{ key: undefined, value: Buffer.from('parent'), timestampMs: 0 }]],
        ]),
      );
      expect(appended?.first).toBe(first.length);
    }
  });
});

describe('a process that dies while it reads', () => {
  it('does not keep freed space from being used again', async () => {
    const { path, remove } = temporaryDirectory();
    const env = new Environment(path, { mapSizeBytes: 2 ** 30, sync: false, readerCheckIntervalMs: 20 });
    const log = new LmdbStreamLog(env, systemClock);
    await log.createStream('orders', 1);
    const records = Array.from({ length: 100 }, () => ({
      key: 'k',
      value: new Uint8Array(1000),
      timestampMs: 0,
    }));
    let end = 0;
    const churn = async (): Promise<number> => {
      for (let i = 0; i < 50; i++) {
        await log.append(new Map([['orders/0', records]]));
        end += records.length;
        await log.commit('orders/0', 'g', end, 1);
        await log.trim('orders/0', 0);
      }
      return statSync(join(path, 'data.mdb')).size;
    };
    const before = await churn();
    const child = startChild(buildChild('hold-snapshot'), path);
    await printed(child, 'holding');
    const held = await churn();
    // What is freed while somebody looks at it cannot be reused: the test would prove nothing otherwise.
    expect(held).toBeGreaterThan(before + 2_000_000);
    child.process.kill('SIGKILL');
    await child.ended;
    await systemClock.sleep(100);
    expect(await churn()).toBe(held);
    await env.close();
    remove();
  });
});
