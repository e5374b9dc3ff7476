import type { Outcome } from '@foreshadow/simulate';
import { describe, expect, it } from 'vitest';
import type { Played } from '../src/claim/play.ts';
import { renderClaim } from '../src/claim/report.ts';
import { summaryOf, verdictOf } from '../src/claim/verdict.ts';

const outcome = (latePct: number, cost: number, disruptiveActionsPerHour = 10): Outcome => ({
  policy: 'p',
  latePct,
  cost,
  worstLagSeconds: 0,
  actionsPerHour: 0,
  disruptiveActionsPerHour,
  thetaU: 0,
  thetaO: 0,
  tauU: 0,
  tauO: 0,
  upsilon: 0,
  epsilon: 1,
  supply: new Uint16Array(0),
});

/** Ours: 1 % for 100, 0.1 % for 200. Published: 4 % for 100, 2 % for 150, 0.1 % for 300. The oracle: 0.1 % for 100. */
function played(more: Partial<Played> = {}): Played {
  return {
    trace: 'wave',
    leadTimeSeconds: 30,
    regime: 'rows of 30 s',
    seed: 1,
    own: outcome(1, 100, 5),
    ownFront: [
      { latePct: 1, cost: 100 },
      { latePct: 0.1, cost: 200 },
    ],
    hpa: outcome(2, 150),
    published: [
      { latePct: 4, cost: 100 },
      { latePct: 2, cost: 150 },
      { latePct: 0.1, cost: 300 },
    ],
    best: { name: 'hpa', outcome: outcome(0.1, 300) },
    oracle: { points: [{ latePct: 0.1, cost: 100 }], costAt: () => 100 },
    ablations: {
      lastValue: outcome(3, 100),
      perfect: outcome(0.2, 90),
      ownDelayed: outcome(2, 100),
      hpaFresh: outcome(1, 150),
    },
    ...more,
  };
}

describe('the verdict on a run', () => {
  it('compares late records at one cost, and excess cost at 0.1 % late', () => {
    const v = verdictOf(played());
    // At the HPA's 150 ours has 0.55 %, the HPA 2 %. At our 100 the published have 4 %, we 1 %.
    expect(v.toHpa).toBeCloseTo(0.275, 9);
    expect(v.toBest).toBeCloseTo(0.25, 9);
    // Excess over the oracle's 100: ours 100, theirs 200.
    expect(v.excessRatio).toBeCloseTo(0.5, 9);
    expect(v.ablations.lastValue).toEqual({ late: 3, cost: 1 });
    expect(v.ablations.hpaFresh).toEqual({ late: 0.5, cost: 1 });
  });

  it('has nothing to compare where nothing published is as cheap', () => {
    expect(verdictOf(played({ own: outcome(1, 90) })).toBest).toBeNaN();
    expect(verdictOf(played({ hpa: outcome(2, 50) })).toHpa).toBeNaN();
  });

  it('does not hide late records where the best has none: 0.1 % is the least on both sides', () => {
    const published = [{ latePct: 0, cost: 90 }];
    expect(verdictOf(played({ published })).harm).toBeCloseTo(10, 9);
    expect(verdictOf(played({ published, own: outcome(0.02, 100) })).harm).toBe(1);
  });
});

describe('a summary', () => {
  it('is geometric, with the middle and the worst beside it; what is no number is left out and counted', () => {
    const { mean, ...rest } = summaryOf([1, 4, NaN, 0.25, 2, Infinity]);
    expect(mean).toBeCloseTo(2 ** 0.25, 9);
    expect(rest).toEqual({ count: 4, leftOut: 2, median: 2, worst: 4 });
    expect(summaryOf([0]).mean).toBeCloseTo(0.01, 9);
    expect(summaryOf([]).mean).toBeNaN();
  });
});

it('the table stands with its targets, worst runs first, and traces without late records in no mean', () => {
  const bad = played({ trace: 'bad', own: outcome(8, 100, 5) });
  const calm = played({ trace: 'calm', hpa: outcome(0.05, 150) });
  const text = renderClaim([played(), bad, calm].map(verdictOf));
  expect(text).toMatch(/HPA’s defaults, at its cost +missed \(≤ 0.25\) {2}geometric mean 0.275.*; 2 count/);
  expect(text).toMatch(/worst trace +missed \(≤ 1.1\).*worst 2\.00.*; 3 count/);
  expect(text).toMatch(/disruptive actions relative to the HPA’s +met/);
  expect(text.indexOf('bad, lead')).toBeLessThan(text.indexOf('wave, lead'));
});
