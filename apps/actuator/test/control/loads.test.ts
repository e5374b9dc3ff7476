import { describe, expect, it } from 'vitest';
import { peakUntil, presentLoad, unitLoad } from '../../src/control/loads.ts';
import type { PartitionLoad } from '../../src/load/partition-track.ts';
import { flatForecast, sampleOf } from '../helpers.ts';

const load = (changes: Partial<PartitionLoad>): PartitionLoad => ({
  partition: 'orders/0',
  source: 'edge',
  sample: undefined,
  forecast: undefined,
  cumulative: undefined,
  basis: 'forecast',
  stale: false,
  ...changes,
});

describe('present load', () => {
  it('is what was counted, NaN where it was not', () => {
    expect(presentLoad(load({ sample: sampleOf('orders/0', 0, 50) }))).toEqual({
      recordsPerSec: 50,
      bytesPerSec: 10_000,
      workPerSec: NaN,
      distinctKeys: NaN,
    });
  });

  it('is unknown without a count of records', () => {
    expect(presentLoad(load({}))).toBeUndefined();
    expect(presentLoad(load({ sample: sampleOf('orders/0', 0, undefined) }))).toBeUndefined();
  });
});

describe('one record a second', () => {
  it('has the bytes of the forecast, else of the sample, else unknown ones', () => {
    const sample = sampleOf('orders/0', 0, 50);
    const forecast = flatForecast('orders/0', 0, 50);
    const larger = {
      ...forecast,
      ratios: { ...forecast.ratios, bytesPerRecord: { value: 900, standardError: 0 } },
    };
    expect(unitLoad(load({ sample, forecast: larger })).bytesPerSec).toBe(900);
    expect(unitLoad(load({ sample })).bytesPerSec).toBe(200);
    expect(unitLoad(load({ sample: sampleOf('orders/0', 0, 0) })).bytesPerSec).toBeNaN();
    expect(unitLoad(load({})).bytesPerSec).toBeNaN();
  });
});

describe('the peak of a forecast', () => {
  const rising = {
    ...flatForecast('orders/0', 0, 1, 0, [1000, 5000, 60_000]),
    path: { horizonsMs: [1000, 5000, 60_000], mean: [1, 3, 2], lower: [1, 3, 2], upper: [1, 4, 9] },
  };

  it('is the step with the largest upper bound among those that begin in time', () => {
    expect(peakUntil(rising, 500)?.path.upper).toEqual([1]);
    expect(peakUntil(rising, 1000)?.path.upper).toEqual([1]);
    expect(peakUntil(rising, 1001)?.path).toMatchObject({ horizonsMs: [5000], mean: [3], upper: [4] });
    expect(peakUntil(rising, 30_000)?.path.upper).toEqual([9]);
  });

  it('is none of a forecast without steps, or of no time at all', () => {
    expect(peakUntil(flatForecast('orders/0', 0, 1, 0, []), 1000)).toBeUndefined();
    expect(peakUntil(rising, 0)).toBeUndefined();
    expect(peakUntil(rising, NaN)?.path.horizonsMs).toHaveLength(1);
  });
});
