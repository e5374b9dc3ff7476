import { describe, expect, it } from 'vitest';
import type { StateStore } from '../state-store.ts';
import { eachTest, type Subject } from './subject.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** What every `StateStore` must do. `make` gives an empty store. */
export function stateStoreSuite(name: string, make: () => Promise<Subject<StateStore>>): void {
  describe(`StateStore: ${name}`, () => {
    const subject = eachTest(make);
    const store = (): StateStore => subject().adapter;
    values(store);
    versions(store);
    expiry(subject);
    listing(store);
  });
}

function values(store: () => StateStore): void {
  it('gives back what was put, empty and large values too', async () => {
    const large = Uint8Array.from({ length: 300_000 }, (_, i) => i & 255);
    await store().put('a', bytes(1, 2, 3));
    await store().put('empty', new Uint8Array(0));
    await store().put('large', large);
    expect([...((await store().get('a'))?.value ?? [])]).toEqual([1, 2, 3]);
    expect((await store().get('empty'))?.value.length).toBe(0);
    expect((await store().get('large'))?.value.every((byte, i) => byte === (i & 255))).toBe(true);
    expect(await store().get('missing')).toBeUndefined();
  });

  it('is not changed through what goes in or comes out', async () => {
    const value = bytes(1);
    await store().put('a', value);
    value[0] = 9;
    const out = await store().get('a');
    if (out !== undefined) out.value[0] = 7;
    expect([...((await store().get('a'))?.value ?? [])]).toEqual([1]);
  });

  it('deletes, and deletes what is not there', async () => {
    await store().put('a', bytes(1));
    await store().delete('a');
    await store().delete('a');
    expect(await store().get('a')).toBeUndefined();
  });

  it.each(['', 'x'.repeat(513), '鍵'.repeat(171)])('refuses a key of no or too many bytes', async (key) => {
    await expect(store().put(key, bytes(1))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('takes keys of 512 bytes and with any character', async () => {
    for (const key of ['x'.repeat(512), '鍵'.repeat(170), 'a\u0000b', '🔑/ключ']) {
      await store().put(key, bytes(1));
      expect((await store().get(key))?.key).toBe(key);
    }
  });

  it('refuses everything once it is closed, and closes twice', async () => {
    await store().close();
    await store().close();
    await expect(store().get('a')).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(store().put('a', bytes(1))).rejects.toMatchObject({ code: 'CLOSED' });
  });
}

function versions(store: () => StateStore): void {
  it('counts versions from 1, per key', async () => {
    expect(await store().put('a', bytes(1))).toBe(1);
    expect(await store().put('a', bytes(2))).toBe(2);
    expect(await store().put('b', bytes(1))).toBe(1);
    expect((await store().get('a'))?.version).toBe(2);
  });

  it('writes only on the version that was asked for', async () => {
    await store().put('a', bytes(1), { ifVersion: 0 });
    await expect(store().put('a', bytes(2), { ifVersion: 0 })).rejects.toMatchObject({
      code: 'VERSION_CONFLICT',
    });
    await expect(store().put('a', bytes(2), { ifVersion: 2 })).rejects.toMatchObject({
      code: 'VERSION_CONFLICT',
    });
    expect(await store().put('a', bytes(3), { ifVersion: 1 })).toBe(2);
    expect([...((await store().get('a'))?.value ?? [])]).toEqual([3]);
    await expect(store().put('a', bytes(4), { ifVersion: Number.NaN })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  it('lets exactly one of several conditional writers win', async () => {
    await store().put('a', bytes(0));
    const tries = Array.from({ length: 8 }, (_, i) => store().put('a', bytes(i), { ifVersion: 1 }));
    const outcomes = await Promise.allSettled(tries);
    expect(outcomes.filter((o) => o.status === 'fulfilled')).toHaveLength(1);
    expect((await store().get('a'))?.version).toBe(2);
  });
}

function expiry(subject: () => Subject<StateStore>): void {
  const store = (): StateStore => subject().adapter;

  it('forgets a key after its time, and counts versions anew', async () => {
    await store().put('short', bytes(1), { ttlMs: 60 });
    await store().put('long', bytes(1), { ttlMs: 600_000 });
    await store().put('for ever', bytes(1));
    expect(await store().get('short')).toBeDefined();
    await subject().advance(100);
    expect(await store().get('short')).toBeUndefined();
    expect((await store().list('')).map((e) => e.key)).toEqual(['for ever', 'long']);
    expect(await store().put('short', bytes(2), { ifVersion: 0 })).toBe(1);
  });

  it('prolongs with each write, for ever if no time is given', async () => {
    await store().put('a', bytes(1), { ttlMs: 60 });
    await store().put('a', bytes(2));
    await subject().advance(100);
    expect((await store().get('a'))?.version).toBe(2);
    await expect(store().put('a', bytes(1), { ttlMs: Number.NaN })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });
}

function listing(store: () => StateStore): void {
  it('lists by prefix in the order of the bytes', async () => {
    for (const key of ['p/b', 'p/a', 'p/\u{1F511}', 'p/\uFFFD', 'q/a', 'p', 'p/aa', 'o/z']) {
      await store().put(key, bytes(1));
    }
    const keys = async (prefix: string): Promise<string[]> => (await store().list(prefix)).map((e) => e.key);
    expect(await keys('p/')).toEqual(['p/a', 'p/aa', 'p/b', 'p/\uFFFD', 'p/\u{1F511}']);
    expect(await keys('p')).toEqual(['p', 'p/a', 'p/aa', 'p/b', 'p/\uFFFD', 'p/\u{1F511}']);
    expect(await keys('')).toHaveLength(8);
    expect(await keys('none')).toEqual([]);
  });

  it('lists values and versions', async () => {
    await store().put('p/a', bytes(1));
    await store().put('p/a', bytes(5, 6));
    const [entry] = await store().list('p/');
    expect(entry?.version).toBe(2);
    expect([...(entry?.value ?? [])]).toEqual([5, 6]);
  });
}
