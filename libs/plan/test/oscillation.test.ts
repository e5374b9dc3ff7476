import { describe, expect, it } from 'vitest';
import { initialPoolState, planPool, type PoolState } from '../src/index.ts';
import { followSwings, isOscillating, NO_SWINGS, type Swings } from '../src/oscillation.ts';
import { cpu, flat, forecastOf, LIVE, observation, steady, worker } from './fixtures.ts';

const turned = (cores: readonly number[]): Swings =>
  cores.reduce(
    (swings, c, i) => followSwings(swings, i % 2 === 0 ? 1 : -1, { atMs: i * 1000, cores: c }, 60_000),
    NO_SWINGS,
  );

describe('swings of a count', () => {
  it('are an oscillation when the count turns again and again and the load hardly changes', () => {
    expect(isOscillating(turned([1, 1, 1.1, 1, 1.05]))).toBe(true);
    expect(isOscillating(turned([1, 1, 1.1, 1]))).toBe(false);
  });

  it('are none where the load goes up and down', () => {
    expect(isOscillating(turned([1, 2, 1, 2, 1]))).toBe(false);
  });

  it('are forgotten, and a count that only rises never turns', () => {
    const rising = [1, 2, 3, 4, 5, 6].reduce(
      (swings, i) => followSwings(swings, 1, { atMs: i, cores: 1 }, 60_000),
      NO_SWINGS,
    );
    expect(rising.turns).toEqual([]);
    const later = followSwings(turned([1, 1, 1, 1, 1]), 0, { atMs: 100_000, cores: 1 }, 60_000);
    expect(later.turns).toEqual([]);
  });
});

describe('a pool whose forecasts make its count oscillate', () => {
  /** The load is steady; every other 70 s its forecast calls for twice as much, and is wrong. */
  const at = (now: number, workers: number) => ({
    ...observation({
      partitions: [0, 1, 2, 3].map((i) => ({
        ...steady(i, 0.1, now),
        forecast: forecastOf(`orders/${i}`, {
          issuedAtMs: now,
          cores: flat(Math.floor(now / 70_000) % 2 === 0 ? 0.1 : 0.22),
          spread: 0.05,
        }),
        presentDemand: cpu(0.1),
      })),
      workers: Array.from({ length: workers }, (_, i) => worker(`w-${i + 1}`)),
      resizable: { ...LIVE, cpuCores: 'none' },
      policy: { stabilizationMs: 20_000 },
    }),
    askedCpuSeconds: (0.4 * now) / 1000,
  });

  it('is damped: the count stays up after some turns', () => {
    let state: PoolState = initialPoolState();
    const changes: number[] = [];
    let last: Readonly<Record<string, number>> = {};
    for (let now = 5000; now <= 1_800_000; now += 5000) {
      const before = state.allocation?.workers ?? 2;
      const { plan, state: next } = planPool(state, at(now, before), now);
      if (plan.allocation.workers !== before) changes.push(now);
      if (now < 900_000) last = plan.ingredients;
      state = next;
    }
    expect(changes.filter((now) => now < 600_000).length).toBeGreaterThanOrEqual(4);
    const [early, late] = [0, 900_000].map((from) =>
      changes.filter((now) => now > from && now <= from + 900_000),
    );
    expect(late!.length).toBeLessThan(early!.length);
    expect(last['oscillates']).toBeDefined();
  });
});
