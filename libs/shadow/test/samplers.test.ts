import type { StreamRecord } from '@foreshadow/domain';
import '@foreshadow/shadow/samplers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type SampledRecord,
  type SampleSink,
  ShadowTap,
  type ShadowTapOptions,
  type ShadowTick,
} from '../src/index.ts';

function tapOf(kind: 'keyed' | 'reservoir' | 'priority', options: Partial<ShadowTapOptions> = {}): ShadowTap {
  return new ShadowTap({ stream: 's', partitions: 2, sampler: { kind, rate: 1, seed: 7 }, ...options });
}

const keysOf = (records: readonly SampledRecord[]): Set<string> =>
  new Set(records.map(({ keyHash }) => keyHash!.join()));

/** A sink that keeps what it is given, up to `room` records. */
class Collector implements SampleSink {
  readonly samples: { weight: number; sizeBytes: number; record: StreamRecord | undefined }[] = [];
  readonly ticks: ShadowTick[] = [];
  readonly #room: number;

  constructor(room = Infinity) {
    this.#room = room;
  }

  sample(
    _partition: number,
    weight: number,
    sizeBytes: number,
    _costClass: number,
    _hash: Int32Array | undefined,
    record: StreamRecord | undefined,
  ): boolean {
    if (this.samples.length >= this.#room) return false;
    this.samples.push({ weight, sizeBytes, record });
    return true;
  }

  tick(tick: ShadowTick): void {
    this.ticks.push(tick);
  }
}

describe('keyed', () => {
  const offerAll = (tap: ShadowTap, partition = 0): void => {
    for (let i = 0; i < 20_000; i++) tap.offer(partition, `customer-${i % 500}`, 100);
  };
  const sampler = (rate: number, seed = 1) => ({ kind: 'keyed', rate, seed }) as const;
  const room = { ringCapacity: 20_000 };

  it('takes whole keys: all records of some, none of the others', () => {
    const tap = tapOf('keyed', { sampler: sampler(0.2), ...room });
    offerAll(tap);
    const records = tap.sampledRecords(0);
    const keys = keysOf(records);
    expect(records).toHaveLength(keys.size * 40);
    expect(keys.size).toBeGreaterThan(60);
    expect(keys.size).toBeLessThan(140);
  });

  it('takes the same keys at every edge and in every partition, and nests across rates', () => {
    const sets = [0.05, 0.2, 0.6].map((rate, seed) => {
      const tap = tapOf('keyed', { sampler: sampler(rate, seed), ...room });
      offerAll(tap, seed & 1);
      return keysOf(tap.sampledRecords(seed & 1));
    });
    const [few, some, many] = sets as [Set<string>, Set<string>, Set<string>];
    expect([...few].every((key) => some.has(key)) && [...some].every((key) => many.has(key))).toBe(true);
    expect(few.size).toBeLessThan(some.size);
  });

  it('takes a batch as it takes its records, whatever the keys', () => {
    const key = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.uint8Array({ maxLength: 20 }),
      fc.constant('ключ-日本'),
    );
    const size = fc.oneof(fc.nat(5000), fc.constantFrom(NaN, -1));
    fc.assert(
      fc.property(fc.array(fc.tuple(key, size), { maxLength: 1200 }), (records) => {
        const options = { sampler: sampler(0.3), distinctKeys: false, ...room };
        const [one, batch] = [tapOf('keyed', options), tapOf('keyed', options)];
        for (const [k, s] of records) one.offer(1, k, s);
        batch.offerBatch(
          1,
          records.map(([k]) => k),
          records.map(([, s]) => s),
          records.length,
        );
        expect(batch.sampledRecords(1)).toEqual(one.sampledRecords(1));
        expect(batch.stats()).toEqual(one.stats());
        expect(batch.tick(1, 1000)).toEqual(one.tick(1, 1000));
      }),
      { numRuns: 30 },
    );
  });

  it('chooses records without key by their value, counts them, and says so once', () => {
    const notices: string[] = [];
    const options = { sampler: sampler(0.5), onNotice: (n: string) => notices.push(n), ...room };
    const tap = tapOf('keyed', options);
    const value = (i: number): StreamRecord => {
      return { key: undefined, value: new TextEncoder().encode(`value-${i % 100}`), timestampMs: 0 };
    };
    for (let i = 0; i < 1000; i++) tap.offerRecord(0, value(i));
    tap.tick(1000, 1000);
    for (let i = 0; i < 1000; i++) tap.offerRecord(0, value(i));
    const records = tap.sampledRecords(0);
    expect(records.length % 10).toBe(0);
    expect(records[0]!.keyHash).toBeUndefined();
    tap.tick(2000, 1000);
    expect(tap.stats().keyless).toBe(2000);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toContain('stream s: 1000 records without key');
  });

  it('chooses by chance where there is no value either', () => {
    const tap = tapOf('keyed', { sampler: sampler(0.5), distinctKeys: false, ...room });
    tap.offerBatch(0, new Array<undefined>(1000).fill(undefined), new Array<number>(1000).fill(1), 1000);
    for (let i = 0; i < 1000; i++) tap.offer(0, undefined, 1);
    expect(tap.stats().keyless).toBe(2000);
    expect(Math.abs(tap.sampledRecords(0).length - 1000)).toBeLessThan(100);
  });

  it('states the error of a cluster sample where rates are taken from it', () => {
    const tap = tapOf('keyed', { sampler: sampler(0.2), counting: 'sampled', ...room });
    offerAll(tap);
    const { value, standardError } = tap.tick(1000, 1000)[0]!.recordsPerSec!;
    expect(Math.abs(value - 20_000)).toBeLessThan(3.5 * standardError);
    // 40 records a key: √40 times the error of single records.
    expect(standardError / value).toBeCloseTo(Math.sqrt((0.8 / 0.2 / 20_000) * 40), 1);
  });
});

