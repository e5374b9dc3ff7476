import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Local, openLocal } from '../src/index.ts';
import { WriteQueue } from '../src/write-queue.ts';
import { PortError } from '@foreshadow/ports';
import { temporaryDirectory } from './temporary-directory.ts';

const TEXT = { key: 'k', value: Uint8Array.of(1) };

describe('a log that is given odd values', () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  let local: Local;

  beforeEach(async () => {
    directory = temporaryDirectory();
    local = openLocal(directory.path);
    await local.log.createStream('orders', 1);
  });

  afterEach(async () => {
    await local.close();
    directory.remove();
  });

  it('keeps times that are no times as they are', async () => {
    const times = [NaN, Infinity, -Infinity, -0, Number.MIN_VALUE, 2 ** 60];
    await local.log.append(new Map([['orders/0', times.map((timestampMs) => ({ ...TEXT, timestampMs }))]]));
    expect((await local.log.read('orders/0', 0, 10, 0)).map((r) => r.timestampMs)).toEqual(times);
    expect((await local.log.lag('orders/0', 'g')).oldestTimestampMs).toBeNaN();
  });

  it('takes times that go back', async () => {
    for (const timestampMs of [100, 50, 75]) {
      await local.log.append(new Map([['orders/0', [{ ...TEXT, timestampMs }]]]));
    }
    await local.log.commit('orders/0', 'g', 1, 1);
    expect(await local.log.lag('orders/0', 'g')).toEqual({ records: 2, oldestTimestampMs: 50 });
  });

  it.each(['orders', 'orders/', 'orders/-1', 'orders/00', 'orders/x', '/0', ''])(
    'refuses partition %j',
    async (key) => {
      const append = local.log.append(new Map([[key as 'orders/0', [{ ...TEXT, timestampMs: 0 }]]]));
      await expect(append).rejects.toBeInstanceOf(PortError);
    },
  );

  it('sees a stream that another has created since', async () => {
    const other = openLocal(directory.path);
    await expect(local.log.endPosition('web/2')).rejects.toMatchObject({ code: 'UNKNOWN_STREAM' });
    await other.log.createStream('web', 3);
    expect(await local.log.endPosition('web/2')).toBe(0);
    await expect(local.log.createStream('web', 4)).rejects.toMatchObject({ code: 'STREAM_MISMATCH' });
    await other.close();
  });
});

describe('WriteQueue', () => {
  it('undoes a group as a whole when the transaction fails, and goes on', async () => {
    let isFull = true;
    const queue = new WriteQueue((work) => {
      work();
      if (isFull) throw new Error('disk full');
    });
    const outcomes = await Promise.allSettled([queue.write(() => 1), queue.write(() => 2)]);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'UNAVAILABLE', retryable: true } });
    }
    isFull = false;
    expect(await queue.write(() => 3)).toBe(3);
  });

  it('rejects a refused write alone', async () => {
    const queue = new WriteQueue((work) => work());
    const refused = queue.write(() => {
      throw new PortError('FENCED', 'no');
    });
    const outcome = expect(refused).rejects.toMatchObject({ code: 'FENCED' });
    expect(await queue.write(() => 'written')).toBe('written');
    await outcome;
  });

  it('undoes the group of a write that fails for another reason', async () => {
    let commits = 0;
    const queue = new WriteQueue((work) => {
      work();
      commits++;
    });
    const outcomes = await Promise.allSettled([
      queue.write(() => 1),
      queue.write(() => {
        throw new TypeError('a mistake');
      }),
    ]);
    expect(outcomes.map((o) => o.status)).toEqual(['rejected', 'rejected']);
    expect(commits).toBe(0);
  });
});
