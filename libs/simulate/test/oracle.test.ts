import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAMILIES, oracleFront } from '../src/index.ts';
import { cheapestSchedule, type ScheduleProblem } from '../src/oracle/dp.ts';
import { effectiveWorkers } from '../src/oracle/oracle.ts';
import { stageOf } from './fixtures.ts';

const problem = (arrivals: readonly number[], more: Partial<ScheduleProblem> = {}): ScheduleProblem => ({
  stepSeconds: 5,
  arrivals: Float64Array.from(arrivals),
  speed: [0, 1, 2, 3],
  minWorkers: 0,
  sloSeconds: 10,
  startCost: 30,
  stopCost: 5,
  pauseSeconds: 0,
  latePrice: 1e6,
  initialWorkers: 1,
  ...more,
});

/** Cost of a schedule under which nothing waits; infinite if something would. */
function costWithoutBacklog(p: ScheduleProblem, schedule: readonly number[]): number {
  let cost = 0;
  let before = p.initialWorkers;
  schedule.forEach((n, k) => {
    if (n * p.stepSeconds < p.arrivals[k]!) cost = Infinity;
    cost += n * p.stepSeconds + Math.max(0, n - before) * p.startCost + Math.max(0, before - n) * p.stopCost;
    before = n;
  });
  return cost;
}

function allSchedules(steps: number, counts: number): number[][] {
  let all: number[][] = [[]];
  for (let k = 0; k < steps; k++) {
    all = all.flatMap((s) => Array.from({ length: counts }, (_, n) => [...s, n]));
  }
  return all;
}

describe('the cheapest schedule', () => {
  it('is no dearer than the best of all that let nothing wait', () => {
    const arrivals = fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 5, maxLength: 5 });
    const schedules = allSchedules(5, 4);
    fc.assert(
      fc.property(arrivals, (values) => {
        // A target lag of next to nothing: what waits is late.
        const p = problem(values, { sloSeconds: 0.001 });
        const found = costWithoutBacklog(p, [...cheapestSchedule(p)]);
        const best = Math.min(...schedules.map((s) => costWithoutBacklog(p, s)));
        expect(found).toBe(best);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps a worker over a dip that is shorter than what coming back costs', () => {
    // A worker costs 5 a step, to let it go and have it back 35: seven steps. A dip of five is kept through, of ten not.
    const dip = (steps: number) => [10, ...new Array<number>(steps).fill(5), 10];
    const p = (steps: number) => problem(dip(steps), { initialWorkers: 2, sloSeconds: 0.001 });
    expect(Math.min(...cheapestSchedule(p(5)))).toBe(2);
    expect(Math.min(...cheapestSchedule(p(10)))).toBe(1);
  });

  it('lets a short burst wait within the target lag, and pays for one worker less', () => {
    const burst = [5, 8, 3, 5];
    expect([...cheapestSchedule(problem(burst, { sloSeconds: 10 }))]).toEqual([1, 1, 1, 1]);
    expect(Math.max(...cheapestSchedule(problem(burst, { sloSeconds: 0.001 })))).toBe(2);
  });

  it('leaves work late where that is cheap', () => {
    const p = problem([15, 15, 15, 15], { latePrice: 0 });
    expect([...cheapestSchedule(p)]).toEqual([0, 0, 0, 0]);
  });
});

describe('the oracle', () => {
  it('knows how much partitions that cannot be split leave to workers', () => {
    const even = new Array<number>(8).fill(1 / 8);
    // Five workers on eight equal partitions are as slow as four; more than eight are no faster.
    expect([1, 4, 5, 8, 20].map((n) => effectiveWorkers(n, 'ordered', even))).toEqual([1, 4, 4, 8, 8]);
    expect(effectiveWorkers(5, 'pooled', even)).toBe(5);
    expect(effectiveWorkers(4, 'ordered', [0.7, 0.1, 0.1, 0.1])).toBeCloseTo(1 / 0.7, 9);
  });

  it('knows that of workers that differ in speed the slowest counts, unless it has a part to spare', () => {
    const even = new Array<number>(12).fill(1 / 12);
    const speed = (n: number) => effectiveWorkers(n, 'ordered', even, 0.03);
    // Of six with two partitions each, the slowest of six; of eleven, the one that still has two.
    expect(speed(6)).toBeGreaterThan(6 * 0.95);
    expect(speed(6)).toBeLessThan(6 * 0.97);
    expect(speed(9)).toBeGreaterThan(speed(7));
    expect(speed(11)).toBeCloseTo(6, 1);
  });

  it('could have done what others did', () => {
    const stage = stageOf({ perSecond: new Array<number>(600).fill(100), settings: { initialWorkers: 2 } });
    const front = oracleFront(stage, [{ latePct: 0, cost: 1 }]);
    expect(front.points).toEqual([{ latePct: 0, cost: 1 }]);
  });

  it('is cheaper than every published policy at its own lateness', () => {
    const perSecond = Array.from({ length: 4000 }, (_, i) => 350 + 250 * Math.sin((2 * Math.PI * i) / 900));
    const settings = { rebalancePauseSeconds: 3, drainSeconds: 5, leadTimeSpread: 0.15, capacityNoise: 0.03 };
    const stage = stageOf({
      perSecond,
      partitions: 8,
      timeScale: 0.02,
      settings: { ...settings, initialWorkers: 4, maxWorkers: 8 },
    });
    const front = oracleFront(stage);
    const costs = front.points.map((p) => p.cost);
    expect([...costs].sort((a, b) => b - a)).toEqual(costs);
    expect(front.costAt(0)).toBe(costs[0]);
    for (const family of FAMILIES) {
      const outcome = stage.play(family.build(family.defaults(stage), stage));
      expect(outcome.cost, family.name).toBeGreaterThan(0.98 * front.costAt(outcome.latePct));
    }
  });
});
