import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ShadowTap } from '../src/index.ts';

const make = (): ShadowTap =>
  new ShadowTap({ stream: 's', partitions: 2, sampler: { kind: 'bernoulli', rate: 0.5, seed: 1 } });

const hostile: object = {
  get length(): number {
    throw new Error('no length');
  },
  valueOf(): number {
    throw new Error('no value');
  },
};
const odd = [NaN, Infinity, -1, 0.5, 2, 2 ** 53, '0', null, undefined, Symbol('x'), 1n, {}, [], hostile];

describe('whatever it is given, the tap', () => {
  it('does not throw, counts a fault, and goes on counting', () => {
    const anything = fc.oneof(fc.anything(), fc.constantFrom<unknown>(...odd));
    const tap = make();
    fc.assert(
      fc.property(anything, anything, anything, anything, (a, b, c, d) => {
        tap.offer(a as number, b as string, c as number);
        tap.offerBatch(a as number, b as string[], c as number[], d as number);
        tap.refuse(a as number, b as number);
        tap.setRate(a as number);
      }),
      { numRuns: 500 },
    );
    expect(tap.stats().faults).toBeGreaterThan(500);
    tap.tick(0, 1000);
    tap.offer(0, 'k', 5);
    const [sample] = tap.tick(1000, 1000);
    expect(sample).toMatchObject({ recordsPerSec: { value: 1 }, bytesPerSec: { value: 5 } });
  });

  it.each([{}, { length: NaN }, { length: -3 }, { length: 'x' }, 7, true])(
    'counts the records of a batch without sizes (%j) as faults',
    (sizes) => {
      const tap = make();
      tap.offerBatch(0, undefined, sizes as unknown as number[], 3);
      expect(tap.stats()).toMatchObject({ offered: 0, faults: 3 });
    },
  );

  it('does not throw at objects that throw when touched', () => {
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();
    const tap = make();
    tap.offer(0, proxy as unknown as string, 1);
    tap.offerBatch(0, proxy, [1], 1);
    tap.offerBatch(0, undefined, proxy, 1);
    tap.offerBatch(0, undefined, hostile as number[], 1);
    tap.offer(proxy as unknown as number, 'k', proxy as unknown as number);
    expect(tap.stats()).toMatchObject({ faults: 5 });
  });

  it.each([NaN, Infinity, -Infinity, -1, 2 ** 53, '7', null, undefined, 3n])(
    'passes over a record of size %s',
    (size) => {
      const tap = make();
      tap.offer(0, 'k', size as number);
      expect(tap.stats()).toMatchObject({ offered: 0, faults: 1 });
      expect(tap.tick(1, 1)[0]!.bytesPerSec).toEqual({ value: 0, standardError: 0 });
    },
  );

  it.each([-1, 2, 0.5, NaN, Infinity, '0', null, undefined])('passes over a record of partition %s', (p) => {
    const tap = make();
    tap.offer(p as number, 'k', 1);
    tap.offerBatch(p as number, undefined, [1], 1);
    tap.refuse(p as number, 1);
    expect(tap.stats()).toMatchObject({ offered: 0, refused: 0, faults: 3 });
    expect(tap.sampledRecords(p as number)).toEqual([]);
  });

  it('counts a record whose key is no key, and the fault', () => {
    const tap = make();
    tap.offer(0, 42 as unknown as string, 10);
    expect(tap.stats()).toMatchObject({ offered: 1, faults: 1 });
    expect(tap.tick(1000, 1000)[0]).toMatchObject({ bytesPerSec: { value: 10 }, distinctKeys: undefined });
  });

  it('is not held up by a count far beyond the batch', () => {
    const tap = make();
    tap.offerBatch(0, undefined, [1, 2, 3], Number.MAX_SAFE_INTEGER);
    expect(tap.stats()).toMatchObject({ offered: 3, faults: Number.MAX_SAFE_INTEGER - 3 });
  });

  it('is not held up by a huge key', () => {
    const tap = make();
    tap.offer(0, 'x'.repeat(1 << 24), 1);
    tap.offer(0, new Uint8Array(1 << 24), 1);
    expect(Math.round(tap.tick(1000, 1000)[0]!.distinctKeys!.value)).toBe(2);
  });

  it.each([0, -1000, NaN, Infinity])(
    'reports no load for a window of %s ms, and loses the tick',
    (windowMs) => {
      const tap = make();
      tap.offer(0, 'k', 1);
      expect(tap.tick(1000, windowMs)[0]).toMatchObject({
        recordsPerSec: undefined,
        bytesPerSec: undefined,
        distinctKeys: undefined,
      });
      tap.offer(0, 'k', 1);
      expect(tap.tick(2000, 1000)[0]!.recordsPerSec).toEqual({ value: 1, standardError: 0 });
    },
  );

  it('takes trouble in a work function for a fault of that record', () => {
    let calls = 0;
    const tap = new ShadowTap({
      stream: 's',
      partitions: 1,
      sampler: { kind: 'systematic', rate: 1, seed: 1 },
      workOf: () => {
        calls += 1;
        if (calls === 1) throw new Error('no');
        return calls === 2 ? NaN : 3;
      },
    });
    for (let i = 0; i < 6; i++) tap.offer(0, undefined, 1);
    expect(tap.tick(1000, 1000)[0]!.workPerSec!.value).toBe(18);
    expect(tap.stats().faults).toBe(2);
  });
});
