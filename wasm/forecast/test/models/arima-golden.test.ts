import { describe, expect, it } from 'vitest';
import { type ArimaModel, decodeArima } from '../../src/models/arima.ts';
import { fitArima, forecastArima } from '../../src/reference/models/arima.ts';
import { TestModel } from './fitted.ts';
import { expectForecasts, expectLikelihood, type GoldenForecasts, readGolden } from './golden.ts';

interface GoldenModel extends GoldenForecasts {
  /** Whether R's auto.arima chose the form. */
  readonly auto: boolean;
  /** p, d, q, P, D, Q and whether there is a constant. */
  readonly order: readonly number[];
  readonly coefficients: Readonly<Record<string, number>>;
  readonly logLikelihood: number;
  readonly aicc: number;
  readonly sigma2: number;
}

interface GoldenCase {
  readonly name: string;
  readonly season: number;
  readonly values: readonly (number | null)[];
  readonly models: readonly GoldenModel[];
}

const cases = readGolden<{ readonly cases: readonly GoldenCase[] }>('arima').cases.map((c) => ({
  ...c,
  values: c.values.map((v) => v ?? NaN),
}));
const models = cases.flatMap(({ name, season, values, models }) =>
  models.map((model) => ({ name, season, values, model, form: model.order.join(',') })),
);
const given = models.filter(({ model }) => !model.auto);
const automatic = models.filter(({ model }) => model.auto);

const orderOf = (m: ArimaModel): number[] => [
  ...[m.p, m.d, m.q, m.seasonalP, m.seasonalD, m.seasonalQ],
  Number(m.constant),
];

/** R's model as the reference takes it. */
function asModel({ order, coefficients, sigma2 }: GoldenModel, period: number) {
  const [p = 0, d = 0, q = 0, seasonalP = 0, seasonalD = 0, seasonalQ = 0, constant = 0] = order;
  const take = (name: string, count: number): number[] =>
    Array.from({ length: count }, (_, k) => coefficients[`${name}${k + 1}`]!);
  return {
    ...{ p, d, q, seasonalP, seasonalD, seasonalQ, period, sigma2 },
    constant: constant === 1,
    ar: take('ar', p),
    ma: take('ma', q),
    seasonalAr: take('sar', seasonalP),
    seasonalMa: take('sma', seasonalQ),
    regression: coefficients['intercept'] ?? coefficients['drift'] ?? 0,
  };
}

/** Values that count: those that are there, less what differencing takes. */
function countOf(values: readonly number[], order: readonly number[], season: number): number {
  return values.filter((v) => !Number.isNaN(v)).length - order[1]! - season * order[4]!;
}

describe("a given form against R's Arima", () => {
  // The reference takes the cube of the length.
  const short = models.filter(({ values }) => values.length <= 300);

  it.each(short)(
    'the reference has R’s likelihood and forecasts of ($form) on $name at R’s parameters',
    ({ values, season, model }) => {
      const own = asModel(model, season);
      const fit = fitArima(own, values);
      // R's diffuse prior of the first levels has a variance of 10⁶, the reference an infinite one.
      const share = model.order[4] === 0 ? 1e-5 : 1e-4;
      expect(Math.abs(fit.logLikelihood / model.logLikelihood - 1)).toBeLessThan(share);
      if (own.constant) expect(Math.abs(fit.regression / own.regression - 1)).toBeLessThan(0.01);
      expectForecasts(forecastArima(own, values, model.mean.length), model, 1e-3);
    },
  );

  it.each(given)('finds a likelihood as high or higher for ($form) on $name', ({ values, season, model }) => {
    const fitted = new TestModel('arima', values, { season, spec: model.order });
    expect(fitted.isFitted).toBe(true);
    const found = decodeArima(fitted.state());
    expect(orderOf(found)).toEqual(model.order);
    expectLikelihood(found.logLikelihood, model.logLikelihood, 1e-4);
    const k = found.parameters;
    const n = countOf(values, model.order, season);
    expect(found.aicc).toBeCloseTo(-2 * found.logLikelihood + 2 * k + (2 * k * (k + 1)) / (n - k - 1), 6);
    expect(found.aicc + 2 * found.logLikelihood).toBeCloseTo(model.aicc + 2 * model.logLikelihood, 4);
    expect(Math.abs(found.sigma2 / model.sigma2 - 1)).toBeLessThan(0.01);
  });

  it.each(given)('forecasts as R does by ($form) on $name', ({ values, season, model }) => {
    const fitted = new TestModel('arima', values, { season, spec: model.order });
    expectForecasts(fitted.predict(model.mean.length), model, 2e-3);
  });
});

describe("the automatic choice against R's auto.arima", () => {
  it.each(automatic)(
    'is ($form) or one of the same differences with a lower criterion on $name',
    ({ values, season, model, form }) => {
      const fitted = new TestModel('arima', values, { season });
      const found = decodeArima(fitted.state());
      const order = orderOf(found);
      // Criteria compare only where the same is differenced.
      expect([order[1], order[4]]).toEqual([model.order[1], model.order[4]]);
      expect(found.aicc).toBeLessThan(model.aicc + 1e-3 + 2e-5 * Math.abs(model.aicc));
      if (order.join() === form) expectForecasts(fitted.predict(model.mean.length), model, 0.01);
      else expect(found.aicc).toBeLessThan(model.aicc - 0.5);
    },
  );

  it('is the same form nearly always', () => {
    const same = automatic.filter(({ values, season, form }) => {
      const fitted = new TestModel('arima', values, { season });
      return orderOf(decodeArima(fitted.state())).join() === form;
    });
    expect(same.length / automatic.length).toBeGreaterThan(0.8);
  });
});
