import { describe, expect, it } from 'vitest';
import { Scorekeeper } from '../src/index.ts';

function point(
  horizonMs: number,
  mean: number,
  spread = 1,
): { horizonMs: number; mean: number; lower: number; upper: number } {
  return { horizonMs, mean, lower: mean - spread, upper: mean + spread };
}

describe('Scorekeeper', () => {
  it('scores a forecast when it falls due, against last value of its issue', () => {
    const keeper = new Scorekeeper({ tickMs: 1000, horizonsMs: [3000] });
    keeper.observe(0, 10);
    keeper.issue(0, [point(3000, 14)]);
    keeper.observe(1000, 11);
    keeper.observe(2000, 12);
    expect(keeper.scores()[0]?.scored).toBe(0);
    keeper.observe(3000, 20);
    expect(keeper.scores()).toEqual([
      { horizonMs: 3000, scored: 1, wape: 0.3, wapeNaive: 0.5, bias: -0.3, coverage90: 0, width90: 2 },
    ]);
  });

  it('takes the mean over the step of the horizon as its actual', () => {
    const keeper = new Scorekeeper({ tickMs: 1000, horizonsMs: [60_000] });
    for (let t = 0; t < 5; t++) keeper.observe(1000 * t, 10);
    keeper.issue(4000, [point(60_000, 20)]);
    for (let t = 5; t < 60; t++) keeper.observe(1000 * t, 0);
    // The five seconds that end 60 s after the issue.
    for (let t = 60; t <= 64; t++) keeper.observe(1000 * t, t - 42);
    expect(keeper.scores()[0]).toMatchObject({ scored: 1, wape: 0, wapeNaive: 0.5, coverage90: 1 });
  });

  it('scores nothing on missing actuals', () => {
    const keeper = new Scorekeeper({ tickMs: 1000, horizonsMs: [1000] });
    keeper.observe(0, 10);
    keeper.issue(0, [point(1000, 10)]);
    keeper.observe(1000, undefined);
    keeper.issue(1000, [point(1000, 10)]);
    keeper.observe(3000, 10);
    expect(keeper.scores()[0]).toMatchObject({ scored: 0, wape: NaN, coverage90: NaN });
  });

  it('ignores forecasts of the future, those that are due already and horizons that it does not know', () => {
    const keeper = new Scorekeeper({ tickMs: 1000, horizonsMs: [2000] });
    keeper.issue(0, [point(2000, 1)]);
    for (let t = 0; t < 5; t++) keeper.observe(1000 * t, 10);
    keeper.issue(9000, [point(2000, 1)]);
    keeper.issue(1000, [point(2000, 1)]);
    keeper.issue(4000, [point(3000, 1)]);
    for (let t = 5; t < 20; t++) keeper.observe(1000 * t, 10);
    expect(keeper.scores()[0]?.scored).toBe(0);
  });

  it('keeps NaN out of its totals', () => {
    const keeper = new Scorekeeper({ tickMs: 1000, horizonsMs: [1000] });
    for (let t = 0; t < 4; t++) {
      keeper.observe(1000 * t, 10);
      keeper.issue(1000 * t, [point(1000, t === 1 ? NaN : 12)]);
    }
    expect(keeper.scores()[0]).toMatchObject({ scored: 2, wape: 0.2 });
  });
});
