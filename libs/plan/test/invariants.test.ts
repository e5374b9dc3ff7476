import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { initialPoolState, planPool, type PoolObservation, type PoolState } from '../src/index.ts';
import { NOW_MS, soundObservation, workers } from './arbitraries.ts';
import { cpu, flat, forecastOf } from './fixtures.ts';

/** The state after one plan on `o`, and what a second plan on `next` decides. */
function after(o: PoolObservation, next: PoolObservation, nowMs = NOW_MS + 2000) {
  const before = planPool(initialPoolState(), o, NOW_MS);
  return { before, now: planPool(before.state, next, nowMs) };
}

const capacity = (plan: { allocation: { workers: number; perWorker: { cpuCores: number } } }): number =>
  plan.allocation.workers * plan.allocation.perWorker.cpuCores;

const sum = (o: PoolObservation, of: (cores: number) => number = (c) => c): number =>
  o.partitions.reduce((total, p) => total + of(p.presentDemand?.cpuCores ?? 0), 0);

const samePool = (o: PoolObservation, other: PoolObservation): PoolObservation => ({
  ...other,
  pool: o.pool,
  workers: o.workers,
  partitions: o.pool.partitions.map((partition, i) => ({
    ...other.partitions[i % other.partitions.length]!,
    partition,
  })),
});

const settings = { numRuns: 100 };

describe('a plan', () => {
  it('is never below the present need, as far as bounds allow', () => {
    fc.assert(
      fc.property(soundObservation, soundObservation, (first, other) => {
        const second = samePool(first, other);
        const { now } = after(first, second);
        const { targetUtilization } = second.policy;
        const { maxWorkers, maxWorker } = second.pool.bounds;
        const base = second.workerBase.cpuCores;
        // What one worker can take of a partition is bounded by its largest size.
        const room = maxWorker.cpuCores - base / targetUtilization;
        const servable = sum(second, (cores) => Math.min(cores / targetUtilization, room));
        const most = Math.min(maxWorkers, second.pool.partitions.length) * maxWorker.cpuCores;
        const need = servable + now.plan.allocation.workers * (base / targetUtilization);
        expect(capacity(now.plan)).toBeGreaterThanOrEqual(Math.min(need, most) - 1e-6);
      }),
      settings,
    );
  });

  it('keeps the bounds of the pool and never has more workers than partitions', () => {
    fc.assert(
      fc.property(soundObservation, soundObservation, (first, other) => {
        for (const { plan } of Object.values(after(first, samePool(first, other)))) {
          const { minWorkers, maxWorkers, minWorker, maxWorker } = first.pool.bounds;
          const most = Math.min(maxWorkers, first.pool.partitions.length);
          expect(plan.allocation.workers).toBeLessThanOrEqual(most);
          expect(plan.allocation.workers).toBeGreaterThanOrEqual(Math.min(minWorkers, most));
          expect(plan.allocation.perWorker.cpuCores).toBeLessThanOrEqual(maxWorker.cpuCores);
          expect(plan.allocation.perWorker.cpuCores).toBeGreaterThanOrEqual(minWorker.cpuCores);
        }
      }),
      settings,
    );
  });

  it('assigns every partition exactly once, to workers that are ready and stay', () => {
    fc.assert(
      fc.property(soundObservation, soundObservation, workers, (first, other, found) => {
        const second = { ...samePool(first, other), workers: found };
        const { plan } = after(first, second).now;
        const staying = found
          .filter((w) => w.phase === 'ready' && !plan.retiring.includes(w.id))
          .map((w) => w.id);
        expect(Object.keys(plan.assignment.owners).sort()).toEqual(staying.sort());
        const assigned = Object.values(plan.assignment.owners).flat();
        const expected = staying.length === 0 ? [] : [...first.pool.partitions];
        expect([...assigned].sort()).toEqual(expected.sort());
      }),
      settings,
    );
  });

  it('changes nothing on equal input', () => {
    fc.assert(
      fc.property(soundObservation, soundObservation, workers, (first, other, found) => {
        const second = { ...samePool(first, other), workers: found };
        const { now } = after(first, second);
        const again = planPool(now.state, second, NOW_MS + 2000);
        expect(again.plan.changed).toBe(false);
        expect(again.plan.allocation).toEqual(now.plan.allocation);
        expect(again.plan.assignment).toEqual(now.plan.assignment);
        expect(again.plan.retiring).toEqual(now.plan.retiring);
      }),
      settings,
    );
  });

  it('is the same for the same state, observation and time', () => {
    fc.assert(
      fc.property(soundObservation, (o) => {
        expect(planPool(initialPoolState(), o, NOW_MS)).toEqual(planPool(initialPoolState(), o, NOW_MS));
      }),
      { numRuns: 30 },
    );
  });

  it('asks for no less when demand grows in proportion', () => {
    const factor = fc.double({ min: 1, max: 4, noNaN: true });
    fc.assert(
      fc.property(soundObservation, factor, (o, by) => {
        const more = {
          ...o,
          partitions: o.partitions.map((p) => ({
            ...p,
            presentDemand: cpu(p.presentDemand!.cpuCores * by),
            forecast: {
              ...p.forecast!,
              points: p.forecast!.points.map((point) => ({
                ...point,
                median: cpu(point.median.cpuCores * by),
                lower: cpu(point.lower.cpuCores * by),
                upper: cpu(point.upper.cpuCores * by),
              })),
            },
          })),
        };
        const small = planPool(initialPoolState(), o, NOW_MS).plan;
        const large = planPool(initialPoolState(), more, NOW_MS).plan;
        expect(large.allocation.workers).toBeGreaterThanOrEqual(small.allocation.workers);
        expect(large.ingredients['leadDemandQuantileCpuCores']).toBeGreaterThanOrEqual(
          small.ingredients['leadDemandQuantileCpuCores']!,
        );
      }),
      settings,
    );
  });

  it('only gains from a forecast: never fewer workers than the same load without one', () => {
    fc.assert(
      fc.property(soundObservation, (o) => {
        const found = { ...o, workers: [] };
        const blind = { ...found, partitions: found.partitions.map((p) => ({ ...p, forecast: undefined })) };
        const withForecast = planPool(initialPoolState(), found, NOW_MS).plan;
        const without = planPool(initialPoolState(), blind, NOW_MS).plan;
        expect(withForecast.allocation.workers).toBeGreaterThanOrEqual(without.allocation.workers);
      }),
      settings,
    );
  });
});