describe('reservoir', () => {
  it('holds its number of records, each as likely, with weights that sum to the truth', () => {
    const held = new Array<number>(10).fill(0);
    const tap = tapOf('reservoir', { ringCapacity: 20 });
    for (let t = 0; t < 500; t++) {
      for (let i = 0; i < 1000; i++) tap.offer(0, undefined, i);
      const records = tap.sampledRecords(0);
      expect(records).toHaveLength(20);
      expect(records.reduce((s, { weight }) => s + weight, 0)).toBeCloseTo(1000, 6);
      for (const { sizeBytes } of records) held[Math.floor(sizeBytes / 100)]!++;
      tap.tick(t, 1000);
    }
    const chiSquare = held.reduce((s, n) => s + (n - 1000) ** 2 / 1000, 0);
    expect(chiSquare).toBeLessThan(27.9); // 99.9 % of χ² with 9 degrees of freedom
  });

  it('is all there is while there is room, and nothing of nothing', () => {
    const tap = tapOf('reservoir', { ringCapacity: 20 });
    for (let i = 0; i < 5; i++) tap.offer(0, 'k', i);
    expect(tap.sampledRecords(0).map(({ weight, sizeBytes }) => [weight, sizeBytes])).toEqual(
      [0, 1, 2, 3, 4].map((size) => [1, size]),
    );
    expect(tap.tick(1000, 1000)[1]).toMatchObject({ sampled: 0, bytesPerSec: { value: 0 } });
    expect(tap.sampledRecords(0)).toEqual([]);
  });

  it('follows a rate by the records of the tick before, within its capacity', () => {
    const tap = tapOf('reservoir', { ringCapacity: 50, sampler: { kind: 'reservoir', rate: 0.01, seed: 1 } });
    const sampled = [2000, 2000, 100_000, 100_000, 10, 10].map((records, t) => {
      for (let i = 0; i < records; i++) tap.offer(0, undefined, 1);
      return tap.tick(t, 1000)[0]!.sampled;
    });
    expect(sampled).toEqual([50, 20, 20, 50, 10, 1]);
  });

  it('counts exactly what passes, and errs in bytes by its error, where rates are taken from the sample', () => {
    const tap = tapOf('reservoir', { ringCapacity: 100, counting: 'sampled' });
    for (let i = 0; i < 5000; i++) tap.offer(0, undefined, 100 + (i % 101));
    const { recordsPerSec, bytesPerSec } = tap.tick(1000, 1000)[0]!;
    expect(recordsPerSec).toEqual({ value: 5000, standardError: 0 });
    expect(Math.abs(bytesPerSec!.value - 750_000)).toBeLessThan(4 * bytesPerSec!.standardError);
  });
});

