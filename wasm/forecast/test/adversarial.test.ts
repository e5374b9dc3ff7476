import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Variant } from '../src/index.ts';
import { TestSlot } from './slot.ts';

const STEPS = [1, 6];

function isOrdered({ mean, lower, upper }: { mean: number; lower: number; upper: number }): boolean {
  return lower <= mean && mean <= upper && Number.isFinite(lower) && Number.isFinite(upper);
}

describe.each<Variant>(['simd', 'scalar'])('hostile input (%s)', (variant) => {
  it('says nothing before the first value', () => {
    const slot = new TestSlot(variant, STEPS);
    for (let t = 0; t < 20; t++) slot.update(NaN);
    expect(slot.forecast(0)).toEqual({ mean: NaN, lower: NaN, upper: NaN });
  });

  it('gives finite ordered forecasts whatever comes, and none below zero while nothing was', () => {
    const value = fc.oneof(
      { weight: 3, arbitrary: fc.double({ min: 0, max: 1e4, noNaN: true }) },
      { weight: 1, arbitrary: fc.double({ min: 0 }) },
      { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity, 0, 5e-324, 1e30, 1e-30) },
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 300 }), (values) => {
        const slot = new TestSlot(variant, STEPS, 256);
        slot.update(1);
        for (const y of values) {
          slot.update(y);
          for (const h of [0, 1]) {
            expect(slot.forecast(h)).toSatisfy(isOrdered);
            expect(slot.forecast(h).lower).toBeGreaterThanOrEqual(0);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('forecasts a constant exactly, without any width once that is known', () => {
    const slot = new TestSlot(variant, STEPS);
    for (let t = 0; t < 300; t++) slot.update(42.1);
    for (const h of [0, 1]) expect(slot.forecast(h)).toEqual({ mean: 42.1, lower: 42.1, upper: 42.1 });
  });

  it('forecasts zeros as zero', () => {
    const slot = new TestSlot(variant, STEPS);
    for (let t = 0; t < 300; t++) slot.update(0);
    expect(slot.forecast(1)).toEqual({ mean: 0, lower: 0, upper: 0 });
  });

  it('follows a jump by orders of magnitude', () => {
    const slot = new TestSlot(variant, STEPS);
    for (let t = 0; t < 200; t++) slot.update(1 + 0.1 * (t % 3));
    for (let t = 0; t < 200; t++) slot.update(1e6 * (1 + 0.1 * (t % 3)));
    expect(slot.forecast(0).mean).toBeGreaterThan(0.8e6);
    expect(slot.forecast(0).mean).toBeLessThan(1.5e6);
  });

  it('forecasts the same, scaled, for a scaled series', () => {
    const [small, large] = [new TestSlot(variant, STEPS), new TestSlot(variant, STEPS)];
    for (let t = 0; t < 400; t++) {
      const y = 3 + Math.sin(t / 5) + 0.25 * (t % 4);
      small.update(y);
      large.update(1024 * y);
    }
    expect(large.forecast(1).mean / 1024).toBeCloseTo(small.forecast(1).mean, 9);
  });

  it('neither traps nor writes outside its slot when gone on with from damaged memory that it calls sound', () => {
    const at = fc.nat();
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(fc.array(fc.tuple(at, byte), { minLength: 1, maxLength: 40 }), (damage) => {
        const slot = new TestSlot(variant, STEPS, 256);
        for (let t = 0; t < 300; t++) slot.update(10 + 5 * Math.sin(t / 4));
        // Half of the damage goes where the indices are.
        for (const [i, [offset, value]] of damage.entries()) {
          const bytes = slot.bytes();
          bytes[offset % (i % 2 === 0 ? 900 : bytes.length)] = value;
        }
        if (!slot.isSound) return;
        const after = slot.bytesAfter();
        for (let t = 0; t < 300; t++) slot.update(10 + 5 * Math.sin(t / 4));
        expect(slot.bytesAfter()).toEqual(after);
      }),
      { numRuns: 150 },
    );
  });
});
