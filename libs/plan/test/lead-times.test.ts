import { describe, expect, it } from 'vitest';
import { initialLeadTimes, leadTimeMs, recordLeadTime } from '../src/index.ts';

const after = (samplesMs: readonly number[]) =>
  samplesMs.reduce((times, s) => recordLeadTime(times, 1000, 1000 + s), initialLeadTimes());

describe('lead times', () => {
  it('are the prior until measured, and no less until measured three times', () => {
    expect(leadTimeMs(initialLeadTimes(), 30_000)).toBe(30_000);
    expect(leadTimeMs(after([5000, 5000]), 30_000)).toBe(30_000);
    expect(leadTimeMs(after([40_000]), 30_000)).toBe(40_000);
    expect(leadTimeMs(after([5000, 5000, 6000]), 30_000)).toBe(6000);
  });

  it('are the 90 % quantile of the newest starts', () => {
    const samples = Array.from({ length: 20 }, (_, i) => (i + 1) * 100);
    expect(leadTimeMs(after(samples), 30_000)).toBe(1800);
    expect(leadTimeMs(after([...samples, ...new Array<number>(32).fill(7000)]), 30_000)).toBe(7000);
  });

  it.each([
    ['a clock that went back', -5],
    ['NaN', NaN],
    ['more than an hour', 3_600_001],
  ])('leave out %s', (_, sample) => {
    expect(after([sample]).samplesMs).toEqual([]);
  });
});
