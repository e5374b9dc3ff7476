import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ArimaModel, decodeArima } from '../../src/models/arima.ts';
import { type ArimaProcess, fitArima, forecastArima } from '../../src/reference/models/arima.ts';
import {
  arPolynomial,
  differencePolynomial,
  maPolynomial,
  product,
  quotient,
} from '../../src/reference/models/arima-process.ts';
import { expectClose, TestModel } from './fitted.ts';

/** Orders p, d, q, P, D, Q and whether there is a constant. */
type Spec = readonly number[];
interface Case {
  readonly values: number[];
  readonly season: number;
  readonly spec: Spec;
}

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const hundredths = fc.integer({ min: 0, max: 100 }).map((u) => u / 100);

/** Memory, a season and noise that neither vanishes nor repeats, with now and then a hole. */
function shaped(noise: readonly number[], m: number, walk: number, holes: number): number[] {
  let state = 0;
  return noise.map((u, t) => {
    state = 0.6 * state + 4 * (u - 0.5) + ((t * 7919) % 101) / 101;
    const value = 30 + walk * t + state + (m > 1 ? 5 * Math.sin((2 * Math.PI * t) / m) : 0);
    return holes > 0 && (t * 31) % 97 < 97 * holes && t > 0 ? NaN : value;
  });
}

const plainSpecs = fc
  .tuple(fc.nat(3), fc.nat(2), fc.nat(3), fc.nat(1))
  .map(([p, d, q, c]): Spec => [p, d, q, 0, 0, 0, d < 2 ? c : 0]);
const seasonalSpecs = fc
  .tuple(fc.nat(2), fc.nat(1), fc.nat(2), fc.nat(1), fc.nat(1), fc.nat(1), fc.nat(1))
  .map(([p, d, q, P, D, Q, c]): Spec => [p, d, q, P, D, Q, d + D < 2 ? c : 0]);

const caseOf = (specs: fc.Arbitrary<Spec>, seasons: readonly number[], holes: number): fc.Arbitrary<Case> =>
  fc
    .record({
      noise: fc.array(hundredths, { minLength: 60, maxLength: 110 }),
      season: fc.constantFrom(...seasons),
      walk: fc.constantFrom(0, 0.3),
      spec: specs,
    })
    .map(({ noise, season, walk, spec }) => ({ values: shaped(noise, season, walk, holes), season, spec }));

const KINDS = [
  ['without a season', plainSpecs, [1]],
  ['with a season', seasonalSpecs, [4, 7]],
] as const;

/** Whether the filter forgets how it began within the window: the weights of θ's inverse die out. */
const isSteady = (model: ArimaModel): boolean => {
  const psi = quotient([1], maPolynomial(model, model.period), 50);
  return psi.slice(-model.period).every((v) => Math.abs(v) < 1e-8);
};

/** Longest lag of either side of the model of the values themselves. */
const reachOf = (m: ArimaModel): number =>
  Math.max(m.p + m.d + m.period * (m.seasonalP + m.seasonalD), m.q + m.period * m.seasonalQ);

function fitted({ values, season, spec }: Case): { model: TestModel; found: ArimaModel } {
  const model = new TestModel('arima', values, { season, spec });
  expect(model.isFitted).toBe(true);
  return { model, found: decodeArima(model.state()) };
}

