import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideSchedule, type ScheduleProblem } from '../src/schedule.ts';

const SPEEDS = [1, 2, 3, 4, 6, 12].map((workers) => ({ workers, cores: workers }));
/** Cores asked for in 20 steps of 5 s: `low`, and `high` from one step to another. */
const path = (low: number, high: number, from: number, to = 20): number[] =>
  Array.from({ length: 20 }, (_, k) => (k >= from && k < to ? high : low));

function problem(over: Partial<ScheduleProblem> & Pick<ScheduleProblem, 'scenarios'>): ScheduleProblem {
  const current = over.current ?? 3;
  return {
    stepSeconds: 5,
    speeds: SPEEDS,
    supply: new Array<number>(6).fill(current),
    current,
    backlogCpuSeconds: 0,
    coresPerWorker: 1,
    latePrice: 10,
    targetLagSeconds: 10,
    leadSeconds: 30,
    pauseSeconds: 3,
    drainSeconds: 5,
    mayShrink: true,
    ...over,
  };
}
const workers = (over: Parameters<typeof problem>[0]): number => decideSchedule(problem(over)).workers;

describe('a schedule', () => {
  it('orders now what would be late with the next order', () => {
    expect(workers({ scenarios: [path(2, 11, 6)] })).toBe(12);
    expect(workers({ scenarios: [path(2, 5, 2)] })).toBe(6);
  });

  it('does not order yet what a later order will serve in time', () => {
    expect(workers({ scenarios: [path(2, 11, 8)] })).toBe(3);
    // What comes beyond three workers in two steps is done within the target lag.
    expect(workers({ scenarios: [path(2, 5, 7)] })).toBe(3);
  });

  it('does not order for what is over before the order is served', () => {
    expect(workers({ scenarios: [path(2, 5, 1, 4)] })).toBe(3);
  });

  it('jumps to the count that is needed', () => {
    expect(workers({ scenarios: [path(2, 11, 5)] })).toBe(12);
  });

  it('lets a burst wait that the target lag absorbs', () => {
    expect(workers({ scenarios: [path(2.5, 6, 10, 11)] })).toBe(3);
  });

  it('gives up what is not needed, and keeps what is wanted back before it could be there again', () => {
    expect(workers({ scenarios: [path(1.5, 1.5, 0)] })).toBe(2);
    expect(workers({ scenarios: [path(1.5, 2.9, 4)] })).toBe(3);
  });

  it('never gives up anything where it must not', () => {
    expect(workers({ scenarios: [path(0, 0, 0)], mayShrink: false })).toBe(3);
  });

  it('works off a backlog that would go on making records late', () => {
    expect(workers({ scenarios: [path(2.9, 2.9, 0)], backlogCpuSeconds: 120 })).toBeGreaterThan(3);
  });

  it('counts workers that are on their way', () => {
    const supply = [3, 3, 6, 6, 6, 6];
    const { lateShareIfKept } = decideSchedule(problem({ scenarios: [path(2, 5, 3)], supply, current: 6 }));
    expect(lateShareIfKept).toBe(0);
    expect(decideSchedule(problem({ scenarios: [path(2, 5, 3)] })).lateShareIfKept).toBeGreaterThan(0.5);
  });

  it('has no fewer workers the dearer lateness is', () => {
    const demand = fc.array(fc.double({ min: 0, max: 14, noNaN: true }), { minLength: 20, maxLength: 20 });
    const scenarios = fc.array(demand, { minLength: 1, maxLength: 8 });
    const price = fc.double({ min: 0.5, max: 500, noNaN: true });
    const options = fc.record({
      current: fc.constantFrom(1, 2, 3, 4, 6, 11, 12),
      mayShrink: fc.constant(false),
    });
    fc.assert(
      fc.property(scenarios, options, price, fc.double({ min: 1, max: 20, noNaN: true }), (s, o, low, by) => {
        const cheap = workers({ scenarios: s, ...o, latePrice: low });
        const dear = workers({ scenarios: s, ...o, latePrice: low * by * 1000 });
        expect(dear).toBeGreaterThanOrEqual(cheap);
      }),
    );
  });

  it('is the cheapest of all sequences of counts for demand that rises, where nothing may wait and nothing rests', () => {
    // Without lateness at the counts that suffice, cost is workers, starts and stops: every sequence can be tried.
    const demand = fc
      .array(fc.constantFrom(0.5, 1.5, 2.5, 3.5), { minLength: 4, maxLength: 4 })
      .map((d) => d.sort((a, b) => a - b));
    const few = SPEEDS.slice(0, 4);
    const costOf = (counts: readonly number[], current: number): number =>
      counts.reduce((sum, n, k) => {
        const more = n - (counts[k - 1] ?? current);
        return sum + 5 * n + (more > 0 ? more * 5 : -more * 5);
      }, 0);
    fc.assert(
      fc.property(demand, fc.constantFrom(1, 2, 3, 4), (ahead, current) => {
        let least = Infinity;
        let first: number[] = [];
        for (let code = 0; code < 4 ** 4; code++) {
          const counts = [0, 1, 2, 3].map((k) => 1 + (Math.floor(code / 4 ** k) % 4));
          if (counts[0]! < current || counts.some((n, k) => n < ahead[k]!)) continue;
          // Who orders more than there is orders enough.
          if (counts.some((n, k) => k > 0 && n > counts[k - 1]! && counts[k - 1]! > current)) continue;
          const cost = costOf(counts, current);
          if (cost < least - 1e-9) [least, first] = [cost, [counts[0]!]];
          else if (cost < least + 1e-9) first.push(counts[0]!);
        }
        const found = workers({
          scenarios: [[0.1, ...ahead]],
          speeds: few,
          supply: [current],
          current,
          leadSeconds: 5,
          pauseSeconds: 0,
          latePrice: 1e6,
          targetLagSeconds: 1e-9,
          mayShrink: false,
        });
        expect(first).toContain(found);
      }),
    );
  });
});
