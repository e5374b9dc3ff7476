import { describe, expect, it } from 'vitest';
import { decodeStlEts } from '../../src/models/stl-ets.ts';
import { mstl, stl } from '../../src/reference/models/stl.ts';
import { TestModel } from './fitted.ts';
import { expectForecasts, expectLikelihood, type GoldenForecasts, readGolden } from './golden.ts';
import { kernelComponents } from './stl-components.ts';

interface GoldenComponents {
  readonly seasonal: readonly number[];
  readonly trend: readonly number[];
  readonly remainder: readonly number[];
}

interface GoldenEts extends GoldenForecasts {
  readonly method: string;
}

interface GoldenSeries {
  readonly season: number;
  readonly values: readonly number[];
  /** Places in the series that the components are of. */
  readonly at: readonly number[];
  readonly periodic: GoldenComponents;
  readonly window7: GoldenComponents;
  readonly window11: GoldenComponents;
  readonly robust: GoldenComponents;
  readonly ets: GoldenEts & {
    readonly logLikelihood: number;
    readonly aicc: number;
  };
}

interface GoldenTwo {
  readonly seasons: readonly [number, number];
  readonly values: readonly number[];
  readonly at: readonly number[];
  readonly short: readonly number[];
  readonly long: readonly number[];
  readonly trend: readonly number[];
  readonly ets: GoldenEts;
}

const golden = readGolden<{
  readonly series: Readonly<Record<string, GoldenSeries>>;
  readonly two: Readonly<Record<string, GoldenTwo>>;
}>('stl');
const names = Object.keys(golden.series);
const pairs = Object.keys(golden.two);
const HORIZON = 24;
const FORMS = [
  ['periodic', [0], { window: 'periodic' }],
  ['window7', [7], { window: 7 }],
  ['window11', [11], { window: 11 }],
  ['robust', [11, -1, 1], { window: 11, robust: true }],
] as const;

/**
 * For the robust form an odd number of values: with an even one R 4.2 may take another value for the median of the
 * remainders, as its partial sort is asked for the two middle ones in descending order.
 */
function valuesFor(series: GoldenSeries, form: string): readonly number[] {
  const { values } = series;
  return form === 'robust' ? values.slice(0, values.length - 1 + (values.length % 2)) : values;
}

/** Differences over the largest of the series, which is the scale of rounding. */
function expectSame(
  actual: readonly number[],
  at: readonly number[],
  expected: readonly number[],
  values: readonly number[],
): void {
  const scale = Math.max(...values.map(Math.abs));
  const worst = Math.max(...expected.map((v, i) => Math.abs(actual[at[i]!]! - v) / scale));
  expect(worst).toBeLessThan(1e-6);
}

describe.each(FORMS)("STL (%s) against R's stl", (form, spec, options) => {
  it.each(names)('the kernel finds the same components of %s', (name) => {
    const series = golden.series[name]!;
    const values = valuesFor(series, form);
    const { first, trend } = kernelComponents(values, series.season, spec);
    expectSame(first, series.at, series[form].seasonal, values);
    expectSame(trend, series.at, series[form].trend, values);
    const remainder = values.map((v, i) => v - first[i]! - trend[i]!);
    expectSame(remainder, series.at, series[form].remainder, values);
  });

  it.each(names.filter((name) => golden.series[name]!.values.length < 500))(
    'the reference finds the same components of %s',
    (name) => {
      const series = golden.series[name]!;
      const values = valuesFor(series, form);
      const { seasonal, trend } = stl(values, series.season, options);
      expectSame(seasonal, series.at, series[form].seasonal, values);
      expectSame(trend, series.at, series[form].trend, values);
    },
  );
});

describe("MSTL against R's mstl", () => {
  it.each(pairs)('the kernel finds the same components of %s', (name) => {
    const { seasons, values, at, short, long, trend } = golden.two[name]!;
    const found = kernelComponents(values, seasons[1], [-1, seasons[0]]);
    expectSame(found.first, at, short, values);
    expectSame(found.second, at, long, values);
    expectSame(found.trend, at, trend, values);
  });

  it('the reference finds the same components', () => {
    const { seasons, values, at, short, long, trend } = golden.two['cycles']!;
    const found = mstl(values, seasons);
    expectSame(found.seasonal[0]!, at, short, values);
    expectSame(found.seasonal[1]!, at, long, values);
    expectSame(found.trend, at, trend, values);
  });

  it.each(pairs)('the kernel forecasts %s as stlf does', (name) => {
    const { seasons, values, ets } = golden.two[name]!;
    const model = new TestModel('stl-ets', values, { season: seasons[1], spec: [-1, seasons[0]] });
    expectForecasts(model.predict(HORIZON), ets, 0.01);
  });
});

describe("STL + ETS against R's stlf", () => {
  const fit = (name: string): { series: GoldenSeries; model: TestModel } => {
    const series = golden.series[name]!;
    return { series, model: new TestModel('stl-ets', series.values, { season: series.season }) };
  };

  it.each(names)('finds a likelihood as high, or a lower criterion, on %s', (name) => {
    const { series, model } = fit(name);
    const { ets } = decodeStlEts(model.state());
    const method = `ETS(${ets.error},${ets.trend},N)`;
    const { logLikelihood, aicc } = series.ets;
    expect(ets.aicc).toBeLessThan(aicc + 1e-3 * Math.abs(aicc));
    if (method !== series.ets.method) expect(ets.aicc).toBeLessThan(aicc);
    else expectLikelihood(ets.logLikelihood, logLikelihood, 1e-3);
  });

  it.each(names)('gives its forecasts and intervals within one percent on %s', (name) => {
    const { series, model } = fit(name);
    expectForecasts(model.predict(HORIZON), series.ets, 0.01);
  });
});
