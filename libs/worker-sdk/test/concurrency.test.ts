import type { PositionedRecord } from '@foreshadow/domain';
import { describe, expect, it } from 'vitest';
import { laneOf } from '../src/lane.ts';
import type { RecordHandler } from '../src/options.ts';
import { World } from './harness.ts';

const KEYS = 20;

async function fill(world: World, count: number, partition = 0): Promise<void> {
  const records = Array.from({ length: count }, (_, i) => ({
    key: `customer-${i % KEYS}`,
    value: new Uint8Array(10),
    timestampMs: world.clock.nowMs(),
  }));
  await world.log.append(new Map([[world.partitions[partition]!, records]]));
}

describe('with concurrency', () => {
  it('works on several keys of a partition at a time, never more, and keeps the order of each key', async () => {
    const world = await new World(1).open();
    await fill(world, 400);
    const done = new Map<string, number[]>();
    const busyKeys = new Set<string>();
    let atOnce = 0;
    let most = 0;
    const handler: RecordHandler = async (records) => {
      most = Math.max(most, ++atOnce);
      const keys = new Set(records.map((r) => r.key!));
      for (const key of keys) {
        expect(busyKeys.has(key), `${key} is with one call at a time`).toBe(false);
        busyKeys.add(key);
      }
      // Some take longer, so that calls end in another order than they began.
      await world.clock.sleep(10 + (records[0]!.position % 7) * 10);
      for (const { key, position } of records) done.set(key!, [...(done.get(key!) ?? []), position]);
      for (const key of keys) busyKeys.delete(key);
      atOnce--;
    };
    const worker = world.start('a', handler, { concurrency: 4 });
    await world.clock.advance(10_000);
    expect(most).toBe(4);
    for (let k = 0; k < KEYS; k++) {
      expect(done.get(`customer-${k}`)).toEqual(Array.from({ length: 20 }, (_, i) => k + i * KEYS));
    }
    expect(await world.committed(0)).toBe(400);
    worker.stop.abort();
    await world.clock.advance(200);
    expect(await worker.done).toEqual({ processedRecords: 400, deadLetteredRecords: 0 });
  });

  it('commits nothing behind a record that is not handled yet', async () => {
    const world = await new World(1).open();
    await fill(world, 100);
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const seen: number[] = [];
    const handler: RecordHandler = async (records) => {
      if (records.some((r) => r.key === 'customer-3')) await held;
      seen.push(...records.map((r) => r.position));
    };
    world.start('a', handler, { concurrency: 8 });
    await world.clock.advance(5_000);
    const first = Math.min(...Array.from({ length: 100 }, (_, i) => i).filter((i) => !seen.includes(i)));
    expect(seen.length).toBeGreaterThan(50);
    expect(await world.committed(0)).toBe(first);
    expect(first).toBeLessThanOrEqual(3);
    release();
    await world.clock.advance(2_000);
    expect(await world.committed(0)).toBe(100);
  });

  it('goes on past a record that is stuck only so far as a crash may repeat', async () => {
    const world = await new World(1).open();
    const lane = (key: string): number =>
      laneOf({ key, position: 0, value: new Uint8Array(), timestampMs: 0 }, 8);
    const others = Array.from({ length: 50 }, (_, i) => `k${i}`).filter((key) => lane(key) !== lane('stuck'));
    const keys = ['stuck', ...Array.from({ length: 20_000 }, (_, i) => others[i % others.length]!)];
    const records = keys.map((key) => ({ key, value: new Uint8Array(1), timestampMs: 0 }));
    await world.log.append(new Map([['orders/0', records]]));
    let handled = 0;
    const handler: RecordHandler = async (records) => {
      if (records.some((r) => r.position === 0)) await new Promise(() => {});
      handled += records.length;
    };
    world.start('a', handler, { concurrency: 8 });
    await world.clock.advance(60_000);
    expect(handled).toBeGreaterThan(8_000);
    expect(handled).toBeLessThanOrEqual(8192 + 512);
    expect(await world.committed(0)).toBe(0);
  });

  it('never reads ahead more than it may', async () => {
    const world = await new World(1).open();
    await fill(world, 1000);
    let most = 0;
    const read = world.log.read.bind(world.log);
    world.log.read = (partition, from, max, waitMs, signal) => {
      most = Math.max(most, max);
      return read(partition, from, max, waitMs, signal);
    };
    const batches: (readonly PositionedRecord[])[] = [];
    world.start('a', (records) => void batches.push(records), { maxPrefetchRecords: 10 });
    await world.clock.advance(20_000);
    expect(batches.flat().map((r) => r.position)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(most).toBe(10);
  });

  it.each([
    ['concurrency', 0],
    ['concurrency', 1.5],
    ['maxPrefetchRecords', Number.NaN],
  ])('refuses %s of %d', async (key, value) => {
    const world = await new World(1).open();
    await expect(world.start('a', () => {}, { [key]: value }).done).rejects.toThrow(
      `${key}: a whole number from 1`,
    );
  });
});
