import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FitBudget, type Fittable } from '../src/index.ts';

class Work implements Fittable {
  done = 0;
  pieces = 0;
  fitGain: number;
  readonly #length: number;

  constructor(fitGain: number, length = 3) {
    this.fitGain = fitGain;
    this.#length = length;
  }

  maintain(pieces: number): { pieces: number; fits: number } {
    this.pieces += pieces;
    if (this.pieces % this.#length > 0) return { pieces, fits: 0 };
    this.done++;
    return { pieces, fits: 1 };
  }
}

describe('FitBudget', () => {
  it('spends no more than its share of the time, and about all of it while there is work', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 0.5, noNaN: true }),
        fc.integer({ min: 100, max: 5000 }),
        (share, tickMs) => {
          const budget = new FitBudget({ share });
          const work = new Work(1);
          for (let t = 0; t <= 400; t++) budget.run(t * tickMs, [work]);
          // A piece that was begun is paid for afterwards; at one time no more than 16 ms are spent.
          const earned = Math.min(share * tickMs, 18) * 400;
          expect(budget.spent.ms).toBeLessThanOrEqual(share * tickMs * 400 + 2);
          expect(budget.spent.ms).toBeGreaterThan(0.8 * Math.min(earned, 16 * 400) - 2);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('finishes what it began before it turns to what gains most', () => {
    const budget = new FitBudget();
    const small = new Work(1);
    const large = new Work(9);
    budget.run(0, [small]);
    budget.run(40, [small]);
    expect(small.pieces).toBe(1);
    for (let t = 2; t < 30; t++) budget.run(40 * t, [small, large]);
    expect(small.done).toBe(1);
    expect(large.done).toBeGreaterThan(5);
  });

  it('does nothing where nothing is due, and does not save up for ever', () => {
    const budget = new FitBudget();
    const idle = new Work(0);
    for (let t = 0; t < 1000; t++) budget.run(1000 * t, [idle]);
    expect(idle.pieces).toBe(0);
    idle.fitGain = 1;
    for (let t = 0; t < 200; t++) budget.run(1_000_000 + t, [idle]);
    expect(budget.spent.ms).toBeLessThanOrEqual(2000 + 0.05 * 1200);
  });

  it('counts real time where it has a clock', () => {
    let now = 0;
    const budget = new FitBudget({ share: 0.1, monotonicMs: () => (now += 4) });
    const work = new Work(1);
    for (let t = 0; t <= 100; t++) budget.run(1000 * t, [work]);
    expect(budget.spent.ms).toBe(4 * work.pieces);
  });
});
