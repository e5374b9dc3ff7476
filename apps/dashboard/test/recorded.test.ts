import { describe, expect, it } from 'vitest';
import { recordedLoad } from '../src/what-if/recorded.ts';

type Rates = readonly (number | null)[];
const series = (startMs: number, stepMs: number, rates: Rates) =>
  rates.map((recordsPerSec, i) => ({
    atMs: startMs + i * stepMs,
    recordsPerSec,
    capacityRecordsPerSec: null,
  }));
const valuesOf = (...parts: Parameters<typeof recordedLoad>[0][number][]) => [
  ...(recordedLoad(parts)?.values ?? []),
];

describe('recorded load', () => {
  it('of several partitions is their sum; what is missing of one is missing of the sum', () => {
    expect(valuesOf(series(0, 1000, [1, 2, 3]), series(0, 1000, [10, null, 30]))).toEqual([11, NaN, 33]);
  });

  it('has a step for each second, those without an entry missing', () => {
    const gap = [...series(0, 1000, [1, 2]), ...series(4000, 1000, [5])];
    expect(valuesOf(gap)).toEqual([1, 2, NaN, NaN, 5]);
  });

  it('of partitions that begin at different times is missing where one is not there yet', () => {
    expect(valuesOf(series(0, 1000, [1, 2, 3]), series(1000, 1000, [10, 20]))).toEqual([NaN, 12, 23]);
  });

  it('of shorter ticks is their mean over a second', () => {
    const recorded = recordedLoad([series(0, 250, [1, 2, 3, 6, 4, null, null, 8, null, null, null, null])]);
    expect(recorded).toEqual({ values: Float64Array.of(3, 6, NaN), stepMs: 1000 });
  });

  it('is none without two instants', () => {
    expect(recordedLoad([])).toBeUndefined();
    expect(recordedLoad([series(0, 1000, [1])])).toBeUndefined();
  });
});
