import { Xoshiro128 } from '@foreshadow/domain';
import { expect, it } from 'vitest';
import { coldStarts } from '../../src/accuracy/coldstart.ts';

/** A day of 48 steps at a level of its own, with noise. */
function daily(level: number, seed: number, count = 700, startMs = 0) {
  const rng = new Xoshiro128(seed);
  const values = Float64Array.from(
    { length: count },
    (_, t) => level * (1 + 0.6 * Math.sin((2 * Math.PI * t) / 48) + 0.1 * (rng.next() - 0.5)),
  );
  return { name: `s${seed}`, startMs, stepMs: 300_000, values };
}

it('finds that siblings with the same season teach a new series', () => {
  const series = [daily(100, 1), daily(300, 2), daily(50, 3)];
  const scores = coldStarts(series, { matureSteps: 600, starts: 4 })!;
  for (const horizons of scores) {
    horizons.forEach((score, h) => {
      // Targets at steps h … 59 of each start; intervals from step 5 on.
      const rows = 60 - [1, 6, 12][h]!;
      expect(score.intervals).toBe(4 * Math.min(rows, 55));
      expect(score.covered).toBeLessThanOrEqual(score.intervals);
    });
    expect(horizons[2]!.absErrorTaught).toBeLessThan(horizons[2]!.absErrorCold);
  }
});

it('has nothing to say of one series, or of series too short for it', () => {
  expect(coldStarts([daily(1, 1)], { matureSteps: 600, starts: 2 })).toBeUndefined();
  expect(coldStarts([daily(1, 1), daily(2, 2)], { matureSteps: 650, starts: 2 })).toBeUndefined();
  expect(coldStarts([], { matureSteps: 0, starts: 2 })).toBeUndefined();
});

it('refuses siblings that stand at other times', () => {
  const series = [daily(1, 1), daily(2, 2, 700, 300_000)];
  expect(() => coldStarts(series, { matureSteps: 600, starts: 2 })).toThrow(/first time/);
});

it('leaves missing values of the new series out', () => {
  const gap = daily(100, 1);
  gap.values.fill(NaN, 600);
  const scores = coldStarts([gap, daily(50, 2)], { matureSteps: 600, starts: 1 })!;
  expect(scores[0]![0]).toEqual({
    absErrorTaught: 0,
    absErrorCold: 0,
    absErrorOwn: 0,
    covered: 0,
    intervals: 0,
  });
  expect(scores[1]![0]!.intervals).toBe(55);
});
