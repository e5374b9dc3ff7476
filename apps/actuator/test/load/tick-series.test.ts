import { describe, expect, it } from 'vitest';
import { TickSeries } from '../../src/load/tick-series.ts';
import { sampleOf } from '../helpers.ts';

const rates = (series: TickSeries): (number | undefined)[] => series.entries().map((e) => e.recordsPerSec);

describe('the series of a partition', () => {
  it('closes a tick at once when every live edge has reported it', () => {
    const series = new TickSeries(1000);
    series.put('a', sampleOf('orders/0', 10_000, 5), 10_010);
    expect(series.settle(['a', 'b'], 10_010)).toEqual([]);
    series.put('b', sampleOf('orders/0', 10_000, 7), 10_020);
    expect(series.settle(['a', 'b'], 10_020)).toMatchObject([{ atMs: 10_000, recordsPerSec: 12 }]);
  });

  it('closes an overdue tick as missing when an edge has not reported it', () => {
    const series = new TickSeries(1000);
    series.put('a', sampleOf('orders/0', 10_000, 5), 10_010);
    expect(series.settle(['a', 'b'], 12_000)).toMatchObject([{ atMs: 10_000, recordsPerSec: undefined }]);
  });

  it('drops what comes for a closed tick', () => {
    const series = new TickSeries(1000);
    series.put('a', sampleOf('orders/0', 10_000, 5), 10_010);
    series.settle(['a'], 10_010);
    series.put('a', sampleOf('orders/0', 10_000, 9), 10_020);
    series.settle(['a'], 10_020);
    expect(rates(series)).toEqual([5]);
  });

  it('takes a rate from elsewhere once a tick', () => {
    const series = new TickSeries(1000);
    expect(series.putRate(5000, 3)).toMatchObject({ atMs: 5000, recordsPerSec: 3 });
    expect(series.putRate(5100, 4)).toBeUndefined();
    expect(series.putRate(6000, NaN)).toMatchObject({ recordsPerSec: undefined });
  });

  it('notes the capacity of the time', () => {
    const series = new TickSeries(1000);
    series.capacityRecordsPerSec = 80;
    series.putRate(5000, 3);
    expect(series.entries()[0]?.capacityRecordsPerSec).toBe(80);
  });
});

describe('clocks that disagree', () => {
  it('times a sample by its arrival if its own time is far away', () => {
    const series = new TickSeries(1000);
    series.put('a', sampleOf('orders/0', 9_999_000, 5), 10_000);
    expect(series.settle(['a'], 10_000)).toMatchObject([{ atMs: 10_000, recordsPerSec: 5 }]);
    series.put('a', sampleOf('orders/0', NaN, 6), 11_000);
    expect(series.settle(['a'], 11_000)).toMatchObject([{ atMs: 11_000, recordsPerSec: 6 }]);
  });

  it('finds the rate of a tick: missing, or not there', () => {
    const series = new TickSeries(1000);
    for (let t = 1; t <= 2000; t++) if (t % 5 !== 0) series.putRate(t * 1000, t % 7 === 0 ? undefined : t);
    const rateAt = (t: number) => series.rateAt(t * 1000);
    expect([1999, 1998, 1501, 1996].map(rateAt)).toEqual([1999, 1998, 1501, 1996]);
    expect(rateAt(1995)).toBeUndefined();
    expect(rateAt(1897)).toBeNaN();
    expect([2, 870, 2001].map(rateAt)).toEqual([undefined, undefined, undefined]);
    expect(new TickSeries(1000).rateAt(1000)).toBeUndefined();
  });

  it('begins anew after the wall-clock was set back', () => {
    const series = new TickSeries(1000);
    series.putRate(5_000_000, 1);
    expect(series.putRate(1_000_000, 2)).toMatchObject({ atMs: 1_000_000 });
    expect(rates(series)).toEqual([2]);
  });
});
