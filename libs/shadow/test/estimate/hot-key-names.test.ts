import { Xoshiro128 } from '@foreshadow/domain';
import { describe, expect, it } from 'vitest';
import { HotKeyNames, ShadowTap } from '../../src/index.ts';

const RATE = 0.05;

/** Share `hot` of the records of partition 1 is of one key, the others of a thousand. */
function offered(seed: number, hot: number, records: number): HotKeyNames {
  const names = new HotKeyNames();
  const tap = new ShadowTap({ stream: 's', partitions: 2, sampler: { kind: 'bernoulli', rate: RATE, seed } });
  tap.showKeys((partition, key, weight) => names.add(partition, key, weight));
  const rng = new Xoshiro128(seed);
  for (let i = 0; i < records; i++) {
    const key = rng.next() < hot ? 'customer-17' : `customer-${100 + (rng.nextUint32() % 1000)}`;
    tap.offer(1, key, 100);
    tap.offer(0, `other-${rng.nextUint32() % 1000}`, 100);
  }
  return names;
}

describe('names of hot keys', () => {
  it('tell the key that holds much of a partition, with a bound that holds in 95 of 100', () => {
    let held = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const hot = offered(seed, 0.4, 4000).read(0);
      expect(hot.map(({ partition, key }) => [partition, key])).toEqual([[1, 'customer-17']]);
      expect(Math.abs(hot[0]!.share - 0.4)).toBeLessThan(0.16);
      if (hot[0]!.low <= 0.4) held++;
    }
    expect(held).toBeGreaterThanOrEqual(182);
  });

  it('are silent where no key stands out, and of a handful of records', () => {
    expect(offered(3, 0.01, 4000).read(0)).toEqual([]);
    expect(offered(3, 0.9, 100).read(0)).toEqual([]);
  });

  it('forget: after some minutes another key is the hot one', () => {
    const names = offered(5, 0.5, 4000);
    names.read(0);
    names.read(300_000);
    for (let i = 0; i < 200; i++) names.add(1, i % 2 === 0 ? 'new' : `other-${i}`, 20);
    expect(names.read(300_000)[0]!.key).toBe('new');
  });

  it('are not asked of what is no key, and the sample goes on', () => {
    const names = new HotKeyNames();
    const tap = new ShadowTap({
      stream: 's',
      partitions: 1,
      sampler: { kind: 'bernoulli', rate: 0.5, seed: 1 },
    });
    tap.showKeys((partition, key, weight) => names.add(partition, key, weight));
    for (let i = 0; i < 200; i++) tap.offer(0, 7 as unknown as string, 100);
    for (let i = 0; i < 200; i++) tap.offer(0, 'a', 100);
    expect(names.read(0).map(({ key }) => key)).toEqual(['a']);
    expect(tap.tick(0, 1000)[0]!.sampled).toBeGreaterThan(150);
  });

  it('shorten long keys, and read binary ones', () => {
    const names = new HotKeyNames();
    for (let i = 0; i < 60; i++) {
      names.add(0, 'x'.repeat(1000), 1);
      names.add(1, new TextEncoder().encode('grün'), 1);
    }
    expect(names.read(0).map(({ key }) => key)).toEqual([`${'x'.repeat(63)}…`, 'grün']);
  });
});
