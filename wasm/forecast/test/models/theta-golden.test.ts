import { describe, expect, it } from 'vitest';
import { decodeTheta } from '../../src/models/theta.ts';
import { adjust, dynamicTheta, seasonOf, sumOfSquares } from '../../src/reference/models/theta.ts';
import { TestModel } from './fitted.ts';
import { expectForecasts, expectWithin, type GoldenForecasts, readGolden } from './golden.ts';

interface GoldenSeries {
  readonly season: number;
  readonly values: readonly number[];
  readonly standard: GoldenForecasts & {
    readonly alpha: number;
    readonly drift: number;
    readonly sigma2: number;
  };
  readonly dynamic: {
    readonly alpha: number;
    readonly theta: number;
    readonly initial: number;
    readonly sse: number;
    readonly seasonal: string;
    readonly mean: readonly number[];
  };
}

const golden = readGolden<{ readonly series: Readonly<Record<string, GoldenSeries>> }>('theta');
const names = Object.keys(golden.series);
const HORIZON = 24;

function fit(name: string, form: number): { series: GoldenSeries; model: TestModel } {
  const series = golden.series[name]!;
  return { series, model: new TestModel('theta', series.values, { season: series.season, spec: [form] }) };
}

describe("the standard form against R's thetaf", () => {
  it.each(names)('finds the same or a smaller variance of one-step errors on %s', (name) => {
    const { series, model } = fit(name, 0);
    const { sigma2 } = series.standard;
    expect(model.state().getFloat64(24, true)).toBeLessThan(sigma2 * (1 + 1e-6));
    expect(model.state().getFloat64(24, true)).toBeGreaterThan(sigma2 * 0.99);
  });

  it.each(names)('gives its forecasts and intervals within one percent on %s', (name) => {
    const { series, model } = fit(name, 0);
    const forecasts = model.predict(HORIZON);
    expectWithin(forecasts.mean, series.standard.mean, 0.001);
    expectForecasts(forecasts, series.standard, 0.01);
  });
});

describe("the dynamic optimised form against statsforecast's", () => {
  it.each(names)('finds a sum of squared errors as small or smaller on %s', (name) => {
    const { series, model } = fit(name, 1);
    const decoded = decodeTheta(model.state());
    const x = adjust(series.values, seasonOf(series.values, series.season));
    const own = dynamicTheta(x, decoded);
    expect(sumOfSquares(own)).toBeLessThan(series.dynamic.sse * (1 + 1e-6));
    expect(decoded.seasonal).toBe(series.dynamic.seasonal);
  });

  it.each(names)('gives its forecasts within one percent on %s', (name) => {
    const { series, model } = fit(name, 1);
    expectWithin(model.predict(HORIZON).mean, series.dynamic.mean, 0.01);
  });

  it.each(names)('is the same model at the same parameters on %s', (name) => {
    const { season, values, dynamic } = golden.series[name]!;
    const decomposition = seasonOf(values, season);
    const x = adjust(values, decomposition);
    const run = dynamicTheta(x, {
      alpha: dynamic.alpha,
      initialLevel: dynamic.initial,
      theta: dynamic.theta,
    });
    expect(Math.abs(sumOfSquares(run) / dynamic.sse - 1)).toBeLessThan(1e-7);
    const { kind, indices } = decomposition;
    const forecasts = run.forecasts(HORIZON).map((f, i) => {
      const s = indices[(values.length + i) % season]!;
      return kind === 'none' ? f : kind === 'multiplicative' ? f * s : f + s;
    });
    expectWithin(forecasts, dynamic.mean, 1e-7);
  });
});
