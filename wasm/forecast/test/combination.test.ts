import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReferenceSeries } from '../src/reference/series.ts';
import type { Variant } from '../src/index.ts';
import { TestSlot } from './slot.ts';

const STEPS = [1, 4];
const CAPACITY = 128;
const RULES = ['mlpol', 'boa', 'fixed-share'] as const;

function slotOf(variant: Variant, rule: (typeof RULES)[number]): TestSlot {
  return new TestSlot(variant, STEPS, CAPACITY, 1, 0, RULES.indexOf(rule));
}

const series = fc.array(
  fc.oneof(
    { weight: 9, arbitrary: fc.double({ min: 0, max: 100, noNaN: true }) },
    { weight: 1, arbitrary: fc.constant(NaN) },
  ),
  { minLength: 60, maxLength: 160 },
);

describe.each(RULES)('weights by %s', (rule) => {
  it.each<Variant>(['simd', 'scalar'])('are those of the reference (%s)', (variant) => {
    fc.assert(
      fc.property(series, (values) => {
        const slot = slotOf(variant, rule);
        const reference = new ReferenceSeries(STEPS, CAPACITY, 1, rule);
        for (const y of values) {
          slot.update(y);
          const issued = reference.update(y);
          for (const [h, { mean }] of issued.entries()) {
            for (const [k, weight] of reference.weights(h).entries()) {
              // The exponentials of engine and kernel may differ in the last bits.
              expect(slot.weights(h)[k]).toBeCloseTo(weight, 9);
            }
            expect(Math.abs(slot.forecast(h).mean - mean)).toBeLessThan(1e-6);
          }
        }
      }),
      { numRuns: 15 },
    );
  });

  it('are the same in both builds, to the bit', () => {
    fc.assert(
      fc.property(series, (values) => {
        const simd = slotOf('simd', rule);
        const scalar = slotOf('scalar', rule);
        for (const y of values) {
          simd.update(y);
          scalar.update(y);
        }
        expect(simd.bytes()).toEqual(scalar.bytes());
      }),
      { numRuns: 15 },
    );
  });

  it('go to the expert that is right', () => {
    const slot = slotOf('simd', rule);
    // A ramp with noise: holding the last value is always behind.
    for (let t = 0; t < 400; t++) slot.update(10 * t + ((t * 7919) % 7));
    const weights = slot.weights(1);
    const total = weights.reduce((a, b) => a + b, 0);
    expect((weights[0] ?? NaN) / total).toBeLessThan(0.05);
    expect(Math.abs(slot.forecast(1).mean - 4035)).toBeLessThan(8);
  });

  it('stay finite and never negative whatever comes', () => {
    const wild = fc.array(fc.oneof(fc.double(), fc.double({ min: -1e30, max: 1e30 }), fc.constant(0)), {
      maxLength: 120,
    });
    fc.assert(
      fc.property(wild, (values) => {
        const slot = slotOf('simd', rule);
        for (const y of values) slot.update(y);
        for (const h of STEPS.keys()) {
          expect(slot.weights(h).every((w) => w >= 0 && w < Infinity)).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('fixed share', () => {
  it('lets a change of the best expert be heard sooner than the rules that cumulate', () => {
    /** Share of last value 40 steps after noise around a level has become a walk. */
    const heard = (rule: (typeof RULES)[number]): number => {
      const slot = slotOf('simd', rule);
      let y = 0;
      for (let t = 0; t < 540; t++) {
        const noise = ((Math.imul(t + 1, 0x9e3779b1) >>> 0) / 2 ** 32 - 0.5) * 20;
        y = t < 500 ? 1000 + noise : y + noise;
        slot.update(y);
      }
      const weights = slot.weights(0);
      return (weights[0] ?? NaN) / weights.reduce((a, b) => a + b, 0);
    };
    expect(heard('fixed-share')).toBeGreaterThan(heard('boa'));
  });
});
