import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  geometricScale,
  instantiate,
  ReferenceSampler,
  ReferenceSketch,
  SKETCH_BYTES,
  type Variant,
} from '../src/index.ts';

const seeds = fc.integer({ min: 0, max: 0xffff_ffff });
const intervals = fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 1e8 }));
const rates = fc.oneof(
  fc.double({ min: 1e-8, max: 1, noNaN: true }),
  fc.constantFrom(1, 0.5, 0.01, 1e-4, 1e-8, 1 - 2 ** -53),
);
const TABLE = 64;

describe.each<Variant>(['simd', 'scalar'])('sampler kernel (%s)', (variant) => {
  const k = instantiate(variant);
  const base = (k.HEAP_BASE.value + 15) & ~15;
  const tableAt = base + 128;
  const table = new Int32Array(k.memory.buffer, tableAt, TABLE);

  it('is the variant asked for', () => {
    expect(k.HAS_SIMD.value).toBe(variant === 'simd' ? 1 : 0);
  });

  it('fills stratified tables as the reference does, over several tables', () => {
    fc.assert(
      fc.property(seeds, intervals, (seed, interval) => {
        const reference = new ReferenceSampler(seed);
        k.seedState(base, seed);
        for (let round = 0; round < 3; round++) {
          const expected = new Int32Array(TABLE);
          reference.fillStratified(expected, interval);
          k.fillStratified(base, tableAt, TABLE, interval);
          expect(table).toEqual(expected);
        }
      }),
    );
  });

  it('fills systematic tables as the reference does: a phase, then equal gaps', () => {
    fc.assert(
      fc.property(seeds, intervals, (seed, interval) => {
        const reference = new ReferenceSampler(seed);
        const expected = new Int32Array(TABLE);
        k.seedState(base, seed);
        for (let round = 0; round < 2; round++) {
          reference.fillSystematic(expected, interval);
          k.fillSystematic(base, tableAt, TABLE, interval);
          expect(table).toEqual(expected);
        }
        expect([...table].every((gap) => gap === interval - 1)).toBe(true);
      }),
    );
  });

  it('fills Bernoulli tables as the reference does', () => {
    fc.assert(
      fc.property(seeds, rates, (seed, rate) => {
        const reference = new ReferenceSampler(seed);
        const scale = geometricScale(rate);
        k.seedState(base, seed);
        for (let round = 0; round < 3; round++) {
          const expected = new Int32Array(TABLE);
          reference.fillBernoulli(expected, scale);
          k.fillBernoulli(base, tableAt, TABLE, scale);
          expect(table).toEqual(expected);
          expect(table.every((gap) => gap >= 0)).toBe(true);
        }
      }),
    );
  });

  it('scales gaps as the reference does', () => {
    fc.assert(
      fc.property(rates, (rate) => {
        expect(k.scaleOf(rate)).toBe(geometricScale(rate));
      }),
    );
  });

  it('keeps every record at rate 1', () => {
    k.seedState(base, 7);
    k.fillBernoulli(base, tableAt, TABLE, geometricScale(1));
    expect([...table].every((gap) => gap === 0)).toBe(true);
    k.fillStratified(base, tableAt, TABLE, 1);
    expect([...table].every((gap) => gap === 0)).toBe(true);
  });

  it('cuts gaps that do not fit instead of wrapping', () => {
    k.seedState(base, 7);
    k.fillBernoulli(base, tableAt, TABLE, -1e300);
    expect([...table].every((gap) => gap === 0x7fffffff)).toBe(true);
  });

  it('estimates distinct keys as the reference does', () => {
    const hashesAt = base + SKETCH_BYTES;
    const hashes = new Int32Array(k.memory.buffer, hashesAt, 2000);
    const pairs = fc.array(fc.tuple(fc.integer(), fc.integer()), { maxLength: 1000 });
    fc.assert(
      fc.property(pairs, (keys) => {
        const reference = new ReferenceSketch();
        hashes.set(keys.flat());
        for (const [a, b] of keys) reference.add(a, b);
        k.hllClear(base);
        k.hllAdd(base, hashesAt, keys.length);
        expect(k.hllEstimate(base)).toBe(reference.estimate());
      }),
      { numRuns: 50 },
    );
  });

  it('survives the extremes of a sketch: nothing, and every register full', () => {
    k.hllClear(base);
    expect(k.hllEstimate(base)).toBe(0);
    const hashes = new Int32Array(k.memory.buffer, base + SKETCH_BYTES, 2);
    for (let register = 0; register < 4096; register++) {
      hashes.set([register << 20, 0]);
      k.hllAdd(base, base + SKETCH_BYTES, 1);
    }
    expect(k.hllEstimate(base)).toBe(Infinity);
  });
});
