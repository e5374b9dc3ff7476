import { systemClock } from '@foreshadow/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createRing,
  drainLoop,
  RingReader,
  ringStats,
  RingWriter,
  ShadowError,
  ShadowTap,
} from '../src/index.ts';
import type { SampleSink, ShadowTick } from '../src/index.ts';

interface Taken {
  readonly samples: unknown[];
  readonly ticks: ShadowTick[];
}

function collector(): SampleSink & Taken {
  const samples: unknown[] = [];
  const ticks: ShadowTick[] = [];
  return {
    samples,
    ticks,
    sample: (partition, weight, sizeBytes, costClass, hash, record) => {
      samples.push([
        partition,
        weight,
        sizeBytes,
        costClass,
        hash === undefined ? undefined : [...hash],
        record,
      ]);
      return true;
    },
    tick: (tick) => ticks.push(tick),
  };
}

const record = fc.record({
  key: fc.option(fc.oneof(fc.string({ maxLength: 30 }), fc.constantFrom('', 'ключ', '日本🎌')), {
    nil: undefined,
  }),
  value: fc.uint8Array({ maxLength: 300 }),
  timestampMs: fc.integer(),
});
const samples = fc.tuple(
  fc.nat(100),
  fc.double({ min: 1, max: 1e6, noNaN: true }),
  fc.nat(1e6),
  fc.nat(255),
  fc.option(fc.tuple(fc.integer(), fc.integer()), { nil: undefined }),
  fc.option(record, { nil: undefined }),
);

describe('a ring', () => {
  it('gives back what was put in, in order, over many turns of it', () => {
    fc.assert(
      fc.property(fc.array(fc.array(samples, { maxLength: 12 }), { maxLength: 12 }), (rounds) => {
        const memory = createRing(8192);
        const [writer, reader, taken] = [new RingWriter(memory), new RingReader(memory), collector()];
        const put: unknown[] = [];
        for (const round of rounds) {
          for (const [partition, weight, size, costClass, hash, body] of round) {
            const view = hash === undefined ? undefined : Int32Array.from(hash);
            if (writer.sample(partition, weight, size, costClass, view, body)) {
              put.push([partition, weight, size, costClass, hash, body]);
            }
          }
          while (reader.drain(taken, 5) > 0);
        }
        expect(taken.samples).toEqual(put);
        expect(ringStats(memory).waitingBytes).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('drops and counts what it has no room for, and goes on when there is', () => {
    const memory = createRing(4096);
    const writer = new RingWriter(memory);
    const accepted = Array.from({ length: 100 }, () => writer.sample(0, 1, 1, 0, undefined, undefined));
    expect(accepted.filter(Boolean)).toHaveLength(64);
    expect(writer.stats()).toMatchObject({ dropped: 36, waitingBytes: 4096, beats: 0 });
    new RingReader(memory).drain(collector(), 10);
    expect(writer.sample(0, 1, 1, 0, undefined, undefined)).toBe(true);
    const huge = { key: undefined, value: new Uint8Array(10_000), timestampMs: 0 };
    expect(writer.sample(0, 1, 10_000, 0, undefined, huge)).toBe(false);
  });

  it('counts what its reader throws, and reads on', () => {
    const memory = createRing(4096);
    const writer = new RingWriter(memory);
    for (let i = 0; i < 4; i++) writer.sample(i, 1, 1, 0, undefined, undefined);
    let calls = 0;
    const broken: SampleSink = {
      sample: () => {
        calls += 1;
        throw new Error('broken');
      },
      tick: () => undefined,
    };
    expect(new RingReader(memory).drain(broken, 100)).toBe(4);
    expect(calls).toBe(4);
    expect(writer.stats()).toMatchObject({ faults: 4, waitingBytes: 0 });
  });

  it('carries a tap’s shadow stream and its exact counts', () => {
    const memory = createRing(65_536);
    const tap = new ShadowTap({
      stream: 's',
      partitions: 1,
      sampler: { kind: 'bernoulli', rate: 0.01, seed: 1 },
      shadows: [
        { name: 'x', sampler: { kind: 'stratified', rate: 0.1, seed: 1 }, sink: new RingWriter(memory) },
      ],
    });
    for (let i = 0; i < 1000; i++)
      tap.offerRecord(0, { key: `k${i}`, value: new Uint8Array(3), timestampMs: i });
    tap.tick(5000, 1000);
    const taken = collector();
    new RingReader(memory).drain(taken, 1000);
    expect(taken.samples).toHaveLength(100);
    expect(taken.ticks).toMatchObject([{ atMs: 5000, records: 1000, bytes: 3000, sampled: 100, dropped: 0 }]);
  });

  it('is read in slices on one thread, until it is told to stop', async () => {
    const memory = createRing(65_536);
    const writer = new RingWriter(memory);
    for (let i = 0; i < 500; i++) writer.sample(0, 1, i, 0, undefined, undefined);
    const [taken, abort] = [collector(), new AbortController()];
    let slices = 0;
    await drainLoop(new RingReader(memory), taken, {
      clock: systemClock,
      signal: abort.signal,
      idleMs: 1,
      between: () => {
        slices += 1;
        if (taken.samples.length === 500) abort.abort();
      },
    });
    expect(taken.samples).toHaveLength(500);
    expect(slices).toBeGreaterThan(0);
  });

  it.each([0, 100, 2 ** 31, NaN])('is not made of %s bytes', (bytes) => {
    expect(() => createRing(bytes)).toThrow(ShadowError);
  });
});
