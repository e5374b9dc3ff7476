import type { LoadSample } from '@foreshadow/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PartitionRota } from '../src/partition-rota.ts';
import { RatioTracker, SmoothedRatio } from '../src/ratio.ts';
import { untilNextTickMs } from '../src/ticker.ts';

const exact = (value: number) => ({ value, standardError: 0 });

describe('SmoothedRatio', () => {
  it('weighs busy ticks more, and forgets', () => {
    const ratio = new SmoothedRatio();
    ratio.observe(exact(1000), exact(100));
    ratio.observe(exact(30), exact(1));
    expect(ratio.estimate()!.value).toBeCloseTo(10.2, 1);
    for (let i = 0; i < 600; i++) ratio.observe(exact(200), exact(100));
    expect(ratio.estimate()!.value).toBeCloseTo(2, 1);
  });

  it('has a standard error that covers the truth as often as it should', () => {
    let covered = 0;
    const runs = 300;
    let state = 12_345;
    const uniform = (): number => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) / 2 ** 32;
    for (let run = 0; run < runs; run++) {
      const ratio = new SmoothedRatio();
      for (let tick = 0; tick < 200; tick++) {
        const x = 50 + 100 * uniform();
        ratio.observe(exact(x * (5 + 4 * (uniform() - 0.5))), exact(x));
      }
      const { value, standardError } = ratio.estimate()!;
      if (Math.abs(value - 5) <= 1.96 * standardError) covered += 1;
    }
    expect(covered / runs).toBeGreaterThan(0.9);
    expect(covered / runs).toBeLessThan(0.99);
  });

  it('is undefined until something was observed, and takes no nonsense', () => {
    const ratio = new SmoothedRatio();
    for (const [y, x] of [
      [1, 0],
      [NaN, 1],
      [1, NaN],
      [-1, 1],
      [1, -1],
      [Infinity, 1],
      [1, Infinity],
    ] as const) {
      ratio.observe(exact(y), exact(x));
    }
    ratio.observe(undefined, exact(1));
    ratio.observe(exact(1), undefined);
    expect(ratio.estimate()).toBeUndefined();
  });
});

describe('RatioTracker', () => {
  const sample: LoadSample = {
    partition: 'orders/0',
    atMs: 1,
    windowMs: 500,
    recordsPerSec: exact(100),
    bytesPerSec: exact(20_000),
    workPerSec: undefined,
    distinctKeys: exact(25),
    sampled: 0,
    dropped: 0,
    refused: 0,
  };

  it('holds distinct keys against the records of the tick', () => {
    const tracker = new RatioTracker();
    tracker.observe(sample);
    expect(tracker.ratios(undefined)).toEqual({
      bytesPerRecord: exact(200),
      workPerRecord: undefined,
      distinctKeysPerRecord: exact(0.5),
    });
  });

  it('prefers the work that the workers measured', () => {
    const tracker = new RatioTracker();
    tracker.observe({ ...sample, workPerSec: exact(1) });
    expect(tracker.ratios(undefined).workPerRecord).toEqual(exact(0.01));
    expect(tracker.ratios(exact(0.02)).workPerRecord).toEqual(exact(0.02));
  });
});

describe('PartitionRota', () => {
  const partitions = Array.from({ length: 7 }, (_, i) => `orders/${i}` as const);

  it('names each partition once an interval, evenly', () => {
    const rota = new PartitionRota(10_000);
    const turns = Array.from({ length: 20 }, () => rota.due(partitions, 1000));
    const named = turns.flat();
    expect(Math.max(...turns.map((t) => t.length))).toBe(1);
    for (const partition of partitions) {
      expect(named.filter((p) => p === partition).length).toBeGreaterThanOrEqual(1);
    }
    expect(named.length).toBeGreaterThanOrEqual(13);
    expect(named.length).toBeLessThanOrEqual(14);
  });

  it('owes each partition once at most', () => {
    const rota = new PartitionRota(1);
    expect(rota.due(partitions, 1e9).length).toBe(7);
    expect(rota.due([], 1e9)).toEqual([]);
    expect(rota.due(partitions, NaN)).toEqual([]);
  });
});

describe('untilNextTickMs', () => {
  it('ends on a multiple of the tick, half a tick away at least', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2e12 }),
        fc.integer({ min: 10, max: 60_000 }),
        (nowMs, tickMs) => {
          const waitMs = untilNextTickMs(nowMs, tickMs);
          expect((nowMs + waitMs) % tickMs).toBe(0);
          expect(waitMs).toBeGreaterThanOrEqual(tickMs / 2);
          expect(waitMs).toBeLessThanOrEqual(1.5 * tickMs);
        },
      ),
    );
  });
});
