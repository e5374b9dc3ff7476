import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ErrorPaths, followErrors, noErrorPaths, scenariosOf } from '../src/scenarios.ts';
import type { StepForecast } from '../src/step-forecast.ts';

const GRID = { stepMs: 5000, steps: 4 };
const even = (mean: number, deviation = 1): StepForecast => ({
  mean: new Float64Array(4).fill(mean),
  up: new Float64Array(4).fill(deviation),
  down: new Float64Array(4).fill(deviation / 2),
});

/** Demand in each second, forecasts of `mean` every five seconds. */
function follow(demand: readonly number[], mean: number, from = noErrorPaths(GRID)): ErrorPaths {
  let known = from;
  let asked = 0;
  for (const [sec, cores] of demand.entries()) {
    asked += cores;
    if (sec % 5 === 4) known = followErrors(known, even(mean), asked, (sec + 1) * 1000);
  }
  return known;
}

describe('error paths', () => {
  it('are none where forecasts come true', () => {
    const { paths } = follow(new Array<number>(200).fill(3), 3);
    expect(paths.length).toBeGreaterThan(5);
    for (const path of paths) expect(path).toEqual([0, 0, 0, 0]);
  });

  it('are in deviations of their side, step by step', () => {
    // From the forecast at 5 s on: 2 above, 1 below, as forecast, as forecast; each step of five seconds.
    const demand = [3, 5, 2, 3, 3, 3, 3].flatMap((cores) => new Array<number>(5).fill(cores));
    expect(follow(demand, 3).paths[0]).toEqual([200, -200, 0, 0]);
  });

  it('do not reach over a gap', () => {
    let known = followErrors(noErrorPaths(GRID), even(1), 10, 0);
    known = followErrors(known, even(1), undefined, 5000);
    for (let sec = 10; sec <= 25; sec += 5) known = followErrors(known, even(1), 10 + sec, sec * 1000);
    expect(known.paths).toEqual([]);
    known = followErrors(known, even(1), 45, 35_000);
    expect(known.paths).toHaveLength(1);
  });

  it('are few, reach far back, and survive JSON, whatever is asked for', () => {
    const cores = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(cores, { minLength: 1, maxLength: 20 }), (some) => {
        const demand = Array.from({ length: 12_000 }, (_, i) => some[i % some.length]!);
        const known = follow(demand, 3);
        expect(known.paths.length).toBeLessThanOrEqual(64);
        expect(known.issued.length).toBeLessThanOrEqual(4);
        expect(known.asked.length).toBeLessThanOrEqual(8);
        expect(known.strideMs).toBe(90_000);
        expect(JSON.parse(JSON.stringify(known))).toEqual(known);
      }),
      { numRuns: 20 },
    );
  });
});

describe('scenarios', () => {
  it('repeat errors that were, as wide as the forecast is now', () => {
    const known: ErrorPaths = { ...noErrorPaths(GRID), paths: new Array(12).fill([100, -100, 0, 250]) };
    const [first] = scenariosOf(known, even(10, 2));
    expect([...first!]).toEqual([12, 9, 10, 15]);
    expect(scenariosOf(known, even(10, 2))).toHaveLength(12);
  });

  it('follow the normal law while little is known, and are never below zero', () => {
    const scenarios = scenariosOf(noErrorPaths(GRID), even(0.2));
    expect(scenarios.length).toBeGreaterThan(3);
    for (const scenario of scenarios) for (const cores of scenario) expect(cores).toBeGreaterThanOrEqual(0);
  });
});
