import { type PartitionKey, RESOURCES } from '@foreshadow/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { initialPoolState, planPool } from '../src/index.ts';
import { anyTime, hostileObservation, NOW_MS } from './arbitraries.ts';
import { flat, forecastOf, observation, steady, worker } from './fixtures.ts';

describe('hostile input', () => {
  it('never throws and never yields a plan that is not a plan', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(hostileObservation, anyTime), { minLength: 1, maxLength: 5 }),
        (steps) => {
          let state = initialPoolState();
          for (const [o, nowMs] of steps) {
            const result = planPool(state, o, nowMs);
            const { allocation, assignment } = result.plan;
            expect(Number.isInteger(allocation.workers)).toBe(true);
            expect(allocation.workers).toBeGreaterThanOrEqual(0);
            for (const r of RESOURCES) {
              expect(Number.isFinite(allocation.perWorker[r])).toBe(true);
              expect(allocation.perWorker[r]).toBeGreaterThanOrEqual(0);
            }
            const assigned = Object.values(assignment.owners).flat();
            expect(new Set(assigned).size).toBe(assigned.length);
            // What JSON gives back is what was put in: nothing in the state is NaN or infinite.
            expect(JSON.parse(JSON.stringify(result.state))).toEqual(result.state);
            state = result.state;
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('holds what there is when the pool reports nothing at all', () => {
    const o = observation({ partitions: [steady(0, 0.1, NOW_MS)], workers: [worker('w-1'), worker('w-2')] });
    const { plan } = planPool(initialPoolState(), { ...o, partitions: [] }, NOW_MS);
    expect(plan.allocation.workers).toBe(1);
    expect(plan.basis).toBe('hold');
  });

  it('plans no workers for a pool without partitions', () => {
    const { plan } = planPool(initialPoolState(), observation({ partitions: [] }), NOW_MS);
    expect(plan.allocation.workers).toBe(0);
    expect(plan.assignment.owners).toEqual({});
  });

  it('takes a clock that goes back as no time passed', () => {
    const o = (nowMs: number) =>
      observation({
        partitions: [0, 1, 2, 3].map((i) => steady(i, 0.1, nowMs)),
        workers: [worker('w-1'), worker('w-2')],
      });
    const low = (nowMs: number) =>
      observation({
        partitions: [0, 1, 2, 3].map((i) => steady(i, 0.03, nowMs)),
        workers: [worker('w-1'), worker('w-2')],
      });
    let { state } = planPool(initialPoolState(), o(NOW_MS), NOW_MS);
    const backMs = NOW_MS - 500_000;
    ({ state } = planPool(state, low(backMs), backMs));
    expect(state.allocation!.workers).toBe(2);
    ({ state } = planPool(state, low(backMs + 30_000), backMs + 30_000));
    expect(state.allocation!.workers).toBe(2);
    // And the window does not stay shut for the 500 s that the clock went back.
    ({ state } = planPool(state, low(backMs + 70_000), backMs + 70_000));
    expect(state.allocation!.workers).toBe(1);
  });

  it('plans 100 000 partitions on 1 000 workers', () => {
    const count = 100_000;
    const partitions = Array.from({ length: count }, (_, i) => {
      const partition: PartitionKey = `orders/${i}`;
      const cores = 0.002 + (i % 7) * 0.0005;
      const forecast = forecastOf(partition, { issuedAtMs: NOW_MS, cores: flat(cores, 4), stepMs: 15_000 });
      return { ...steady(0, cores, NOW_MS), partition, forecast };
    });
    const workers = Array.from({ length: 1000 }, (_, i) => worker(`w-${i}`));
    const o = observation({ partitions, workers, maxWorkers: 5000 });
    const { plan } = planPool(initialPoolState(), o, NOW_MS);
    const servable = 0.0035 * count;
    expect(plan.allocation.workers * 0.3).toBeGreaterThan(servable);
    expect(plan.allocation.workers * 0.3).toBeLessThan(servable * 1.6);
    expect(Object.values(plan.assignment.owners).flat()).toHaveLength(count);
  }, 120_000);

  it('bounds what it remembers, however often it plans', () => {
    const o = observation({ partitions: [steady(0, 0.1, NOW_MS)], workers: [worker('w-1')] });
    let state = initialPoolState();
    for (let i = 0; i < 500; i++) state = planPool(state, o, NOW_MS + i * 100).state;
    expect(state.needs.length).toBeLessThanOrEqual(66);
    expect(state.present.length).toBeLessThanOrEqual(66);
  });
});
