import { beforeAll, describe, expect, it } from 'vitest';
import type { Outcome } from './meter.ts';
import { informed, lastValue, simulate, type SimulationOptions } from './simulation.ts';

const SEEDS = [1, 2, 3, 4, 5, 6];

const run = (o: Omit<SimulationOptions, 'seed'>): Outcome[] => SEEDS.map((seed) => simulate({ seed, ...o }));
const total = (outcomes: readonly Outcome[], of: (o: Outcome) => number): number =>
  outcomes.reduce((sum, o) => sum + of(o), 0);

/**
 * Eight partitions, one of them hot, seasons of 90 s and 30 s, Poisson noise and bursts; workers of at most 0.3 cores
 * that take 15 s to start; a plan every two seconds; the default policy.
 */
describe('the default policy under the load of the demo', () => {
  let predictive: Outcome[];
  let reactive: Outcome[];

  beforeAll(() => {
    predictive = run({ forecaster: informed });
    reactive = run({ forecaster: lastValue });
  }, 120_000);

  it('is under-provisioned at most half as long as with last-value forecasts, whatever the seed', () => {
    predictive.forEach((outcome, i) => {
      expect(outcome.shortSeconds).toBeLessThanOrEqual(reactive[i]!.shortSeconds / 2);
    });
    expect(total(predictive, (o) => o.shortSeconds)).toBeLessThan(total(reactive, (o) => o.shortSeconds) / 4);
  });

  it('has the workers ready in time for most of the scale-ups that were needed', () => {
    const needed = total(predictive, (o) => o.needed);
    expect(needed).toBeGreaterThanOrEqual(5);
    expect(total(predictive, (o) => o.inTime) / needed).toBeGreaterThanOrEqual(0.6);
    expect(total(reactive, (o) => o.inTime) / total(reactive, (o) => o.needed)).toBeLessThan(0.4);
  });

  it('wins at equal cost too: last-value forecasts with more headroom do not catch up', () => {
    const paid = total(predictive, (o) => o.paidCores);
    const generous = run({ forecaster: lastValue, policy: { targetUtilization: 0.7 } });
    expect(total(generous, (o) => o.paidCores)).toBeGreaterThan(paid * 0.95);
    expect(total(predictive, (o) => o.shortSeconds)).toBeLessThan(total(generous, (o) => o.shortSeconds) / 2);
  }, 120_000);

  it('is under-provisioned for less than a twentieth of the time', () => {
    for (const outcome of predictive) expect(outcome.shortSeconds / outcome.seconds).toBeLessThan(0.05);
  });
});
