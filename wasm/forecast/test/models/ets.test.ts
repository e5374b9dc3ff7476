import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeEts, type EtsModel } from '../../src/models/ets.ts';
import {
  type EtsForm,
  etsLogLikelihood,
  type EtsParameters,
  etsParameterCount,
  type EtsStates,
  runEts,
} from '../../src/reference/models/ets.ts';
import { forecastEts } from '../../src/reference/models/ets-variance.ts';
import { ETS_FORMS, etsSpec, nameOf } from './ets-forms.ts';
import { expectClose, TestModel } from './fitted.ts';

/** Places in the workspace of a fit, see ets-work.ts: the scale, and where the parameters begin. */
const SCALE = 56;
const PARAMETERS = 176;

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const hundredths = fc.integer({ min: 0, max: 100 }).map((u) => u / 100);

/** A level that wanders, a season and noise; now and then a hole; positive throughout. */
function shaped(noise: readonly number[], m: number, holes: number): number[] {
  let level = 60;
  return noise.map((u, t) => {
    level += 0.1 + 2 * (u - 0.5);
    const season = m > 1 ? 8 * Math.sin((2 * Math.PI * t) / m) : 0;
    const value = Math.max(10, level) + season + 3 * (((t * 7919) % 101) / 101 - 0.5);
    return holes > 0 && (t * 31) % 97 < 97 * holes && t > 0 ? NaN : value;
  });
}

const seriesOf = (holes: number): fc.Arbitrary<{ values: number[]; season: number }> =>
  fc
    .record({
      noise: fc.array(hundredths, { minLength: 50, maxLength: 120 }),
      season: fc.constantFrom(4, 7, 12),
    })
    .map(({ noise, season }) => ({ values: shaped(noise, season, holes), season }));

/** States before the first value as the fit left them, in units of the values. */
function startOf(model: TestModel, form: EtsForm, season: number): EtsStates {
  const work = model.work();
  const scale = work.getFloat64(SCALE, true);
  const at = work.getInt32(PARAMETERS, true) + 32;
  const number = (i: number): number => work.getFloat64(at + 8 * i, true);
  const factor = form.season === 'M' ? 1 : scale;
  return {
    level: number(0) / scale,
    slope: number(1) / scale,
    shape: form.season === 'N' ? [] : Array.from({ length: season }, (_, i) => number(2 + i) / factor),
  };
}

const sumOfSquares = (errors: readonly number[]): number =>
  errors.reduce((sum, e) => (Number.isNaN(e) ? sum : sum + e * e), 0);

