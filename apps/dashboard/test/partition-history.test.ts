import { describe, expect, it } from 'vitest';
import { ACTUAL, ISSUED, PartitionHistory } from '../src/model/partition-history.ts';
import { partitionView, points } from './support.ts';

const rates = (history: PartitionHistory): number[] =>
  Array.from({ length: history.actual.length }, (_, i) => history.actual.at(ACTUAL.recordsPerSec, i));
const times = (history: PartitionHistory): number[] =>
  Array.from({ length: history.actual.length }, (_, i) => history.actual.at(ACTUAL.atMs, i));

describe('PartitionHistory', () => {
  it('keeps a missing rate as missing', () => {
    const history = new PartitionHistory();
    history.observe(partitionView({ atMs: 1_000, recordsPerSec: null }), 1_000);
    expect(rates(history)).toEqual([Number.NaN]);
  });

  it('leaves a gap while stale instead of carrying the last value on', () => {
    const history = new PartitionHistory();
    history.observe(partitionView({ atMs: 1_000, recordsPerSec: 7 }), 1_100);
    history.observe(partitionView({ atMs: 1_000, recordsPerSec: 7, stale: true }), 5_100);
    expect(rates(history)).toEqual([7, Number.NaN]);
    expect(times(history)).toEqual([1_000, 5_100]);
  });

  it('takes a tick once, however often it is sent', () => {
    const history = new PartitionHistory();
    for (let i = 0; i < 3; i += 1) history.observe(partitionView({ atMs: 1_000 }), 1_000 + i);
    expect(history.actual.length).toBe(1);
  });

  it('remembers what was forecast, by the time that it was for', () => {
    const history = new PartitionHistory();
    const forecast = points([5_000, 40], [60_000, 90]);
    history.observe(partitionView({ atMs: 1_000, forecast }), 1_000);
    const minute = history.issued(60_000);
    expect(minute?.row(0)).toEqual([61_000, 90, 80, 100]);
    expect(history.issued(5_000)?.at(ISSUED.mean, 0)).toBe(40);
    expect(history.issued(7_000)).toBeUndefined();
  });

  it('does not take a stale forecast for a new one', () => {
    const history = new PartitionHistory();
    history.observe(partitionView({ stale: true, forecast: points([5_000, 40]) }), 9_000);
    expect(history.issued(5_000)).toBeUndefined();
  });

  it('puts the kept series in the place of its own rows', () => {
    const history = new PartitionHistory();
    for (const atMs of [1_000, 2_000, 3_000, 4_000]) history.observe(partitionView({ atMs }), atMs);
    history.seed([
      { atMs: 1_500, recordsPerSec: 1, capacityRecordsPerSec: null },
      { atMs: 2_500, recordsPerSec: null, capacityRecordsPerSec: 9 },
      { atMs: 3_500, recordsPerSec: 3, capacityRecordsPerSec: 9 },
    ]);
    expect(times(history)).toEqual([1_000, 1_500, 2_500, 3_500, 4_000]);
    expect(rates(history)).toEqual([100, 1, Number.NaN, 3, 100]);
  });

  it('starts anew when the clock of the actuator goes back', () => {
    const history = new PartitionHistory();
    history.observe(partitionView({ atMs: 100_000, forecast: points([5_000, 1]) }), 100_000);
    history.observe(partitionView({ atMs: 20_000 }), 20_000);
    expect(times(history)).toEqual([20_000]);
    expect(history.issued(5_000)).toBeUndefined();
  });

  it('holds ten minutes and no more', () => {
    const history = new PartitionHistory();
    for (let s = 0; s < 2_000; s += 1) history.observe(partitionView({ atMs: s * 1_000 }), s * 1_000);
    expect(history.actual.length).toBe(660);
    expect(history.actual.lastTimeMs).toBe(1_999_000);
  });
});
