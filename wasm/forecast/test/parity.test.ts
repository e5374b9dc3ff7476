import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReferenceSeries } from '../src/reference/series.ts';
import type { Variant } from '../src/index.ts';
import { TestSlot } from './slot.ts';

const STEPS = [1, 2, 5, 12];
const CAPACITY = 256;

/** Run kernel and reference side by side; every number that they say must be the same, to the bit. */
function compare(variant: Variant, values: readonly number[], seasons = 2): TestSlot {
  const slot = new TestSlot(variant, STEPS, CAPACITY, seasons);
  const reference = new ReferenceSeries(STEPS, CAPACITY, seasons);
  for (const [t, y] of values.entries()) {
    slot.update(y);
    const issued = reference.update(y);
    for (const [h, { mean, lower, upper, experts }] of issued.entries()) {
      const at = `step ${t}, horizon ${STEPS[h]}`;
      expect(slot.expertForecasts(h), at).toEqual(experts);
      expect(slot.weights(h), at).toEqual(reference.weights(h));
      expect(slot.forecast(h), at).toEqual({ mean, lower, upper });
    }
  }
  for (const [j, length] of reference.seasonLengths().entries()) expect(slot.season(j)).toBe(length);
  return slot;
}

/** A season, noise, now and then a jump or a hole. */
function shaped(noise: readonly number[], period: number, base: number): number[] {
  return noise.map((u, t) => {
    if (u > 0.97) return NaN;
    const level = base * (t > 150 ? 1.6 : 1);
    return Math.max(0, level * (1 + 0.5 * Math.sin((2 * Math.PI * t) / period)) + 0.1 * base * (u - 0.5));
  });
}

describe.each<Variant>(['simd', 'scalar'])('the kernel (%s) equals the reference', (variant) => {
  it('on seasonal series with noise, holes and a level shift', () => {
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(unit, { minLength: 300, maxLength: 420 }),
        fc.integer({ min: 5, max: 60 }),
        fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
        (noise, period, base) => {
          compare(variant, shaped(noise, period, base));
        },
      ),
      { numRuns: 12 },
    );
  });

  it('on any numbers', () => {
    const value = fc.oneof(
      fc.double({ min: -1e3, max: 1e3, noNaN: true }),
      fc.double(),
      fc.constantFrom(0, NaN, Infinity, -Infinity, 1e-300, 1e29, -0),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 20, maxLength: 160 }), (values) => {
        compare(variant, values, 1);
      }),
      { numRuns: 40 },
    );
  });

  it('beyond the length of its history, with a season that changes', () => {
    const values = Array.from(
      { length: 900 },
      (_, t) => 50 + 20 * Math.sin((2 * Math.PI * t) / (t < 500 ? 24 : 31)) + (t % 7),
    );
    const slot = compare(variant, values);
    expect(slot.season(0)).toBeGreaterThan(0);
  });

  it('with a season inside a longer one', () => {
    const day = (t: number): number => Math.sin((2 * Math.PI * t) / 12);
    const week = (t: number): number => (Math.floor(t / 12) % 7 < 5 ? 1 : 0.3);
    const slot = compare(
      variant,
      Array.from({ length: 700 }, (_, t) => 40 + 20 * day(t) * week(t) + ((t * 7919) % 11) / 10),
    );
    expect([slot.season(0), slot.season(1)]).toEqual([12, 84]);
  });
});
