import { describe, expect, it } from 'vitest';
import {
  bestOf,
  buildPolicy,
  combinations,
  contendersOf,
  costAtLate,
  familyOf,
  foreshadowParams,
  lateAtCost,
  paretoFront,
  tryGrid,
} from '../src/index.ts';
import { stageOf } from './fixtures.ts';

const points = [
  { cost: 100, latePct: 4 },
  { cost: 200, latePct: 1 },
  { cost: 150, latePct: 5 },
  { cost: 400, latePct: 0 },
];

describe('fronts', () => {
  it('hold what no other point beats', () => {
    expect(paretoFront(points).map((p) => p.cost)).toEqual([100, 200, 400]);
  });

  it('tell late records at a cost and cost at late records, on straight lines between points', () => {
    expect([90, 100, 150, 300, 999].map((cost) => lateAtCost(points, cost))).toEqual([NaN, 4, 2.5, 0.5, 0]);
    expect([9, 4, 2.5, 0.5, 0].map((late) => costAtLate(points, late))).toEqual([100, 100, 150, 300, 400]);
    expect(costAtLate([{ cost: 1, latePct: 2 }], 1)).toBeNaN();
    expect(lateAtCost([], 1)).toBeNaN();
  });
});

describe('tuning', () => {
  const tried = (latePct: number, cost: number) => ({ outcome: { latePct, cost } });

  it('takes the cheapest setting that is good enough, else the one with the fewest late records', () => {
    expect(bestOf([tried(0.05, 9), tried(0.1, 8), tried(3, 1)]).outcome.cost).toBe(8);
    expect(bestOf([tried(2, 9), tried(3, 1)]).outcome.cost).toBe(9);
  });

  it('tries every combination, the defaults among them', () => {
    expect(combinations({ a: [1, 2], b: [3, 4] })).toHaveLength(4);
    const perSecond = Array.from({ length: 1200 }, (_, i) => 300 + 200 * Math.sin(i / 100));
    const stage = stageOf({ perSecond, partitions: 8, settings: { maxWorkers: 8, initialWorkers: 4 } });
    const family = familyOf('hpa');
    const all = tryGrid(stage, family);
    expect(all).toHaveLength(1 + combinations(family.grid).length);
    const best = bestOf(all).outcome;
    const defaults = stage.play(buildPolicy(family, {}, stage));
    expect(best.latePct <= Math.max(0.1, defaults.latePct)).toBe(true);
  });
});

describe('policies by name', () => {
  it('are known ones', () => {
    expect(contendersOf(['all']).map((c) => c.name)).toContain('foreshadow');
    expect(contendersOf(['hpa', 'hpa', 'oracle'])).toHaveLength(2);
    expect(() => contendersOf(['hpaa'])).toThrow(/policy 'hpaa': must be all or one of .*hpa/);
    expect(() => familyOf('x')).toThrow(/policy 'x'/);
  });

  it('take parameters within their ranges only', () => {
    const stage = stageOf({ perSecond: [1, 2, 3] });
    const build = (params: Record<string, number>) => () => buildPolicy(familyOf('hpa'), params, stage);
    expect(build({ targetUtilization: 7 })).toThrow('hpa.targetUtilization: must be from 0.01 to 1; got 7');
    expect(build({ target: 0.5 })).toThrow(/hpa.target: no such parameter; it has targetUtilization/);
    expect(build({ targetUtilization: NaN })).toThrow(/got NaN/);
    expect(() => foreshadowParams({ quantile: 1 })).toThrow(
      'foreshadow.quantile: must be from 0.5 to 0.9999; got 1',
    );
    expect(() => foreshadowParams({ toString: 1 })).toThrow(/no such parameter/);
  });
});
