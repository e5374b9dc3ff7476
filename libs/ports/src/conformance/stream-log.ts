import type { PartitionKey, StreamRecord } from '@foreshadow/domain';
import { describe, expect, it } from 'vitest';
import type { StreamLog } from '../stream-log.ts';
import { recordOf, recordsOf, textOf } from './records.ts';
import { streamLogGroups } from './stream-log-groups.ts';
import { eachTest, type Subject } from './subject.ts';

/** What every `StreamLog` must do. `make` gives an empty log. */
export function streamLogSuite(name: string, make: () => Promise<Subject<StreamLog>>): void {
  describe(`StreamLog: ${name}`, () => {
    const subject = eachTest(make);
    streams(() => subject().adapter);
    appending(() => subject().adapter);
    contents(() => subject().adapter);
    waiting(subject);
    streamLogGroups(() => subject().adapter);
  });
}

const A: PartitionKey = 'orders/0';
const B: PartitionKey = 'orders/1';

const batchOf = (
  ...entries: [PartitionKey, readonly StreamRecord[]][]
): Map<PartitionKey, readonly StreamRecord[]> => new Map(entries);

function streams(log: () => StreamLog): void {
  it('creates a stream once and refuses another partition count', async () => {
    await log().createStream('orders', 2);
    await log().createStream('orders', 2);
    await log().createStream('web', 3);
    expect([...(await log().streams())].sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
      { name: 'orders', partitions: 2 },
      { name: 'web', partitions: 3 },
    ]);
    await expect(log().createStream('orders', 3)).rejects.toMatchObject({ code: 'STREAM_MISMATCH' });
  });

  it.each([
    ['', 1],
    ['a/b', 1],
    ['ok', 0],
    ['ok', -1],
    ['ok', 1.5],
    ['ok', Number.NaN],
    ['ok', Number.POSITIVE_INFINITY],
  ])('refuses to create stream %j with %d partitions', async (stream, partitions) => {
    await expect(log().createStream(stream, partitions)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('names the known streams when one is unknown', async () => {
    await log().createStream('orders', 2);
    await log().createStream('web', 1);
    await expect(log().read('shop/0', 0, 1, 0)).rejects.toMatchObject({ code: 'UNKNOWN_STREAM' });
    await expect(log().endPosition('shop/0')).rejects.toThrow(/orders.*web|web.*orders/);
    await expect(log().endPosition('orders/2')).rejects.toMatchObject({ code: 'UNKNOWN_PARTITION' });
  });

  it('refuses everything once it is closed, and closes twice', async () => {
    await log().createStream('orders', 2);
    await log().close();
    await log().close();
    await expect(log().streams()).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(log().append(batchOf([A, recordsOf('a', 1)]))).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(log().read(A, 0, 1, 0)).rejects.toMatchObject({ code: 'CLOSED' });
  });
}

function appending(log: () => StreamLog): void {
  it('gives positions without gaps, per partition', async () => {
    await log().createStream('orders', 2);
    expect(await log().append(batchOf([A, recordsOf('a', 3)]))).toEqual([
      { partition: A, first: 0, count: 3 },
    ]);
    expect(await log().append(batchOf([B, recordsOf('x', 2)], [A, recordsOf('b', 2)]))).toEqual([
      { partition: B, first: 0, count: 2 },
      { partition: A, first: 3, count: 2 },
    ]);
    const read = await log().read(A, 0, 100, 0);
    expect(read.map((r) => r.position)).toEqual([0, 1, 2, 3, 4]);
    expect(read.map(textOf)).toEqual(['a0', 'a1', 'a2', 'b0', 'b1']);
    expect(await log().endPosition(A)).toBe(5);
    expect(await log().endPosition(B)).toBe(2);
  });

  it('appends a batch across partitions entirely or not at all', async () => {
    await log().createStream('orders', 2);
    const broken = batchOf([A, recordsOf('a', 3)], ['orders/7', recordsOf('b', 1)]);
    await expect(log().append(broken)).rejects.toMatchObject({ code: 'UNKNOWN_PARTITION' });
    expect(await log().endPosition(A)).toBe(0);
    expect(await log().read(A, 0, 10, 0)).toEqual([]);
  });

  it('keeps concurrent appends apart and whole', async () => {
    await log().createStream('orders', 2);
    const appends = Array.from({ length: 20 }, (_, i) => log().append(batchOf([A, recordsOf(`${i}:`, 5)])));
    const firsts = (await Promise.all(appends)).map((r) => r[0]?.first);
    expect([...firsts].sort((a, b) => (a ?? -1) - (b ?? -1))).toEqual(
      Array.from({ length: 20 }, (_, i) => i * 5),
    );
    const read = await log().read(A, 0, 1000, 0);
    expect(read).toHaveLength(100);
    for (const [i, first] of firsts.entries()) {
      expect(read.slice(first, (first ?? 0) + 5).map(textOf)).toEqual(recordsOf(`${i}:`, 5).map(textOf));
    }
  });

  it('takes empty batches', async () => {
    await log().createStream('orders', 2);
    expect(await log().append(batchOf())).toEqual([]);
    expect(await log().append(batchOf([A, []]))).toEqual([{ partition: A, first: 0, count: 0 }]);
    expect(await log().endPosition(A)).toBe(0);
  });
}

function contents(log: () => StreamLog): void {
  it('gives back keys and timestamps as they were, no key and the empty key apart', async () => {
    await log().createStream('orders', 1);
    const keys = [undefined, '', 'k', 'ключ', '鍵🔑', 'a\u0000b'];
    const times = [0, -1, 1_700_000_000_123, 0.5, Number.MAX_SAFE_INTEGER, 5];
    await log().append(
      batchOf([A, keys.map((key, i) => ({ ...recordOf('v'), key, timestampMs: times[i] ?? 0 }))]),
    );
    const read = await log().read(A, 0, 10, 0);
    expect(read.map((r) => r.key)).toEqual(keys);
    expect(read.map((r) => r.timestampMs)).toEqual(times);
  });

  it('gives back empty values, every byte, and values of 1 MB among small ones', async () => {
    await log().createStream('orders', 1);
    const large = Uint8Array.from({ length: 1_000_000 }, (_, i) => (i * 31) & 255);
    const every = Uint8Array.from({ length: 256 }, (_, i) => i);
    const values = [new Uint8Array(0), every, large, new Uint8Array(0), every.subarray(10, 20)];
    await log().append(batchOf([A, values.map((value) => ({ key: 'k', value, timestampMs: 1 }))]));
    await log().append(batchOf([A, [recordOf('last')]]));
    const read = await log().read(A, 0, 10, 0);
    expect(read).toHaveLength(6);
    for (const [i, value] of values.entries()) {
      expect(read[i]?.value.length).toBe(value.length);
      expect(read[i]?.value.every((byte, at) => byte === value[at])).toBe(true);
    }
  });

  it('keeps what was read intact while reading on', async () => {
    await log().createStream('orders', 1);
    await log().append(batchOf([A, recordsOf('first', 50)]));
    await log().append(batchOf([A, recordsOf('other', 50)]));
    const before = await log().read(A, 0, 50, 0);
    await log().read(A, 50, 50, 0);
    expect(before.map(textOf)).toEqual(recordsOf('first', 50).map(textOf));
  });

  it('reads from any position, at most so many', async () => {
    await log().createStream('orders', 1);
    for (let i = 0; i < 7; i++) await log().append(batchOf([A, recordsOf(`${i}:`, 300)]));
    for (const [from, max] of [
      [0, 1],
      [299, 2],
      [300, 300],
      [1023, 3],
      [1999, 500],
      [0, 5000],
    ] as const) {
      const positions = (await log().read(A, from, max, 0)).map((r) => r.position);
      const count = Math.min(max, 2100 - from);
      expect(positions).toEqual(Array.from({ length: count }, (_, i) => from + i));
    }
    expect(await log().read(A, 0, 0, 1000)).toEqual([]);
    await expect(log().read(A, -1, 1, 0)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(log().read(A, 0, Number.NaN, 0)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(log().read(A, 0, 1, Number.NaN)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
}

function waiting(subject: () => Subject<StreamLog>): void {
  const log = (): StreamLog => subject().adapter;

  it('waits for the first record', async () => {
    await log().createStream('orders', 2);
    const pending = log().read(A, 0, 10, 60_000);
    await subject().advance(20);
    await log().append(batchOf([B, recordsOf('elsewhere', 1)]));
    await log().append(batchOf([A, recordsOf('a', 2)]));
    await subject().advance(200);
    expect((await pending).map(textOf)).toEqual(['a0', 'a1']);
  });

  it('gives up waiting when the time is over', async () => {
    await log().createStream('orders', 1);
    const pending = log().read(A, 0, 10, 40);
    await subject().advance(100);
    expect(await pending).toEqual([]);
  });

  it('stops waiting when aborted, before and during', async () => {
    await log().createStream('orders', 1);
    const controller = new AbortController();
    const pending = log().read(A, 0, 10, 60_000, controller.signal);
    controller.abort();
    expect(await pending).toEqual([]);
    expect(await log().read(A, 0, 10, 60_000, controller.signal)).toEqual([]);
    await log().append(batchOf([A, recordsOf('a', 1)]));
    expect(await log().read(A, 0, 10, 60_000, controller.signal)).toHaveLength(1);
  });

  it('rejects a read that waits when it closes', async () => {
    await log().createStream('orders', 1);
    const pending = log().read(A, 0, 10, 60_000);
    const outcome = expect(pending).rejects.toMatchObject({ code: 'CLOSED' });
    await log().close();
    await subject().advance(200);
    await outcome;
  });
}