describe.each(ETS_FORMS.map((form) => ({ name: nameOf(form), form })))('$name', ({ form }) => {
  const fit = ({ values, season }: { values: number[]; season: number }) => {
    const model = new TestModel('ets', values, { season, spec: etsSpec(form) });
    expect(model.isFitted).toBe(true);
    return { model, found: decodeEts(model.state()), start: startOf(model, form, season) };
  };

  it.each([0, 0.08])(
    'has the likelihood, the variance and the states of the reference, with %d of the values missing',
    (holes) => {
      fc.assert(
        fc.property(seriesOf(holes), (series) => {
          const { found, start } = fit(series);
          const run = runEts(form, found, start, series.values);
          expect(found.logLikelihood).toBeCloseTo(etsLogLikelihood(form, run), 5);
          const present = series.values.filter((v) => !Number.isNaN(v)).length;
          expect(found.trained).toBe(present);
          const free = present - etsParameterCount(form, series.season) + 1;
          expectClose([found.sigma2], [sumOfSquares(run.errors) / free], 1e-8);
          const { level, slope, shape } = run.states;
          expectClose([found.level, found.slope, ...found.shape], [level, slope, ...shape], 1e-8);
        }),
        { numRuns: 12 },
      );
    },
  );

  it('forecasts as the reference does at the parameters found', () => {
    fc.assert(
      fc.property(seriesOf(0.03), (series) => {
        const { model, found } = fit(series);
        const { mean, variance } = model.predict(30);
        const wanted = forecastEts(form, found, found, found.sigma2, 30);
        expectClose(mean, wanted.mean, 1e-9);
        expectClose(variance, wanted.variance, 1e-8);
      }),
      { numRuns: 5 },
    );
  });

  it('cannot be made more likely by smoothing parameters or states nearby', () => {
    fc.assert(
      fc.property(seriesOf(0.03), (series) => {
        const { found, start } = fit(series);
        const at = (parameters: EtsParameters, states: EtsStates): number =>
          etsLogLikelihood(form, runEts(form, parameters, states, series.values));
        // The search ends within some hundredths of the top where the ridge is flat; an AICc differs by more.
        const best = at(found, start) + 0.1;
        for (const step of [-0.01, -0.001, 0.001, 0.01]) {
          for (const moved of parametersNear(found, form, step)) expect(at(moved, start)).toBeLessThan(best);
          const level = start.level * (1 + step);
          expect(at(found, { ...start, level })).toBeLessThan(best);
          if (form.trend !== 'N') {
            expect(at(found, { ...start, slope: start.slope + step })).toBeLessThan(best);
          }
        }
      }),
      { numRuns: 12 },
    );
  });

  it('follows new values and gaps as a filter over the longer series would', () => {
    fc.assert(
      fc.property(
        seriesOf(0.03),
        fc.array(fc.oneof({ weight: 3, arbitrary: unit }, fc.constant(NaN)), { maxLength: 40 }),
        (series, more) => {
          const { model, found, start } = fit(series);
          const tail = more.map((u) => Math.max(5, found.level * (0.9 + 0.2 * u)));
          for (const y of tail) model.update(y);
          const { states } = runEts(form, found, start, [...series.values, ...tail]);
          const now = decodeEts(model.state());
          expectClose(
            [now.level, now.slope, ...now.shape],
            [states.level, states.slope, ...states.shape],
            1e-8,
          );
          const wanted = forecastEts(form, found, states, found.sigma2, 12);
          const { mean, variance } = model.predict(12);
          expectClose(mean, wanted.mean, 1e-8);
          expectClose(variance, wanted.variance, 1e-7);
        },
      ),
      { numRuns: 8 },
    );
  });

  it('says the same from both builds, to the bit', () => {
    fc.assert(
      fc.property(seriesOf(0.05), ({ values, season }) => {
        const [simd, scalar] = (['simd', 'scalar'] as const).map(
          (variant) => new TestModel('ets', values, { season, spec: etsSpec(form), variant }),
        );
        expect(decodeEts(scalar!.state())).toEqual(decodeEts(simd!.state()));
        expect(scalar!.predict(20)).toEqual(simd!.predict(20));
      }),
      { numRuns: 5 },
    );
  });
});

/** Parameters with one of them moved, within the usual bounds. */
function parametersNear(found: EtsModel, form: EtsForm, step: number): EtsParameters[] {
  const { alpha, beta, gamma, phi } = found;
  const moved = [
    { alpha: alpha + step, beta, gamma, phi },
    ...(form.trend === 'N' ? [] : [{ alpha, beta: beta + step, gamma, phi }]),
    ...(form.season === 'N' ? [] : [{ alpha, beta, gamma: gamma + step, phi }]),
    ...(form.trend === 'Ad' ? [{ alpha, beta, gamma, phi: phi + step }] : []),
  ];
  return moved.filter(
    (p) =>
      p.alpha >= 1e-4 &&
      p.alpha <= 0.9999 &&
      (form.trend === 'N' || (p.beta >= 1e-4 && p.beta <= p.alpha)) &&
      (form.season === 'N' || (p.gamma >= 1e-4 && p.gamma <= 1 - p.alpha)) &&
      (form.trend !== 'Ad' || (p.phi >= 0.8 && p.phi <= 0.98)),
  );
}

describe('the choice of a form', () => {
  it('is the same from both builds, and in other units', () => {
    fc.assert(
      fc.property(seriesOf(0.03), fc.constantFrom(2 ** -30, 2 ** 20), ({ values, season }, factor) => {
        const [simd, scalar] = (['simd', 'scalar'] as const).map((variant) =>
          decodeEts(new TestModel('ets', values, { season, variant }).state()),
        );
        expect(scalar).toEqual(simd);
        const scaled = new TestModel(
          'ets',
          values.map((v) => v * factor),
          { season },
        );
        const other = decodeEts(scaled.state());
        expect(nameOf(other)).toBe(nameOf(simd!));
        expectClose([other.level / factor, other.alpha], [simd!.level, simd!.alpha], 1e-9);
      }),
      { numRuns: 10 },
    );
  });

  it('has relative errors only of positive values', () => {
    const values = shaped(
      Array.from({ length: 80 }, (_, t) => ((t * 31) % 17) / 17),
      4,
      0,
    );
    const shifted = values.map((v) => v - 60);
    expect(decodeEts(new TestModel('ets', shifted, { season: 4 }).state()).error).toBe('A');
    expect(new TestModel('ets', shifted, { season: 4, spec: [1, -1, -1] }).isFitted).toBe(false);
  });
});
