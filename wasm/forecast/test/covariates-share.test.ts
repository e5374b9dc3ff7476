import { describe, expect, it } from 'vitest';
import { EXPERT_NAMES, type Variant } from '../src/index.ts';
import { ReferenceShare } from '../src/reference/covariates-share.ts';
import { normals } from './covariates-series.ts';
import { TestSlot } from './slot.ts';

const STEPS = [1, 3];
const ROW = EXPERT_NAMES.indexOf('covariates') - EXPERT_NAMES.indexOf('other-season');
const COVARIATES = EXPERT_NAMES.indexOf('covariates');
const STEP_OF_EVENT = 40;

/** A load with a jump for two steps, of which only the covariates know, now and then. */
function load(t: number): number {
  return 100 + ((t * 7919) % 13) + (t % STEP_OF_EVENT < 2 ? 60 : 0);
}

/** What the covariates know of step `t`; NaN where nothing happens. */
function known(t: number): number {
  return t % STEP_OF_EVENT < 2 ? 160 : NaN;
}

/** Weighted mean of all that speak but the covariates. */
function combinedOthers(forecasts: readonly number[], weights: readonly number[]): number {
  let [sum, total] = [0, 0];
  for (const [k, forecast] of forecasts.entries()) {
    if (k === COVARIATES || Number.isNaN(forecast)) continue;
    sum += weights[k]! * forecast;
    total += weights[k]!;
  }
  return sum / total;
}

describe.each<Variant>(['simd', 'scalar'])('the share of the covariates (%s)', (variant) => {
  it('is what the reference says, of forecasts as they were and weights as they are', () => {
    const slot = new TestSlot(variant, STEPS, 256, 1);
    const shares = STEPS.map(() => new ReferenceShare());
    const issued: number[][][] = [];
    const normal = normals(2);
    for (let t = 0; t < 400; t++) {
      const y = load(t) + normal();
      const before = STEPS.map((_, h) => slot.weights(h));
      slot.tell(
        ROW,
        STEPS.map((s) => known(t + s) + normal()),
      );
      slot.update(y);
      for (const [h, steps] of STEPS.entries()) {
        const due = issued[t - steps]?.[h]?.map(Math.fround);
        if (due !== undefined && !Number.isNaN(due[COVARIATES]) && slot.meanError(h) > 0) {
          shares[h]!.learn(y, combinedOthers(due, before[h]!), due[COVARIATES]!, slot.meanError(h));
        }
        const experts = slot.expertForecasts(h);
        const said = experts[COVARIATES]!;
        const others = combinedOthers(experts, slot.weights(h));
        const expected = Number.isNaN(said) ? others : others + shares[h]!.share * (said - others);
        if (t > 5) expect(slot.forecast(h).mean, `step ${t}`).toBeCloseTo(expected, 8);
      }
      issued.push(STEPS.map((_, h) => slot.expertForecasts(h)));
    }
    for (const { share } of shares) expect(share).toBeGreaterThan(0.8);
  });

  it('is nothing before there is evidence', () => {
    const [told, untold] = [0, 1].map(() => new TestSlot(variant, STEPS, 256, 1));
    for (let t = 0; t < 30; t++) {
      for (const slot of [told!, untold!]) slot.update(load(t + 5));
    }
    told!.tell(ROW, [500, 500]);
    for (const slot of [told!, untold!]) slot.update(load(35));
    for (const h of STEPS.keys()) {
      expect(told!.expertForecasts(h)[COVARIATES]).not.toBeNaN();
      expect(told!.weights(h)[COVARIATES]).toBe(0);
      expect(told!.forecast(h)).toEqual(untold!.forecast(h));
    }
  });

  it('leaves the weights of the others as if there were no covariates', () => {
    const [told, untold] = [0, 1].map(() => new TestSlot(variant, [1], 256, 1));
    for (let t = 0; t < 300; t++) {
      told!.tell(ROW, [known(t + 1)]);
      for (const slot of [told!, untold!]) slot.update(load(t));
    }
    const [withThem, without] = [told!, untold!].map((slot) => slot.weights(0).toSpliced(COVARIATES, 1));
    const total = (weights: readonly number[]): number => weights.reduce((a, b) => a + b, 0);
    for (const [k, weight] of withThem!.entries()) {
      expect(weight / total(withThem!)).toBeCloseTo(without![k]! / total(without!), 1);
    }
  });

  it('falls to next to nothing where the covariates are wrong', () => {
    const normal = normals(9);
    const [told, untold] = [0, 1].map(() => new TestSlot(variant, [1], 256, 1));
    const errors = [0, 0];
    for (let t = 0; t < 600; t++) {
      const y = 100 + normal();
      for (const [i, slot] of [told!, untold!].entries()) {
        if (t >= 200) errors[i]! += Math.abs(y - slot.forecast(0).mean);
        slot.update(y);
        slot.tell(ROW, [i === 0 ? 100 + 5 * normal() : NaN]);
      }
    }
    expect(errors[0]! / errors[1]!).toBeLessThan(1.02);
  });
});