describe.each(KINDS)('an ARIMA model %s', (_, specs, seasons) => {
  it.each([0, 0.08])(
    'has the likelihood, the variance and the constant of the reference, with %d of the values missing',
    (holes) => {
      fc.assert(
        fc.property(caseOf(specs, seasons, holes), (series) => {
          const { found } = fitted(series);
          const wanted = fitArima(found, series.values);
          expect(found.logLikelihood).toBeCloseTo(wanted.logLikelihood, 4);
          // Near a unit root the two filters' first steps round differently by up to some 1e-5.
          expectClose([found.sigma2], [wanted.ssq / (wanted.used - found.parameters + 1)], 1e-4);
          expectClose([found.regression], [wanted.regression], 1e-4);
        }),
        { numRuns: 25 },
      );
    },
  );

  it('forecasts as the reference does at the parameters found', () => {
    fc.assert(
      fc.property(caseOf(specs, seasons, 0), (series) => {
        const { model, found } = fitted(series);
        const { mean, variance } = model.predict(20);
        const wanted = forecastArima(found, series.values, 20);
        // As above: near a unit root some 1e-5 apart.
        expectClose(mean, wanted.mean, 1e-4);
        // Beyond the model's reach, what a filter that has not settled leaves unknown is taken as at its end.
        const exact = isSteady(found) ? 20 : reachOf(found);
        expectClose(variance.slice(0, exact), wanted.variance.slice(0, exact), 1e-4);
        expectClose(variance, wanted.variance, 0.25);
      }),
      { numRuns: 25 },
    );
  });

  it('has variances of Σψ² once the filter has settled', () => {
    fc.assert(
      fc.property(caseOf(specs, seasons, 0), (series) => {
        const { model, found } = fitted(series);
        if (!isSteady(found)) return;
        for (let t = 0; t < 300; t++) model.update(30 + ((t * 7919) % 101) / 50);
        const ar = product(arPolynomial(found, found.period), differencePolynomial(found));
        const psi = quotient(maPolynomial(found, found.period), ar, 20);
        let sum = 0;
        const wanted = psi.map((v) => (sum += v * v) * found.sigma2);
        expectClose(model.predict(20).variance, wanted, 1e-6);
      }),
      { numRuns: 25 },
    );
  });

  it('cannot be made more likely by coefficients nearby', () => {
    fc.assert(
      fc.property(caseOf(specs, seasons, 0.04), (series) => {
        const { found } = fitted(series);
        for (const name of ['ar', 'ma', 'seasonalAr', 'seasonalMa'] as const) {
          for (const k of found[name].keys()) {
            for (const step of [-0.02, -0.003, 0.003, 0.02]) {
              const moved = found[name].map((v, i) => (i === k ? v + step : v));
              const other: ArimaProcess = { ...found, [name]: moved };
              if (!isStable(other)) continue;
              const { logLikelihood } = fitArima(other, series.values);
              expect(logLikelihood).toBeLessThan(found.logLikelihood + 0.005);
            }
          }
        }
      }),
      { numRuns: 8 },
    );
  });

  // A gap leaves one more direction unknown a step; the state keeps four of them with a season, eight without.
  it('follows new values and short gaps as the reference, which sees the longer series at once', () => {
    fc.assert(
      fc.property(
        caseOf(specs, seasons, 0),
        fc.array(unit, { maxLength: 12 }),
        fc.array(fc.nat(11), { maxLength: 4 }),
        (series, more, gaps) => {
          const { model, found } = fitted(series);
          if (!isSteady(found)) return;
          const tail = more.map((u, t) => (gaps.includes(t) ? NaN : 28 + 5 * u));
          for (const y of tail) model.update(y);
          const { mean, variance } = model.predict(12);
          const wanted = forecastArima(found, [...series.values, ...tail], 12);
          expectClose(mean, wanted.mean, 1e-4);
          expectClose(variance, wanted.variance, 1e-4);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('says the same from both builds, to the bit', () => {
    fc.assert(
      fc.property(caseOf(specs, seasons, 0.05), ({ values, season, spec }) => {
        const [simd, scalar] = (['simd', 'scalar'] as const).map((variant) => {
          const model = new TestModel('arima', values, { season, spec, variant });
          return model.predict(20);
        });
        expect(scalar!.mean).toEqual(simd!.mean);
        expect(scalar!.variance).toEqual(simd!.variance);
      }),
      { numRuns: 12 },
    );
  });

  // Which of several starts ends lowest may depend on rounding.
  it('says the same of a series in other units', () => {
    fc.assert(
      fc.property(
        caseOf(specs, seasons, 0.05),
        fc.constantFrom(2 ** -20, 2 ** 40),
        ({ values, season, spec }, factor) => {
          const plain = new TestModel('arima', values, { season, spec }).predict(10);
          const other = values.map((v) => v * factor);
          const scaled = new TestModel('arima', other, { season, spec }).predict(10);
          expectClose(
            scaled.mean,
            plain.mean.map((v) => v * factor),
            1e-5,
          );
          expectClose(
            scaled.variance,
            plain.variance.map((v) => v * factor * factor),
            1e-5,
          );
        },
      ),
      { numRuns: 12 },
    );
  });
});

/** Whether both polynomials have all roots outside the unit circle: the weights of their inverses die out. */
function isStable(model: ArimaProcess): boolean {
  return [arPolynomial(model, model.period), maPolynomial(model, model.period)].every((polynomial) => {
    const weights = quotient([1], polynomial, 4000);
    return weights.slice(-model.period).every((v) => Math.abs(v) < 1e-3);
  });
}

describe('the choice of an ARIMA model', () => {
  const series = Array.from(
    { length: 160 },
    (_, t) => 100 + 0.3 * t + 12 * Math.sin((2 * Math.PI * t) / 8) + ((t * 7919) % 101) / 20,
  );

  it('is the same from both builds, to the bit', () => {
    const [simd, scalar] = (['simd', 'scalar'] as const).map((variant) =>
      decodeArima(new TestModel('arima', series, { season: 8, variant }).state()),
    );
    expect(scalar).toEqual(simd);
  });

  it('finds the orders of a process that it is given enough of', () => {
    let [state, before, seed] = [0, 0, 12345];
    const random = (): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return seed / 2 ** 32;
    };
    // Sum of four: near enough to a normal variable.
    const values = Array.from({ length: 280 }, () => {
      const e = random() + random() + random() + random() - 2;
      [state, before] = [1.2 * state - 0.6 * before + e, state];
      return 50 + 10 * state;
    });
    const found = decodeArima(new TestModel('arima', values).state());
    expect([found.d, found.constant]).toEqual([0, true]);
    const psi = quotient(maPolynomial(found, 1), arPolynomial(found, 1), 4);
    for (const [i, v] of quotient([1], [1, -1.2, 0.6], 4).entries()) {
      expect(Math.abs(psi[i]! - v)).toBeLessThan(0.2);
    }
  });
});
