import { describe, expect, it } from 'vitest';
import { decodeEts } from '../../src/models/ets.ts';
import {
  etsAicc,
  type EtsForm,
  etsLogLikelihood,
  etsParameterCount,
  runEts,
} from '../../src/reference/models/ets.ts';
import { forecastEts } from '../../src/reference/models/ets-variance.ts';
import { etsSpec, formOf, nameOf, writeEts } from './ets-forms.ts';
import { TestModel } from './fitted.ts';
import { expectForecasts, expectLikelihood, type GoldenForecasts, readGolden } from './golden.ts';

interface GoldenStates {
  readonly level: number;
  readonly slope: number;
  readonly shape: readonly number[];
}

interface GoldenCriteria {
  readonly form: string;
  readonly logLikelihood: number;
  readonly aicc: number;
}

interface GoldenFit extends GoldenCriteria, GoldenForecasts {
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
  readonly phi: number;
  readonly first: GoldenStates;
  readonly last: GoldenStates;
  readonly sigma2: number;
}

interface GoldenSeries {
  readonly season: number;
  readonly values: readonly number[];
  /** As R's ets leaves them. */
  readonly forms: readonly GoldenCriteria[];
  readonly chosen: string;
  /** What it chooses with `additive.only`. */
  readonly additive: string;
  /** Some forms at the optimum that its search leads to when it is carried on. */
  readonly settled: readonly GoldenFit[];
}

const golden = readGolden<{ readonly series: Readonly<Record<string, GoldenSeries>> }>('ets');
const names = Object.keys(golden.series);
const settled = names.flatMap((name) => {
  const series = golden.series[name]!;
  return series.settled.map((fit) => ({ name, form: fit.form, series, fit }));
});
const HORIZON = 24;
/** What ten digits of parameters and states leave of forecasts near zero. */
const ROUNDING = 1e-4;
/** Log-likelihoods as near as this are of the same optimum. */
const SAME = 1e-3;

/**
 * Parameters and last states as R's forecast means them: with a damped trend and a multiplicative season it begins with
 * l + b where the model, and R's own fitted values, have l + φb. That is the model of b/φ and β/φ.
 */
function asForecast(form: EtsForm, fit: GoldenFit): GoldenFit {
  if (form.season !== 'M' || form.trend !== 'Ad') return fit;
  const { beta, phi, last } = fit;
  return { ...fit, beta: beta / phi, last: { ...last, slope: last.slope / phi } };
}

function fitForm({ values, season }: GoldenSeries, form: string): TestModel {
  return new TestModel('ets', values, { season, spec: etsSpec(formOf(form)) });
}

describe("every form against R's ets", () => {
  it.each(names)('finds a likelihood as high or higher for each that R tries on %s', (name) => {
    const series = golden.series[name]!;
    for (const { form, logLikelihood, aicc } of series.forms) {
      const model = fitForm(series, form);
      expect(model.isFitted, form).toBe(true);
      const found = decodeEts(model.state());
      expect(nameOf(found)).toBe(form);
      expectLikelihood(found.logLikelihood, logLikelihood, 1e-3);
      // The same number of parameters.
      expect(found.aicc + 2 * found.logLikelihood).toBeCloseTo(aicc + 2 * logLikelihood, 5);
    }
  });

  it.each(settled)(
    'is $form at R’s own parameters on $name: likelihood, variance, forecasts',
    ({ series, fit }) => {
      const form = formOf(fit.form);
      const run = runEts(form, fit, fit.first, series.values);
      const likelihood = etsLogLikelihood(form, run);
      expect(likelihood).toBeCloseTo(fit.logLikelihood, 4);
      const k = etsParameterCount(form, series.season);
      expect(etsAicc(likelihood, series.values.length, k)).toBeCloseTo(fit.aicc, 3);
      const squares = run.errors.reduce((sum, e) => sum + e * e, 0);
      expect(squares / (series.values.length - k + 1) / fit.sigma2).toBeCloseTo(1, 6);
      const meant = asForecast(form, fit);
      expectForecasts(forecastEts(form, meant, meant.last, fit.sigma2, HORIZON), fit, ROUNDING);
      const model = fitForm(series, fit.form);
      writeEts(model.state(), { ...meant, ...meant.last });
      expectForecasts(model.predict(HORIZON), fit, ROUNDING);
    },
  );

  it.each(settled)(
    'finds the optimum of $form on $name that R settles at, or a better one',
    ({ series, fit }) => {
      const model = fitForm(series, fit.form);
      const { logLikelihood } = decodeEts(model.state());
      expectLikelihood(logLikelihood, fit.logLikelihood, 2e-4);
      if (logLikelihood > fit.logLikelihood + SAME)
        expect(logLikelihood).toBeGreaterThan(fit.logLikelihood + 1);
      else expectForecasts(model.predict(HORIZON), fit, 0.01);
    },
  );

  it('settles at the same optimum nearly always', () => {
    const same = settled.filter(({ series, fit }) => {
      const { logLikelihood } = decodeEts(fitForm(series, fit.form).state());
      return Math.abs(logLikelihood - fit.logLikelihood) < SAME;
    });
    expect(same.length / settled.length).toBeGreaterThan(0.85);
  });
});

describe("the automatic choice against R's ets", () => {
  const likelihoodOf = ({ forms }: GoldenSeries, form: string): GoldenCriteria =>
    forms.find((f) => f.form === form)!;

  it.each(names)('is the same form or one with a lower criterion on %s', (name) => {
    const series = golden.series[name]!;
    const model = new TestModel('ets', series.values, { season: series.season });
    const found = decodeEts(model.state());
    const { aicc } = likelihoodOf(series, series.chosen);
    if (nameOf(found) !== series.chosen) expect(found.aicc).toBeLessThan(aicc);
    else expect(found.aicc).toBeLessThan(aicc + 1e-3 * Math.abs(aicc));
  });

  it.each(names)('is the best of its own fits of every form on %s', (name) => {
    const series = golden.series[name]!;
    const chosen = decodeEts(new TestModel('ets', series.values, { season: series.season }).state());
    for (const { form } of series.forms) {
      const { aicc } = decodeEts(fitForm(series, form).state());
      expect(chosen.aicc).toBeLessThan(aicc + 1e-3 * Math.abs(aicc));
    }
  });

  it.each(names)('is as good among additive forms, as R restricted to them, on %s', (name) => {
    const series = golden.series[name]!;
    const seasons: readonly EtsForm['season'][] = series.season > 1 ? ['N', 'A'] : ['N'];
    const [first, ...others] = seasons.map((season) => {
      const spec = [0, -1, etsSpec({ error: 'A', trend: 'N', season })[2]!];
      return decodeEts(new TestModel('ets', series.values, { season: series.season, spec }).state());
    });
    const found = others.reduce((a, b) => (b.aicc < a.aicc ? b : a), first!);
    const { aicc } = likelihoodOf(series, series.additive);
    if (nameOf(found) !== series.additive) expect(found.aicc).toBeLessThan(aicc);
    else expect(found.aicc).toBeLessThan(aicc + 1e-3 * Math.abs(aicc));
  });
});
