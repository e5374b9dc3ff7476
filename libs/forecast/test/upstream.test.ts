import { describe, expect, it } from 'vitest';
import { StreamRates } from '../src/stream-rates.ts';
import { UpstreamLags } from '../src/upstream-lags.ts';

describe('rates of streams', () => {
  it('are those of the newest complete tick, whatever order partitions come in', () => {
    const rates = new StreamRates();
    expect(rates.before('clicks', 1000, 2000)).toBeNaN();
    rates.observe('clicks', 1000, 3);
    expect(rates.before('clicks', 1000, 2000)).toBeNaN();
    rates.observe('clicks', 1000, 4);
    expect(rates.before('clicks', 2000, 2000)).toBe(7);
    rates.observe('clicks', 2000, 50);
    expect(rates.before('clicks', 2000, 2000)).toBe(7);
    expect(rates.before('clicks', 3000, 2000)).toBe(50);
  });

  it('leave out what is late or long past', () => {
    const rates = new StreamRates();
    rates.observe('clicks', 1000, 5);
    rates.observe('clicks', 500, 9);
    expect(rates.before('clicks', 2000, 2000)).toBe(5);
    expect(rates.before('clicks', 3001, 2000)).toBeNaN();
  });

  it.each([undefined, NaN, Infinity])('are missing where that of a partition is: %s', (missing) => {
    const rates = new StreamRates();
    rates.observe('clicks', 1000, 3);
    rates.observe('clicks', 1000, missing);
    rates.observe('clicks', 1000, 4);
    expect(rates.before('clicks', 2000, 5000)).toBeNaN();
  });

  it('begin anew after the clock was set back', () => {
    const rates = new StreamRates();
    rates.observe('clicks', 10_000_000, 3);
    rates.observe('clicks', 1000, 5);
    expect(rates.before('clicks', 2000, 5000)).toBe(5);
  });
});

describe('lags of an upstream stream', () => {
  function after(...rates: readonly number[]): UpstreamLags {
    const lags = new UpstreamLags(2);
    for (const rate of rates) for (let i = 0; i < 2; i++) lags.push(rate);
    return lags;
  }

  it('are the rates before a step', () => {
    const lags = after(1, 2, 3, 4, 5, 6, 7, 8);
    expect(lags.features(0)).toEqual([7, 6, 5, 4, 3, 2]);
    expect(lags.features(1)).toEqual([8, 7, 6, 5, 4, 3]);
    expect(lags.features(3).slice(2)).toEqual([8, 7, 6, 5]);
  });

  it('are taken to go back to the mean where they are still to come, as fast as they did', () => {
    const steady = after(...Array.from({ length: 500 }, (_, t) => 100 + 30 * Math.sin(t / 20)));
    const jumpy = after(...Array.from({ length: 500 }, (_, t) => 100 + ((t * 7919) % 13) - 6));
    for (const lags of [steady, jumpy]) for (let i = 0; i < 2; i++) lags.push(120);
    expect(steady.features(4)[0]).toBeGreaterThan(112);
    expect(jumpy.features(4)[0]).toBeCloseTo(100, 0);
  });

  it('are missing before there are any', () => {
    expect(after(4).features(1)).toEqual([4, NaN, NaN, NaN, NaN, NaN]);
  });

  it('go on from a state in the midst of a step', () => {
    const lags = after(1, 2, 3);
    lags.push(10);
    const restored = new UpstreamLags(2);
    restored.restore(lags.toNumbers());
    for (const of of [lags, restored]) of.push(20);
    expect(restored.features(1)).toEqual(lags.features(1));
    expect(restored.features(1)[0]).toBe(15);
  });
});
