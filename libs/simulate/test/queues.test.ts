import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { traceOf } from '../src/index.ts';
import { Queues } from '../src/world/queues.ts';

interface Cohort {
  readonly second: number;
  readonly size: number;
  left: number;
}

/** The same queue with every second's records kept apart: what the cumulative counts must agree with. */
function byCohorts(arrivals: readonly number[], budgets: readonly number[], sloSeconds: number) {
  const cohorts: Cohort[] = [];
  let late = 0;
  let judged = 0;
  let worst = 0;
  arrivals.forEach((size, second) => {
    cohorts.push({ second, size, left: size });
    let budget = budgets[second]!;
    for (const cohort of cohorts) {
      const worked = Math.min(cohort.left, budget);
      cohort.left -= worked;
      budget -= worked;
    }
    const due = cohorts[second - sloSeconds];
    if (due !== undefined) {
      judged += due.size;
      late += due.left;
    }
    const oldest = cohorts.find((c) => c.left > 1e-6);
    if (oldest !== undefined) worst = Math.max(worst, second + 1 - oldest.second);
  });
  return { late, judged, worst };
}

function play(arrivals: readonly number[], budgets: readonly number[], sloSeconds: number): Queues {
  const queues = new Queues(traceOf({ name: 't', perSecond: arrivals }), sloSeconds, 3);
  const loads = new Float64Array(1);
  for (const budget of budgets) queues.step(Int32Array.of(0), Float64Array.of(budget), loads, true);
  return queues;
}

describe('Queues', () => {
  it('makes records late that a burst leaves undone for longer than the target', () => {
    // 100 records in second 0, 20 a second worked off: 20 are done in each of the seconds 0…4. With a target of 2 s those
    // not done by the end of second 2, that is 40, are late.
    const queues = play([100, 0, 0, 0, 0, 0], [20, 20, 20, 20, 20, 20], 2);
    expect(queues.lateRecords).toBeCloseTo(40, 9);
    expect(queues.judgedRecords).toBe(100);
    expect(queues.worstLagSeconds).toBe(4);
  });

  it('agrees with a queue that keeps every second apart', () => {
    const rates = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(
        rates,
        fc.infiniteStream(fc.integer({ min: 0, max: 40 })),
        fc.integer({ min: 1, max: 8 }),
        (arrivals, stream, slo) => {
          const budgets = arrivals.map(() => stream.next().value as number);
          const queues = play(arrivals, budgets, slo);
          const expected = byCohorts(arrivals, budgets, slo);
          expect(queues.lateRecords).toBeCloseTo(expected.late, 6);
          expect(queues.judgedRecords).toBeCloseTo(expected.judged, 6);
          expect(queues.worstLagSeconds).toBe(expected.worst);
        },
      ),
    );
  });

  it('shares a worker among its partitions in proportion to what waits, and loses nothing', () => {
    const trace = traceOf({ name: 't', perSecond: [90, 0], partitions: 2, skew: 1 });
    const queues = new Queues(trace, 5, 3);
    // Zipf shares of two partitions: 2/3 and 1/3, so 60 and 30 records; 45 of 90 get done.
    const done = queues.step(Int32Array.of(0, 0), Float64Array.of(45), new Float64Array(1), true);
    expect(done).toBeCloseTo(45, 9);
    expect(queues.waiting(0)).toBeCloseTo(30, 9);
    expect(queues.waiting(1)).toBeCloseTo(15, 9);
  });

  it('does nothing on partitions without an owner', () => {
    const queues = new Queues(traceOf({ name: 't', perSecond: [10, 10], partitions: 1 }), 5, 3);
    expect(queues.step(Int32Array.of(-1), Float64Array.of(100), new Float64Array(1), true)).toBe(0);
    expect(queues.waiting(0)).toBe(10);
    expect(queues.lagSeconds(0)).toBe(1);
  });

  it('remembers what was done some seconds ago', () => {
    const queues = play([10, 10, 10, 10], [10, 10, 10, 10], 5);
    expect([0, 1, 2].map((ago) => queues.servedAgo(0, ago))).toEqual([40, 30, 20]);
  });
});
