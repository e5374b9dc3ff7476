import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ForecastEngine } from '../src/index.ts';
import { coarserSteps, stepsInside } from '../src/long-season.ts';

describe('a coarser course inside', () => {
  it('is exact on a straight line, wherever the steps lie', () => {
    const count = fc.integer({ min: 1, max: 15 });
    fc.assert(
      fc.property(count, fc.integer({ min: 2, max: 60 }), fc.nat(), (finer, ratio, elapsed) => {
        const grid = { coarserTicks: 3 * ratio, elapsed: elapsed % (3 * ratio), ticks: 3, count: finer };
        // Coarser step k ahead lies, by its middle, (k − ½) of its lengths from the end of the newest one.
        const line = Array.from({ length: coarserSteps(grid) }, (_, k) => (k - 0.5) * grid.coarserTicks);
        const steps = stepsInside(line, grid);
        expect(steps).toHaveLength(finer);
        for (const [step, value] of steps.entries()) {
          const middle = grid.elapsed + (step - 0.5) * grid.ticks;
          expect(value).toBeCloseTo(Math.max(-0.5 * grid.coarserTicks, middle), 6);
        }
      }),
    );
  });
});

describe('a season that is too long for the finest level', () => {
  const PERIOD = 1200;
  /** Waits, then a climb of a minute, a plateau and a fall. */
  const load = (t: number): number => {
    const phase = t % PERIOD;
    return (
      50 + 100 * Math.max(0, Math.min(1, (phase - 600) / 60, (PERIOD - phase) / 60)) + ((t * 7919) % 13) / 4
    );
  };

  it('is heard there from a coarser one', () => {
    const engine = new ForecastEngine({ tickMs: 1000, horizonsMs: [10_000, 100_000], fits: false });
    let weight = 0;
    for (let t = 0; t < 4 * PERIOD; t++) {
      engine.observe('orders/0', 1000 * t, load(t));
      if (t < 3 * PERIOD) continue;
      const experts = engine.scorecard('orders/0').experts.filter((e) => e.name.startsWith('other-'));
      weight = Math.max(weight, ...experts.map((e) => e.weights[0]!));
    }
    expect(engine.explain('orders/0')?.seasons[1]?.lengths).toContain(PERIOD / 10);
    expect(weight).toBeGreaterThan(0.05);
  });
});
