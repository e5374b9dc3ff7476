import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { initialPoolState, planPool, type PoolObservation, type PoolState } from '../src/index.ts';
import { NOW_MS, soundObservation } from './arbitraries.ts';
import { flat, forecastOf, LIVE, observation, steady, worker } from './fixtures.ts';

const FIXED = { ...LIVE, cpuCores: 'none' } as const;
const fixed = (o: PoolObservation, nowMs = NOW_MS): PoolObservation => ({
  ...o,
  resizable: FIXED,
  askedCpuSeconds: nowMs / 1e6,
});

const pool = (cores: number, nowMs: number, workers = 2): PoolObservation => ({
  ...observation({
    partitions: [0, 1, 2, 3].map((i) => ({
      ...steady(i, cores, nowMs),
      forecast: forecastOf(`orders/${i}`, { issuedAtMs: nowMs, cores: flat(cores), spread: 0.1 }),
    })),
    workers: Array.from({ length: workers }, (_, i) => worker(`w-${i + 1}`)),
    resizable: FIXED,
  }),
  askedCpuSeconds: (4 * cores * (nowMs - NOW_MS)) / 1000,
});

function walk(seconds: number, at: (nowMs: number) => PoolObservation, from: PoolState, startMs = NOW_MS) {
  let result = planPool(from, at(startMs), startMs);
  for (let sec = 2; sec <= seconds; sec += 2) {
    result = planPool(result.state, at(startMs + sec * 1000), startMs + sec * 1000);
  }
  return result;
}

describe('a pool whose workers have one size', () => {
  it('has as many as its load takes, and says what would be late without', () => {
    // 4 × 0.13 cores on workers of 0.3, of which 0.295 less a reserve are left for work.
    const { plan } = walk(200, (now) => pool(0.13, now), initialPoolState());
    expect(plan.allocation).toMatchObject({ workers: 2, perWorker: { cpuCores: 0.3 } });
    expect(plan.ingredients['expectedLateShare']).toBeLessThan(0.01);
    const { plan: grown } = walk(10, (now) => pool(0.2, now), initialPoolState());
    expect(grown.allocation.workers).toBe(4);
  });

  it('shrinks once less is enough, one stabilisation window later', () => {
    const high = walk(100, (now) => pool(0.13, now), initialPoolState());
    const at = (now: number) => pool(0.05, now);
    expect(walk(40, at, high.state, NOW_MS + 102_000).plan.allocation.workers).toBe(2);
    const low = walk(120, at, high.state, NOW_MS + 102_000).plan;
    expect(low.allocation.workers).toBe(1);
  });

  it('remembers how its forecasts erred, through a restart', () => {
    const { state } = walk(300, (now) => pool(0.1, now), initialPoolState());
    expect(state.errors!.paths.length).toBeGreaterThan(1);
    const now = NOW_MS + 302_000;
    expect(planPool(JSON.parse(JSON.stringify(state)) as PoolState, pool(0.1, now), now)).toEqual(
      planPool(state, pool(0.1, now), now),
    );
  });

  it('changes nothing on equal input, and keeps its bounds', () => {
    fc.assert(
      fc.property(soundObservation, fc.double({ min: 0.1, max: 1000, noNaN: true }), (sound, latePrice) => {
        const o = fixed({ ...sound, policy: { ...sound.policy, latePrice } });
        const first = planPool(initialPoolState(), o, NOW_MS);
        const again = planPool(first.state, o, NOW_MS);
        expect(again.plan.changed).toBe(false);
        expect(again.plan.allocation).toEqual(first.plan.allocation);
        const most = Math.min(o.pool.bounds.maxWorkers, o.pool.partitions.length);
        expect(first.plan.allocation.workers).toBeLessThanOrEqual(most);
        expect(first.plan.allocation.workers).toBeGreaterThanOrEqual(
          Math.min(o.pool.bounds.minWorkers, most),
        );
      }),
    );
  });

  it('never shrinks while a partition is backlogged or unknown', () => {
    const high = walk(100, (now) => pool(0.13, now), initialPoolState()).state;
    for (const spoil of [
      { lagRecords: 900, lagSeconds: 20 },
      { lagRecords: undefined, lagSeconds: undefined },
    ]) {
      const at = (now: number): PoolObservation => {
        const o = pool(0.02, now);
        return { ...o, partitions: [{ ...o.partitions[0]!, ...spoil }, ...o.partitions.slice(1)] };
      };
      expect(walk(300, at, high, NOW_MS + 102_000).plan.allocation.workers).toBeGreaterThanOrEqual(2);
    }
  });
});
