import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignedCount } from '../src/alignment.ts';

const most = (partitions: number, workers: number): number => Math.ceil(partitions / workers);

describe('alignment of a count with the partitions', () => {
  it('is none where it is free', () => {
    expect(alignedCount('free', 5, 8, 8)).toBe(5);
  });

  it('balanced: 5 workers on 8 partitions are as slow as 4', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8].map((n) => alignedCount('balanced', n, 8, 8))).toEqual([
      1, 2, 3, 4, 4, 4, 4, 8,
    ]);
  });

  it('divisor: the next that shares them out evenly, within the bound', () => {
    expect([1, 2, 3, 5, 7].map((n) => alignedCount('divisor', n, 12, 12))).toEqual([1, 2, 3, 6, 12]);
    expect(alignedCount('divisor', 5, 7, 6)).toBe(1);
  });

  it('balanced never makes the busiest worker busier, and no fewer would do', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 300 }), (partitions, asked) => {
        const workers = Math.min(asked, partitions);
        const count = alignedCount('balanced', workers, partitions, partitions);
        expect(most(partitions, count)).toBe(most(partitions, workers));
        if (count > 1) expect(most(partitions, count - 1)).toBeGreaterThan(most(partitions, workers));
      }),
    );
  });
});
