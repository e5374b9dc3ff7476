import { lstmTimeOfDay } from '@foreshadow/wasm-forecast';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { featuresOf, knowsTimeOfDay } from '../src/features.ts';
import { drawnNetwork, KernelSeries } from './support.ts';

const DAY_MS = 86_400_000;

describe('features', () => {
  it('are what enters the cell of the kernel', () => {
    const value = fc.oneof(
      fc.double({ min: -1e3, max: 1e6, noNaN: true }),
      fc.constantFrom(NaN, 0, Infinity, -Infinity, 1e30, 1e31, 1e-300),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 200 }), (values) => {
        const { inputs } = featuresOf({ values }, [1], 5000, false);
        const kernel = new KernelSeries(drawnNetwork(4, [1]));
        for (const [t, y] of values.entries()) {
          kernel.step(y);
          for (const [i, x] of kernel.inputs().entries()) {
            expect(Math.abs(x - inputs[6 * t + i]!), `step ${t}, input ${i}`).toBeLessThan(
              1e-5 * (1 + Math.abs(x)),
            );
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('have the time of day that the forecasters have', () => {
    const startMs = 1_760_000_000_000;
    const { inputs } = featuresOf({ values: [1, 1, 1], startMs }, [1], DAY_MS / 5, true);
    for (const t of [0, 1, 2]) {
      const [sin, cos] = lstmTimeOfDay(startMs + (t * DAY_MS) / 5);
      expect([...inputs.subarray(6 * t + 2, 6 * t + 4)]).toEqual([Math.fround(sin), Math.fround(cos)]);
    }
  });

  it('have targets in mean changes from the last value, where both are there', () => {
    const { targets } = featuresOf({ values: [10, 12, NaN, 8, 12] }, [1, 2], 5000, false);
    const [first, second, third, fourth, fifth] = [0, 2, 4, 6, 8].map((at) => [
      ...targets.subarray(at, at + 2),
    ]);
    expect(first).toEqual([NaN, NaN]);
    expect(second).toEqual([NaN, -2]);
    expect(third).toEqual([-2, 0]);
    // The mean change is now (2 + 4/√2) / 2.
    expect(fourth![0]).toBeCloseTo(4 / (1 + Math.SQRT2), 6);
    expect(fifth).toEqual([NaN, NaN]);
  });

  it('never have a target that is infinite', () => {
    const { targets } = featuresOf({ values: [1, 1, 1, 1e29, -1e29, Infinity, 0] }, [1, 3], 5000, false);
    expect(targets.every((x) => Number.isNaN(x) || Math.abs(x) <= 50)).toBe(true);
  });
});

describe('the time of day', () => {
  const series = (length: number, startMs?: number): { values: number[]; startMs?: number } => ({
    values: new Array<number>(length).fill(1),
    ...(startMs === undefined ? {} : { startMs }),
  });

  it('is learned from two days on, if every series says when it began', () => {
    expect(knowsTimeOfDay([series(48, 0)], { stepMs: DAY_MS / 24 })).toBe(true);
    expect(knowsTimeOfDay([series(47, 0)], { stepMs: DAY_MS / 24 })).toBe(false);
    expect(knowsTimeOfDay([series(48, 0), series(48)], { stepMs: DAY_MS / 24 })).toBe(false);
    expect(knowsTimeOfDay([series(48, 0), series(0, NaN)], { stepMs: DAY_MS / 24 })).toBe(true);
    expect(knowsTimeOfDay([series(48, 0), series(48, NaN)], { stepMs: DAY_MS / 24 })).toBe(false);
  });

  it('is learned on where the weights know of it already', () => {
    const warmStart = drawnNetwork(4, [1]);
    expect(knowsTimeOfDay([series(10, 0)], { stepMs: 5000, warmStart })).toBe(true);
    warmStart.weights.fill(0, 2 * 16, 4 * 16);
    expect(knowsTimeOfDay([series(10, 0)], { stepMs: 5000, warmStart })).toBe(false);
  });
});