describe('priority', () => {
  it('holds the largest records for certain, and states bytes within its error', () => {
    const tap = tapOf('priority', { ringCapacity: 101, counting: 'sampled' });
    let truth = 0;
    for (let i = 0; i < 10_000; i++) {
      const size = i % 1000 === 0 ? 1_000_000 : 100 + (i % 57);
      truth += size;
      tap.offer(0, undefined, size);
    }
    const records = tap.sampledRecords(0);
    expect(records).toHaveLength(100);
    expect(records.filter(({ sizeBytes, weight }) => sizeBytes === 1_000_000 && weight === 1)).toHaveLength(
      10,
    );
    const { value, standardError } = tap.tick(1000, 1000)[0]!.bytesPerSec!;
    expect(Math.abs(value - truth)).toBeLessThan(4 * standardError);
    expect(standardError / truth).toBeLessThan(0.02);
  });

  it('goes by class where it is told to: a dear record is likelier, an unknown class costs 1', () => {
    const sampler = { kind: 'priority', rate: 1, seed: 3, by: 'class' } as const;
    const tap = tapOf('priority', { sampler, ringCapacity: 101, classCosts: [1, 50] });
    for (let i = 0; i < 10_000; i++) tap.offer(0, undefined, 10, i % 100 === 0 ? 1 : i % 3 === 0 ? 77 : 0);
    const records = tap.sampledRecords(0);
    const dear = records.filter(({ costClass }) => costClass === 1);
    expect(dear.length).toBeGreaterThan(20);
    const estimate = dear.reduce((s, { weight }) => s + weight, 0);
    expect(Math.abs(estimate - 100)).toBeLessThan(60);
  });
});

