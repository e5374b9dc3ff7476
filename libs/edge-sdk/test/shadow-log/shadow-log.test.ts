import {
  type LoadSample,
  type PartitionKey,
  type StreamRecord,
  systemClock,
  Xoshiro128,
} from '@foreshadow/domain';
import { MemoryStreamLog, type StreamLog } from '@foreshadow/ports';
import { createRing, RingReader, RingWriter, ShadowTap } from '@foreshadow/shadow';
import { describe, expect, it } from 'vitest';
import {
  decodeShadowRecord,
  encodeShadowRecord,
  LogFeed,
  LogTap,
  ShadowStreamWriter,
} from '../../src/shadow-log/index.ts';

const recordOf = (i: number, bytes = 10): StreamRecord => {
  return { key: `k${i % 9}`, value: new Uint8Array(bytes).fill(i), timestampMs: i };
};

/** A log that fails when told to. */
class Brittle extends MemoryStreamLog {
  isBroken = false;

  override append(...args: Parameters<StreamLog['append']>): ReturnType<StreamLog['append']> {
    return this.isBroken ? Promise.reject(new Error('disk full')) : super.append(...args);
  }

  override endPosition(partition: PartitionKey): Promise<number> {
    return this.isBroken ? Promise.reject(new Error('gone')) : super.endPosition(partition);
  }
}

describe('a shadow stream in a log', () => {
  it('has the sampled records, with weights that sum to the truth, by way of a ring', async () => {
    const log = new MemoryStreamLog(systemClock);
    const writer = new ShadowStreamWriter({ log, stream: 'orders.shadow', partitions: 2 });
    const memory = createRing(1 << 20);
    const tap = new ShadowTap({
      stream: 'orders',
      partitions: 2,
      sampler: { kind: 'bernoulli', rate: 0.01, seed: 1 },
      shadows: [
        { name: 'x', sampler: { kind: 'stratified', rate: 0.1, seed: 1 }, sink: new RingWriter(memory) },
      ],
    });
    for (let i = 0; i < 2000; i++) tap.offerRecord(i & 1, recordOf(i));
    tap.tick(1000, 1000);
    new RingReader(memory).drain(writer, 10_000);
    await writer.flush();
    expect(writer.stats()).toEqual({ appended: 200, dropped: 0, waiting: 0 });
    const read = (await log.read('orders.shadow/1', 0, 1000, 0)).map(decodeShadowRecord);
    expect(read.reduce((sum, { weight }) => sum + weight, 0)).toBe(1000);
    for (const { key, value, timestampMs, sizeBytes } of read) {
      expect({ key, value, timestampMs }).toEqual(recordOf(timestampMs));
      expect(sizeBytes).toBe(10);
    }
  });

  it('keeps the newest records, and lets the log drop the others', async () => {
    const log = new MemoryStreamLog(systemClock);
    const writer = new ShadowStreamWriter({ log, stream: 'x', partitions: 1, retainRecords: 100 });
    for (let i = 0; i < 500; i++) {
      writer.sample(0, 1, 1, 0, undefined, recordOf(i));
      await writer.flush();
    }
    const kept = await log.read('x/0', 0, 1000, 0);
    expect(kept.length).toBeGreaterThanOrEqual(100);
    expect(kept.length).toBeLessThanOrEqual(110);
    expect(kept.at(-1)!.position).toBe(499);
  });

  it('keeps a record as it was, but for its head', () => {
    const record = { ...recordOf(3, 40), weight: 12.5, sizeBytes: 1_000_000, costClass: 7 };
    expect(decodeShadowRecord(encodeShadowRecord(record))).toEqual(record);
    expect(() => decodeShadowRecord(recordOf(5))).toThrow(/INVALID_RECORD|no shadow record/);
  });

  it('drops, and counts, what waits too long for a log or is refused by it', async () => {
    const log = new Brittle(systemClock);
    const writer = new ShadowStreamWriter({ log, stream: 'x', partitions: 1, maxWaiting: 3 });
    const accepted = Array.from({ length: 5 }, () => writer.sample(0, 1, 1, 0, undefined, recordOf(1)));
    expect(accepted.filter(Boolean)).toHaveLength(3);
    log.isBroken = true;
    await writer.flush();
    log.isBroken = false;
    writer.sample(0, 1, 1, 0, undefined, recordOf(1));
    await writer.flush();
    expect(writer.stats()).toEqual({ appended: 1, dropped: 5, waiting: 0 });
  });
});

