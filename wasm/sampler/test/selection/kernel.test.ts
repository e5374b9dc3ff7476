import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashKey, log, type Variant } from '../../src/index.ts';
import {
  exp,
  instantiateSelection,
  keepsKey,
  keyThreshold,
  PRIORITY_ENTRY_BYTES,
  PRIORITY_STATE_BYTES,
  ReferencePriority,
  ReferenceReservoir,
} from '../../src/selection/index.ts';

const seeds = fc.integer({ min: 0, max: 0xffff_ffff });
const rates = fc.oneof(
  fc.double({ min: 2 ** -56, max: 1, noNaN: true }),
  fc.constantFrom(1, 0.5, 0.01, 2 ** -56, 1 - 2 ** -53),
);
/** Batches of keys: some of equal length, some not, some empty. */
const keyBatches = fc.oneof(
  fc.array(fc.uint8Array({ maxLength: 24 }), { maxLength: 40 }),
  fc
    .integer({ min: 0, max: 40 })
    .chain((n) => fc.array(fc.uint8Array({ minLength: n, maxLength: n }), { maxLength: 25 })),
);

describe.each<Variant>(['simd', 'scalar'])('selection kernel (%s)', (variant) => {
  const k = instantiateSelection(variant);
  const base = (k.HEAP_BASE.value + 15) & ~15;

  it('is the variant asked for', () => {
    expect(k.HAS_SIMD.value).toBe(variant === 'simd' ? 1 : 0);
  });

  it('takes exponentials as the reference does, bit for bit', () => {
    const x = new Float64Array(k.memory.buffer, base, 1);
    fc.assert(
      fc.property(fc.double({ min: -700, max: 0, noNaN: true }), (a) => {
        x[0] = a;
        k.expAt(base, base, 1);
        expect(x[0]).toBe(exp(a));
      }),
      { numRuns: 2000 },
    );
  });

  it('takes logarithms as the reference does, bit for bit', () => {
    const x = new Float64Array(k.memory.buffer, base, 2);
    const positive = fc.double({ min: 2 ** -1022, max: Number.MAX_VALUE, noNaN: true });
    fc.assert(
      fc.property(positive, positive, (a, b) => {
        x.set([a, b]);
        k.logAt(base, base, 2);
        expect([...x]).toEqual([log(a), log(b)]);
      }),
      { numRuns: 2000 },
    );
  });

  it('hashes bytes as the host does', () => {
    const key = new Uint8Array(k.memory.buffer, base, 64);
    const out = new Int32Array(k.memory.buffer, base + 64, 2);
    const expected = new Int32Array(2);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        key.set(bytes);
        k.hashBytes(base, bytes.length, base + 64);
        hashKey(bytes, expected);
        expect(out).toEqual(expected);
      }),
    );
  });

  it('hashes and selects keys as the host does', () => {
    const [keysAt, endsAt, hashesAt, keptAt] = [base, base + 1024, base + 1280, base + 2048];
    const bytes = new Uint8Array(k.memory.buffer, keysAt, 1024);
    const ends = new Int32Array(k.memory.buffer, endsAt, 64);
    const hashes = new Int32Array(k.memory.buffer, hashesAt, 128);
    const kept = new Int32Array(k.memory.buffer, keptAt, 64);
    const hash = new Int32Array(2);
    fc.assert(
      fc.property(keyBatches, rates, (keys, rate) => {
        const threshold = keyThreshold(rate);
        const expected: number[] = [];
        let end = 0;
        keys.forEach((key, i) => {
          bytes.set(key, end);
          end += key.length;
          ends[i] = end;
          hashKey(key, hash);
          if (keepsKey(hash[0]!, hash[1]!, threshold)) expected.push(i);
        });
        const { high, low } = threshold;
        const count = k.selectKeyed(keysAt, endsAt, keys.length, high, low, hashesAt, keptAt);
        expect([...kept.subarray(0, count)]).toEqual(expected);
        keys.forEach((key, i) => {
          hashKey(key, hash);
          expect([...hashes.subarray(2 * i, 2 * i + 2)]).toEqual([...hash]);
        });
      }),
    );
  });

  it('draws the gaps and places of a reservoir as the reference does', () => {
    const [gapsAt, placesAt] = [base + 128, base + 256];
    const gaps = new Int32Array(k.memory.buffer, gapsAt, 16);
    const places = new Int32Array(k.memory.buffer, placesAt, 16);
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 5000 }), (seed, size) => {
        const reference = new ReferenceReservoir(seed);
        const expected = [new Int32Array(16), new Int32Array(16)] as const;
        reference.start(size);
        k.seedState(base, seed);
        k.startReservoir(base, size);
        for (let round = 0; round < 4; round++) {
          reference.fill(...expected, size);
          k.fillReservoir(base, gapsAt, placesAt, 16, size);
          expect(gaps).toEqual(expected[0]);
          expect(places).toEqual(expected[1]);
        }
      }),
    );
  });

  it('stops choosing, and does not wrap, where gaps no longer fit: 2³² records and more', () => {
    const gaps = new Int32Array(k.memory.buffer, base + 128, 16);
    const places = new Int32Array(k.memory.buffer, base + 256, 16);
    k.seedState(base, 3);
    k.startReservoir(base, 1);
    let passed = 0;
    for (let round = 0; round < 20 && passed < 2 ** 40; round++) {
      k.fillReservoir(base, base + 128, base + 256, 16, 1);
      gaps.forEach((gap, i) => {
        expect(gap).toBeGreaterThanOrEqual(0);
        expect(places[i]).toBe(gap === 0x7fffffff ? -1 : 0);
        passed += gap + (places[i]! < 0 ? 0 : 1);
      });
    }
    expect(passed).toBeGreaterThan(2 ** 32);
  });

  it('keeps places and threshold of a priority sample as a sorted list does', () => {
    const weights = fc.array(fc.double({ min: 1e-3, max: 1e9, noNaN: true }), { maxLength: 200 });
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 40 }), weights, (seed, size, batch) => {
        const reference = new ReferencePriority(seed);
        reference.clear(size);
        k.seedState(base, seed);
        k.clearPriority(base, size);
        for (const weight of batch) expect(k.offerPriority(base, weight)).toBe(reference.offer(weight));
        expect(k.priorityThreshold(base)).toBe(reference.threshold());
        expect(k.priorityLeftOut(base)).toBe(reference.leftOut());
      }),
    );
  });

  it('offers a batch as it offers its records', () => {
    const size = 16;
    const single = base;
    const batch = base + PRIORITY_STATE_BYTES + PRIORITY_ENTRY_BYTES * (size + 1);
    const weightsAt = batch + PRIORITY_STATE_BYTES + PRIORITY_ENTRY_BYTES * (size + 1);
    const weights = new Float64Array(k.memory.buffer, weightsAt, 500);
    const places = new Int32Array(k.memory.buffer, weightsAt + 4000, 500);
    weights.forEach((_, i) => (weights[i] = 1 + ((i * 7919) % 1000)));
    for (const state of [single, batch]) {
      k.seedState(state, 9);
      k.clearPriority(state, size);
    }
    const one = [...weights].map((weight) => k.offerPriority(single, weight));
    k.offerPriorities(batch, weightsAt, 500, weightsAt + 4000);
    expect([...places]).toEqual(one);
    expect(k.priorityThreshold(batch)).toBe(k.priorityThreshold(single));
  });
});
