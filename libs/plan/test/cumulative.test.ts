import type { DemandForecast } from '@foreshadow/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cumulativeCpuSeconds } from '../src/forecast-window.ts';
import { initialPoolState, planPool } from '../src/index.ts';
import { cpu, flat, forecastOf, observation, steady, worker } from './fixtures.ts';

const NOW_MS = 1_000_000;

/** Mean demand from the issue to 10, 20 … s, with margins upward. */
function withCumulative(cores: number, margins: readonly number[], issuedAtMs = NOW_MS): DemandForecast {
  const forecast = forecastOf('orders/0', { issuedAtMs, cores: flat(cores), spread: 0.1 });
  const cumulative = margins.map((margin, i) => ({
    horizonMs: (i + 1) * 10_000,
    median: cpu(cores),
    lower: cpu(Math.max(0, cores - margin)),
    upper: cpu(cores + margin),
  }));
  return { ...forecast, cumulative };
}

describe('cumulative demand', () => {
  it('is the mean demand until a time by that time, with the margin of the sum', () => {
    const f = withCumulative(0.2, [0.05, 0.04]);
    const found = cumulativeCpuSeconds(f, NOW_MS, 20_000);
    expect(found?.mean).toBeCloseTo(4, 12);
    expect(found?.deviation).toBeCloseTo((0.04 * 20) / 1.6448536, 6);
    expect(cumulativeCpuSeconds(f, NOW_MS, 15_000)?.mean).toBeCloseTo(3, 12);
  });

  it('of a forecast that has aged counts from now, and goes on beyond its end as before', () => {
    const f = withCumulative(0.2, [0.05, 0.04]);
    expect(cumulativeCpuSeconds(f, NOW_MS + 5000, 10_000)?.mean).toBeCloseTo(2, 12);
    expect(cumulativeCpuSeconds(f, NOW_MS, 60_000)?.mean).toBeCloseTo(12, 12);
  });

  it('is unknown where the forecast does not say it, or is over', () => {
    expect(cumulativeCpuSeconds(withCumulative(0.2, []), NOW_MS, 1000)).toBeUndefined();
    expect(cumulativeCpuSeconds(withCumulative(0.2, [0.1]), NOW_MS + 11_000, 1000)).toBeUndefined();
  });

  it('never falls with time, nor below zero, whatever the points say', () => {
    const cores = fc.oneof(fc.double({ min: 0, max: 100, noNaN: true }), fc.constantFrom(NaN, Infinity, -1));
    const points = fc.array(fc.record({ median: cores, upper: cores }), { maxLength: 6 });
    fc.assert(
      fc.property(
        points,
        fc.integer({ min: 0, max: 90_000 }),
        fc.integer({ min: 1, max: 90_000 }),
        (all, age, toMs) => {
          const cumulative = all.map(({ median, upper }, i) => ({
            horizonMs: (i + 1) * 10_000,
            median: cpu(median),
            lower: cpu(0),
            upper: cpu(upper),
          }));
          const f = { ...forecastOf('orders/0', { issuedAtMs: NOW_MS, cores: flat(1) }), cumulative };
          const found = cumulativeCpuSeconds(f, NOW_MS + age, toMs);
          if (found === undefined) return;
          expect(found.mean).toBeGreaterThanOrEqual(0);
          expect(found.deviation).toBeGreaterThanOrEqual(0);
          expect(Number.isFinite(found.mean + found.deviation)).toBe(true);
        },
      ),
    );
  });
});

it('a backlog is expected from how much may come in altogether, not from the mean', () => {
  const waiting = (margin: number): number => {
    const forecast = withCumulative(0.28, [margin, margin]);
    const partitions = [{ ...steady(0, 0.28, NOW_MS), forecast }];
    const o = observation({ partitions, workers: [worker('w-1', { owns: ['orders/0'] })], maxWorkers: 4 });
    return planPool(initialPoolState(), o, NOW_MS).plan.ingredients['projectedBacklogCpuSeconds'] ?? NaN;
  };
  expect(waiting(0)).toBe(0);
  // At the 90 % quantile 0.05 · 1.28 / 1.645 cores more than the mean come in, for the lead time of 15 s.
  expect(waiting(0.05)).toBeGreaterThan(0.1);
  expect(waiting(0.1)).toBeGreaterThan(2 * waiting(0.05));
});
