import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS, demandInWorkers, elasticityOf, elasticSpeedup, traceOf } from '../src/index.ts';

describe('elasticity', () => {
  it('matches values worked out by hand', () => {
    // d 2 4 4 2, s 2 2 4 4. Short only in the second second, by 2 of 4: θU = 100·0.5/4, τU = 100/4. Too much only in the
    // fourth, by 2 of 2: θO = 100·1/4, τO = 100/4. Moves: d +,0,−; s 0,+,0: all three differ, υ = 100.
    expect(elasticityOf([2, 4, 4, 2], [2, 2, 4, 4])).toEqual({
      thetaU: 12.5,
      thetaO: 25,
      tauU: 25,
      tauO: 25,
      upsilon: 100,
    });
  });

  it('counts opposite moves once and equal moves not at all', () => {
    expect(elasticityOf([1, 2, 3, 4], [1, 2, 3, 4]).upsilon).toBe(0);
    expect(elasticityOf([1, 2, 3, 4], [4, 3, 2, 1]).upsilon).toBe(100);
  });

  it('takes seconds without demand as demand for one worker in its ratios', () => {
    const { thetaO, tauO, tauU } = elasticityOf([0, 0], [3, 0]);
    expect({ thetaO, tauO, tauU }).toEqual({ thetaO: 150, tauO: 50, tauU: 0 });
  });

  it('leaves out the seconds before the first that counts', () => {
    expect(elasticityOf([9, 1, 1], [0, 1, 1], 1)).toMatchObject({ thetaU: 0, tauU: 0 });
    expect(elasticityOf([1], [1], 1).thetaU).toBeNaN();
  });

  it('makes the speed-up the geometric mean of four ratios, with a floor of 0.1 %', () => {
    const fixed = { thetaU: 8, thetaO: 8, tauU: 8, tauO: 8, upsilon: 0 };
    const policy = { thetaU: 1, thetaO: 4, tauU: 2, tauO: 8, upsilon: 0 };
    // Ratios 8, 2, 4, 1: their product 64, its fourth root 2.828.
    expect(elasticSpeedup(policy, fixed)).toBeCloseTo(64 ** 0.25, 12);
    const none = { thetaU: 0, thetaO: 0, tauU: 0, tauO: 0, upsilon: 0 };
    expect(elasticSpeedup(none, none)).toBe(1);
    expect(elasticSpeedup(none, fixed)).toBeCloseTo(80, 9);
  });

  it('takes the demand from the mean load over the target lag, in whole workers', () => {
    const trace = traceOf({ name: 't', perSecond: [100, 300, 500, 0, 0, 0] });
    const settings = { ...DEFAULT_SETTINGS, sloSeconds: 2, recordsPerSecPerWorker: 100, maxWorkers: 3 };
    // Means over two seconds: 100, 200, 400, 250, 0, 0; at most three workers.
    expect([...demandInWorkers(trace, settings)]).toEqual([1, 2, 3, 3, 0, 0]);
  });
});