describe('shadow streams', () => {
  const record = (i: number): StreamRecord => {
    return { key: `k${i % 50}`, value: new Uint8Array(10 + (i % 7)), timestampMs: i };
  };

  it('are several of one primary, each at its own rate, with weights that sum to the truth', () => {
    const [thin, thick, fixed] = [new Collector(), new Collector(), new Collector()];
    const tap = new ShadowTap({
      stream: 's',
      partitions: 1,
      sampler: { kind: 'bernoulli', rate: 0.01, seed: 1 },
      shadows: [
        { name: 'thin', sampler: { kind: 'stratified', rate: 0.01, seed: 2 }, sink: thin },
        { name: 'thick', sampler: { kind: 'stratified', rate: 0.5, seed: 3 }, sink: thick },
        { name: 'fixed', sampler: { kind: 'reservoir', rate: 1, seed: 3, capacity: 32 }, sink: fixed },
      ],
    });
    for (let i = 0; i < 10_000; i++) tap.offerRecord(0, record(i));
    tap.tick(1000, 1000);
    expect([thin, thick, fixed].map(({ samples }) => samples.length)).toEqual([100, 5000, 32]);
    for (const { samples, ticks } of [thin, thick, fixed]) {
      expect(samples.reduce((s, { weight }) => s + weight, 0)).toBeCloseTo(10_000, 6);
      expect(samples.every(({ record: r, sizeBytes }) => r?.value.length === sizeBytes)).toBe(true);
      expect(ticks).toMatchObject([{ partition: 0, records: 10_000, dropped: 0 }]);
    }
    expect(Object.keys(tap.stats().shadows)).toEqual(['thin', 'thick', 'fixed']);
  });

  it('lose, and count, what their sink has no room for; the primary counts on', () => {
    const sink = new Collector(10);
    const sampler = { kind: 'systematic', rate: 1, seed: 2 } as const;
    const tap = tapOf('keyed', { shadows: [{ name: 'all', sampler, sink }] });
    for (let i = 0; i < 100; i++) tap.offerRecord(0, record(i));
    const [sample] = tap.tick(1000, 1000);
    expect(sample!.recordsPerSec!.value).toBe(100);
    expect(sink.ticks[0]).toMatchObject({ sampled: 100, dropped: 90, records: 100 });
    expect(tap.stats().shadows['all']).toEqual({ kept: 100, dropped: 90, keyless: 0 });
  });

  it('change their rate from tick to tick, by name', () => {
    const sink = new Collector();
    const sampler = { kind: 'stratified', rate: 0.1, seed: 2 } as const;
    const tap = tapOf('keyed', { shadows: [{ name: 'x', sampler, sink }] });
    for (let t = 0; t < 2; t++) {
      for (let i = 0; i < 1000; i++) tap.offerRecord(0, record(i));
      tap.setShadowRate('x', 0.01);
      tap.tick(t, 1000);
    }
    expect(sink.ticks.filter(({ partition }) => partition === 0).map(({ sampled }) => sampled)).toEqual([
      100, 10,
    ]);
    tap.setShadowRate('y', 0.5);
    tap.setShadowRate('x', 2);
    expect(tap.stats().faults).toBe(2);
  });

  it('do not disturb the primary where a sink throws', () => {
    const sink: SampleSink = {
      sample: () => {
        throw new Error('broken');
      },
      tick: () => undefined,
    };
    const sampler = { kind: 'systematic', rate: 1, seed: 2 } as const;
    const tap = tapOf('keyed', { shadows: [{ name: 'x', sampler, sink }] });
    for (let i = 0; i < 10; i++) tap.offerRecord(0, record(i));
    expect(tap.tick(1000, 1000)[0]!.recordsPerSec!.value).toBe(10);
    expect(tap.stats()).toMatchObject({ offered: 10, faults: 10 });
  });
});

describe('a sampler of an import of its own', () => {
  it.each(['keyed', 'reservoir', 'priority'] as const)(
    '%s gives both builds of the kernel one sample',
    (kind) => {
      const run = (variant: 'simd' | 'scalar'): unknown => {
        const tap = tapOf(kind, { variant, sampler: { kind, rate: 0.3, seed: 5 }, ringCapacity: 500 });
        for (let t = 0; t < 3; t++) {
          for (let i = 0; i < 5000; i++) tap.offer(i & 1, `k${i % 99}`, (i * 31) % 512);
          if (t < 2) tap.tick(t, 1000);
        }
        return [tap.sampledRecords(0), tap.tick(3, 1000), tap.stats()];
      };
      expect(run('simd')).toEqual(run('scalar'));
    },
  );

  it('goes on when a rate changes and the clock goes back', () => {
    for (const kind of ['keyed', 'reservoir', 'priority'] as const) {
      const tap = tapOf(kind);
      for (let i = 0; i < 100; i++) tap.offer(0, 'k', 1);
      tap.setRate(0.1, 0);
      expect(tap.tick(1000, -5)[0]!.recordsPerSec).toBeUndefined();
      for (let i = 0; i < 100; i++) tap.offer(0, 'k', 1);
      expect(tap.tick(2000, 1000)[0]!.recordsPerSec!.value).toBe(100);
      expect(tap.rate(0)).toBe(0.1);
      expect(tap.rate(1)).toBe(1);
    }
  });

  it.each([
    ['sampler.by', { sampler: { kind: 'priority', rate: 1, seed: 1, by: 'colour' as 'size' } }],
    ['sampler.kind', { sampler: { kind: 'dice' as 'keyed', rate: 1, seed: 1 } }],
    ['ringCapacity', { sampler: { kind: 'priority', rate: 1, seed: 1 }, ringCapacity: 1 }],
    ['classCosts', { classCosts: [1, 0] }],
  ] as const)('is refused with a wrong %s', (option, options) => {
    expect(() => tapOf('keyed', options)).toThrow(option);
  });
});
