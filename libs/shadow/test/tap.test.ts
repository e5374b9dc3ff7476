import { describe, expect, it } from 'vitest';
import { ShadowError, ShadowTap, type ShadowTapOptions } from '../src/index.ts';

function tapOf(options: Partial<ShadowTapOptions> = {}): ShadowTap {
  const sampler = { kind: 'bernoulli', rate: 0.01, seed: 1 } as const;
  return new ShadowTap({ stream: 'orders', partitions: 4, sampler, ...options });
}

describe('ShadowTap', () => {
  it('counts records and bytes exactly, per partition, as rates of the window', () => {
    const tap = tapOf();
    for (let i = 0; i < 1000; i++) tap.offer(1, undefined, 100 + i);
    for (let i = 0; i < 10; i++) tap.offer(3, undefined, 7);
    const [idle, busy, , small] = tap.tick(5000, 2000);
    expect(busy).toMatchObject({
      partition: 'orders/1',
      atMs: 5000,
      windowMs: 2000,
      recordsPerSec: { value: 500, standardError: 0 },
      bytesPerSec: { value: 299_750, standardError: 0 },
    });
    expect(small!.recordsPerSec).toEqual({ value: 5, standardError: 0 });
    expect(idle!.recordsPerSec).toEqual({ value: 0, standardError: 0 });
    expect(idle!.distinctKeys).toEqual({ value: 0, standardError: 0 });
  });

  it('starts each tick from zero', () => {
    const tap = tapOf();
    tap.offer(0, 'k', 10);
    tap.tick(1000, 1000);
    expect(tap.tick(2000, 1000)[0]).toMatchObject({
      recordsPerSec: { value: 0 },
      distinctKeys: { value: 0 },
    });
  });

  it('counts a batch as it counts its records', () => {
    const one = tapOf();
    const batch = tapOf();
    const keys = Array.from({ length: 3000 }, (_, i) => (i % 7 === 0 ? undefined : `key-${i % 50}`));
    const sizes = Uint32Array.from(keys, (_, i) => (i * 37) % 900);
    keys.forEach((key, i) => one.offer(2, key, sizes[i]!));
    batch.offerBatch(2, keys, sizes, keys.length);
    expect(batch.tick(1000, 1000)).toEqual(one.tick(1000, 1000));
    expect(batch.stats()).toEqual(one.stats());
  });

  it('gives both builds of the kernel the same sample', () => {
    const run = (variant: 'simd' | 'scalar'): unknown => {
      const tap = tapOf({ variant });
      for (let i = 0; i < 20_000; i++) tap.offer(i & 3, `k${i % 999}`, i % 512);
      return [tap.sampledRecords(0), tap.tick(1000, 1000), tap.stats()];
    };
    expect(run('simd')).toEqual(run('scalar'));
  });

  it('counts what was refused as demand, at the mean size of what came', () => {
    const tap = tapOf();
    for (let i = 0; i < 100; i++) tap.offer(0, undefined, 50);
    tap.refuse(0, 25);
    tap.refuse(1, 5);
    const [some, only] = tap.tick(1000, 1000);
    expect(some).toMatchObject({ refused: 25, recordsPerSec: { value: 125, standardError: 0 } });
    expect(some!.bytesPerSec!.value).toBeCloseTo(6250);
    expect(some!.bytesPerSec!.standardError).toBeCloseTo(250);
    expect(only).toMatchObject({ refused: 5, recordsPerSec: { value: 5 }, bytesPerSec: undefined });
    expect(tap.stats()).toMatchObject({ offered: 100, refused: 30 });
  });

  it('counts distinct keys within its standard error', () => {
    const tap = tapOf();
    for (let i = 0; i < 30_000; i++) tap.offer(0, `user-${i % 3000}`, 1);
    const { value, standardError } = tap.tick(1000, 1000)[0]!.distinctKeys!;
    expect(Math.abs(value - 3000)).toBeLessThan(4 * standardError);
    expect(standardError / value).toBeLessThan(0.02);
  });

  it('takes a key for the same whether it comes as a string or as bytes', () => {
    const tap = tapOf();
    for (let i = 0; i < 100; i++) {
      tap.offer(0, `clé-${i}`, 1);
      tap.offer(0, new TextEncoder().encode(`clé-${i}`), 1);
    }
    expect(Math.round(tap.tick(1000, 1000)[0]!.distinctKeys!.value)).toBeCloseTo(100, -1);
  });

  it('says nothing of distinct keys where records have none, or where it was told not to', () => {
    const keyless = tapOf();
    keyless.offer(0, undefined, 1);
    expect(keyless.tick(1000, 1000)[0]!.distinctKeys).toBeUndefined();
    const off = tapOf({ distinctKeys: false });
    off.offer(0, 'k', 1);
    expect(off.tick(1000, 1000)[0]!.distinctKeys).toBeUndefined();
  });

  it('bounds the ring per partition, and counts what it loses', () => {
    const tap = tapOf({ ringCapacity: 8, sampler: { kind: 'systematic', rate: 1, seed: 1 } });
    for (let i = 0; i < 100; i++) tap.offer(0, 'k', i);
    for (let i = 0; i < 5; i++) tap.offer(1, 'k', i);
    expect(tap.sampledRecords(0)).toHaveLength(8);
    expect(tap.sampledRecords(0)[0]!.weight).toBeCloseTo(100 / 8);
    expect(tap.sampledRecords(1)).toHaveLength(5);
    const [hot, cool] = tap.tick(1000, 1000);
    expect(hot).toMatchObject({ sampled: 100, dropped: 92 });
    expect(cool).toMatchObject({ sampled: 5, dropped: 0 });
    expect(tap.stats()).toMatchObject({ kept: 105, dropped: 92 });
    expect(tap.sampledRecords(0)).toHaveLength(0);
  });

  it('gives each sampled record its weight, size and key', () => {
    const tap = tapOf({ sampler: { kind: 'stratified', rate: 0.1, seed: 5 } });
    for (let i = 0; i < 20; i++) tap.offer(0, i < 10 ? 'k' : undefined, 100 + i);
    const [keyed, keyless] = tap.sampledRecords(0);
    expect(keyed).toMatchObject({ partition: 0, weight: 10 });
    expect(keyed!.sizeBytes).toBeLessThan(110);
    expect(keyed!.keyHash).toHaveLength(2);
    expect(keyless!.keyHash).toBeUndefined();
  });

  it('changes its rate between ticks and not within one', () => {
    const tap = tapOf({ sampler: { kind: 'bernoulli', rate: 1, seed: 1 } });
    tap.offer(0, undefined, 1);
    tap.setRate(0.001);
    for (let i = 0; i < 99; i++) tap.offer(0, undefined, 1);
    expect(tap.tick(1000, 1000)[0]!.sampled).toBe(100);
    expect(tap.rate()).toBe(0.001);
    for (let i = 0; i < 1000; i++) tap.offer(0, undefined, 1);
    expect(tap.tick(2000, 1000)[0]!.sampled).toBeLessThan(15);
  });

  it('estimates work from the sample, and leaves it out where nothing is known', () => {
    const workOf = (r: { sizeBytes: number }): number => r.sizeBytes / 1000;
    const tap = tapOf({ workOf, sampler: { kind: 'bernoulli', rate: 0.05, seed: 9 } });
    for (let i = 0; i < 10_000; i++) tap.offer(0, undefined, i % 2 === 0 ? 100 : 300);
    tap.offer(1, undefined, 100);
    const [busy, unsampled, idle] = tap.tick(1000, 1000);
    const { value, standardError } = busy!.workPerSec!;
    expect(Math.abs(value - 2000)).toBeLessThan(4 * standardError);
    expect(standardError / value).toBeCloseTo(0.5 * Math.sqrt(1 / 64), 1);
    expect(unsampled!.sampled === 0 ? unsampled!.workPerSec : undefined).toBeUndefined();
    expect(idle!.workPerSec).toEqual({ value: 0, standardError: 0 });
    expect(tapOf().tick(1000, 1000)[0]!.workPerSec).toBeUndefined();
  });

  it.each([
    ['partitions', { partitions: 0 }],
    ['partitions', { partitions: 2.5 }],
    ['sampler.rate', { sampler: { kind: 'bernoulli', rate: 0, seed: 1 } }],
    ['sampler.rate', { sampler: { kind: 'bernoulli', rate: NaN, seed: 1 } }],
    ['sampler.seed', { sampler: { kind: 'bernoulli', rate: 1, seed: 0.5 } }],
    ['ringCapacity', { ringCapacity: 0 }],
    ['feedRate', { feedRate: 0.5 }],
    ['feedRate', { feedRate: 2, counting: 'sampled' }],
  ] as const)('refuses to be made with a wrong %s: %j', (option, options) => {
    const make = (): ShadowTap => tapOf(options);
    expect(make).toThrow(ShadowError);
    expect(make).toThrow(option);
  });
});
