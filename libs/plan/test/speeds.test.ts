import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { speedsOf } from '../src/speeds.ts';

describe('speeds', () => {
  it('are those of the worker with most to do: 12 equal partitions are served by 1, 2, 3, 4, 6 or 12', () => {
    const speeds = speedsOf(new Array<number>(12).fill(0.3), { least: 1, most: 12 }, 2);
    expect(speeds.map((s) => s.workers)).toEqual([1, 2, 3, 4, 6, 12]);
    for (const { workers, cores } of speeds) expect(cores).toBeCloseTo(2 * workers, 9);
  });

  it('of a hot partition are those of its worker', () => {
    const speeds = speedsOf([6, 1, 1, 1, 1], { least: 1, most: 5 }, 1);
    // 10 in all, 6 of them on one worker: no more than 10/6 workers’ worth.
    expect(speeds.at(-1)!.workers).toBe(2);
    expect(speeds.at(-1)!.cores).toBeCloseTo(10 / 6, 9);
  });

  it('rise with the count, from the least to no more than the most, few however many there are', () => {
    const weights = fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { maxLength: 60 });
    const bounds = fc.tuple(fc.nat(50), fc.nat(3000)).map(([least, more]) => ({ least, most: least + more }));
    fc.assert(
      fc.property(weights, bounds, (w, { least, most }) => {
        const speeds = speedsOf(w, { least, most }, 1);
        expect(speeds.length).toBeLessThanOrEqual(18);
        for (const [i, { workers, cores }] of speeds.entries()) {
          expect(workers).toBeGreaterThanOrEqual(Math.max(1, least));
          expect(workers).toBeLessThanOrEqual(Math.max(1, most));
          expect(cores).toBeLessThanOrEqual(workers + 1e-9);
          if (i > 0) expect(cores).toBeGreaterThan(speeds[i - 1]!.cores);
        }
      }),
    );
  });
});