describe('capacity', () => {
  const spoilers: readonly ((
    p: PoolObservation['partitions'][number],
  ) => PoolObservation['partitions'][number])[] = [
    (p) => ({ ...p, lagRecords: 900, lagSeconds: 20 }),
    (p) => ({ ...p, lagRecords: undefined, lagSeconds: undefined }),
    (p) => ({ ...p, lagRecords: NaN, lagSeconds: NaN }),
    (p) => ({ ...p, presentDemand: undefined }),
    (p) => ({ ...p, presentDemand: cpu(NaN) }),
    (p) => ({ ...p, forecast: undefined }),
    (p) => ({ ...p, forecast: { ...p.forecast!, issuedAtMs: NOW_MS - 30_000 } }),
    (p) => ({ ...p, forecast: { ...p.forecast!, issuedAtMs: -1e9 } }),
    (p) => ({ ...p, forecast: { ...p.forecast!, issuedAtMs: NaN } }),
    (p) => ({ ...p, forecast: forecastOf(p.partition, { issuedAtMs: NOW_MS, cores: flat(NaN, 3) }) }),
  ];

  it('never falls while any partition is backlogged, stale, missing or NaN', () => {
    const index = fc.nat();
    fc.assert(
      fc.property(
        soundObservation,
        soundObservation,
        fc.constantFrom(...spoilers),
        index,
        (sound, other, spoil, at) => {
          // Bounds rule even over bad data: start from no more workers than they allow.
          const most = Math.min(sound.pool.bounds.maxWorkers, sound.pool.partitions.length);
          const first = { ...sound, workers: sound.workers.slice(0, most) };
          const second = samePool(first, other);
          const spoilt = second.partitions.map((p, i) =>
            i === at % second.partitions.length ? spoil(p) : p,
          );
          let state: PoolState = planPool(initialPoolState(), first, NOW_MS).state;
          const floor = state.allocation!;
          for (const laterMs of [2000, 120_000, 500_000]) {
            const shifted = spoilt.map((p) => ({
              ...p,
              forecast: p.forecast && { ...p.forecast, issuedAtMs: p.forecast.issuedAtMs + laterMs },
            }));
            const result = planPool(state, { ...second, partitions: shifted }, NOW_MS + laterMs);
            expect(result.plan.allocation.workers).toBeGreaterThanOrEqual(floor.workers);
            expect(result.plan.allocation.perWorker.cpuCores).toBeGreaterThanOrEqual(
              floor.perWorker.cpuCores,
            );
            expect(result.plan.retiring).toEqual([]);
            state = result.state;
          }
        },
      ),
      settings,
    );
  });
});