describe('a tap behind the log', () => {
  async function append(log: StreamLog, count: number, bytes: (i: number) => number): Promise<number> {
    const records = Array.from({ length: count }, (_, i) => recordOf(i, bytes(i)));
    await log.append(new Map([['s/0', records]]));
    return records.reduce((sum, { value }) => sum + value.length, 0);
  }

  async function tapped(options = {}) {
    const log = new Brittle(systemClock);
    await log.createStream('s', 1);
    const tap = new LogTap({ log, stream: 's', partitions: 1, rng: new Xoshiro128(3), ...options });
    expect((await tap.tick(0, 1000))[0]!.recordsPerSec).toBeUndefined();
    return { log, tap };
  }

  it('counts exactly, and tells bytes within their error from a few ranges', async () => {
    const { log, tap } = await tapped();
    let held = 0;
    for (let t = 1; t <= 100; t++) {
      const truth = await append(log, 1000, (i) => 50 + ((i * 7919 + t) % 400));
      const [sample] = await tap.tick(1000 * t, 2000);
      expect(sample).toMatchObject({ recordsPerSec: { value: 500, standardError: 0 }, sampled: 64 });
      const { value, standardError } = sample!.bytesPerSec!;
      // Eight ranges: Student's t with 7 degrees of freedom.
      if (Math.abs(value - truth / 2) <= 2.365 * standardError) held += 1;
    }
    expect(held).toBeGreaterThan(86);
  });

  it('reads all of a short tick, and nothing where it is told to read nothing', async () => {
    const { log, tap } = await tapped();
    const truth = await append(log, 20, (i) => i);
    expect((await tap.tick(1, 1000))[0]!.bytesPerSec).toEqual({ value: truth, standardError: 0 });
    const blind = await tapped({ ranges: 0 });
    await append(blind.log, 20, () => 5);
    expect((await blind.tap.tick(1, 1000))[0]).toMatchObject({
      recordsPerSec: { value: 20 },
      bytesPerSec: undefined,
    });
  });

  it('has no load where the log does not answer or the clock goes back, and goes on', async () => {
    const { log, tap } = await tapped();
    log.isBroken = true;
    expect((await tap.tick(1, 1000))[0]!.recordsPerSec).toBeUndefined();
    log.isBroken = false;
    await append(log, 5, () => 1);
    expect((await tap.tick(2, -3))[0]!.recordsPerSec).toBeUndefined();
    await append(log, 5, () => 1);
    expect((await tap.tick(3, 1000))[0]!.recordsPerSec!.value).toBe(5);
    expect(tap.stats()).toMatchObject({ failures: 1, ticks: 4 });
  });
});

describe('a feed of a tap behind the log', () => {
  it('gives what the log said a tick later, nothing while it does not answer, and then of all the time since', async () => {
    const asked: number[] = [];
    const answers: ((samples: LoadSample[]) => void)[] = [];
    const tap = {
      tick: (_: number, windowMs: number) => {
        asked.push(windowMs);
        return new Promise<LoadSample[]>((resolve) => answers.push(resolve));
      },
    };
    const feed = new LogFeed(tap, 's', 2);
    const loads = (): (number | undefined)[] =>
      feed.take(0, 1000).map(({ recordsPerSec }) => recordsPerSec?.value);
    const answer = async (value: number): Promise<void> => {
      const [first, second] = feed.take(0, 0);
      const recordsPerSec = { value, standardError: 0 };
      answers.shift()!([
        { ...first!, recordsPerSec },
        { ...second!, recordsPerSec },
      ]);
      await systemClock.sleep(0);
    };
    expect(loads()).toEqual([undefined, undefined]);
    await answer(7);
    expect(loads()).toEqual([7, 7]);
    expect(loads()).toEqual([undefined, undefined]);
    expect(loads()).toEqual([undefined, undefined]);
    await answer(9);
    expect(loads()).toEqual([9, 9]);
    // Two ticks went by while the log was silent.
    expect(asked).toEqual([1000, 1000, 3000]);
  });
});
