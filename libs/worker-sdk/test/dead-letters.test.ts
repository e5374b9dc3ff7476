import { partitionKey } from '@foreshadow/domain';
import { describe, expect, it } from 'vitest';
import { type DeadLetter, parseDeadLetter } from '../src/index.ts';
import { RecordingLogger, World } from './harness.ts';

async function lettersIn(world: World, stream = 'orders.dead-letters'): Promise<DeadLetter[]> {
  const records = await world.log.read(partitionKey(stream, 0), 0, 100, 0);
  return records.map((record) => parseDeadLetter(record));
}

const poisonAt =
  (position: number, thrown: unknown = new TypeError('cannot digest this')) =>
  (records: readonly { position: number }[]): void => {
    if (records.some((r) => r.position === position)) throw thrown;
  };

describe('dead letters', () => {
  it('say where the record came from, what was tried and why it failed; the partition goes on', async () => {
    const world = await new World(2).open();
    await world.append(1, 10);
    world.start('a', poisonAt(4), { retry: { attempts: 3, initialBackoffMs: 50, maxBackoffMs: 100 } });
    await world.clock.advance(5_000);
    expect(await world.committed(1)).toBe(10);
    const [letter, ...more] = await lettersIn(world);
    expect(more).toEqual([]);
    expect(letter).toMatchObject({
      partition: 'orders/1',
      position: 4,
      key: 'k',
      attempts: 3,
      pool: 'p',
      group: 'g',
      worker: 'a',
      token: 1,
      error: { name: 'TypeError', message: 'cannot digest this' },
    });
    expect(letter!.value).toEqual(new Uint8Array(100));
    expect(letter!.failedAtMs).toBeGreaterThanOrEqual(letter!.timestampMs);
  });

  it('keep their bytes, and anything that was thrown', async () => {
    const world = await new World(1).open();
    const value = Uint8Array.from({ length: 256 }, (_, i) => i);
    await world.log.append(new Map([['orders/0', [{ key: undefined, value, timestampMs: 1 }]]]));
    world.start('a', poisonAt(0, 'just text'), { deadLetterStream: 'graveyard' });
    await world.clock.advance(10_000);
    const [letter] = await lettersIn(world, 'graveyard');
    expect(letter).toMatchObject({ value, key: undefined, error: { name: 'string', message: 'just text' } });
  });

  it('the record stays, and is tried again, while the dead-letter stream takes nothing', async () => {
    const world = await new World(1).open();
    await world.append(0, 3);
    const logger = new RecordingLogger();
    const append = world.log.append.bind(world.log);
    world.log.append = () => Promise.reject(new Error('the log is full'));
    let calls = 0;
    const handler = (records: readonly { position: number }[]): void => {
      if (records.every((r) => r.position !== 1)) return;
      calls++;
      throw new Error('poison');
    };
    world.start('a', handler, { logger, retry: { attempts: 2, initialBackoffMs: 100, maxBackoffMs: 400 } });
    await world.clock.advance(10_000);
    expect(await world.committed(0)).toBe(1);
    expect(calls).toBeLessThan(40);
    expect(logger.said.some((s) => s.message.startsWith('cannot give the record up'))).toBe(true);
    world.log.append = append;
    await world.clock.advance(2_000);
    expect(await world.committed(0)).toBe(3);
    expect((await lettersIn(world)).map((l) => l.position)).toEqual([1]);
  });

  it('none are written where nobody wants them', async () => {
    const world = await new World(1).open();
    await world.append(0, 3);
    const worker = world.start('a', poisonAt(1), { deadLetterStream: null });
    await world.clock.advance(10_000);
    expect((await world.log.streams()).map((s) => s.name)).toEqual(['orders']);
    worker.stop.abort();
    await world.clock.advance(100);
    expect(await worker.done).toEqual({ processedRecords: 2, deadLetteredRecords: 1 });
  });

  it('hold up only the keys that share their lane', async () => {
    const world = await new World(1).open();
    const records = Array.from({ length: 60 }, (_, i) => ({
      key: `k${i % 30}`,
      value: new Uint8Array(1),
      timestampMs: 0,
    }));
    await world.log.append(new Map([['orders/0', records]]));
    let handled = 0;
    const handler = (batch: readonly { position: number }[]): void => {
      poisonAt(0)(batch);
      handled += batch.length;
    };
    world.start('a', handler, {
      concurrency: 8,
      retry: { attempts: 9, initialBackoffMs: 5_000, maxBackoffMs: 5_000 },
    });
    await world.clock.advance(4_000);
    expect(handled).toBeGreaterThan(40);
    expect(await world.committed(0)).toBe(0);
  });

  it('refuses a stream that cannot have that name, and what is no dead letter', async () => {
    const world = await new World(1).open();
    await expect(world.start('a', () => {}, { deadLetterStream: 'a b' }).done).rejects.toThrow(
      "deadLetterStream: letters, digits, . _ - and at most 100 characters; got 'a b'",
    );
    expect(() => parseDeadLetter({ key: undefined, value: new Uint8Array(3), timestampMs: 0 })).toThrow(
      'not a record of a dead-letter stream',
    );
  });
});
