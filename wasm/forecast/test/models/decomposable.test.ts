import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeDecomposable, type Variant } from '../../src/index.ts';
import {
  type DecomposableForm,
  type DecomposableWindow,
  endingDamping,
  holdoutErrors,
  mostHarmonics,
  ReferenceDecomposable,
} from '../../src/reference/models/decomposable.ts';
import { TestModel } from './fitted.ts';

function fit(window: DecomposableWindow, variant: Variant = 'simd'): TestModel {
  const { values, season, second } = window;
  return new TestModel('decomposable', values, { season, spec: [second === 0 ? -1 : second], variant });
}

/** The form that a kernel's state says it chose. */
function formOf(model: TestModel, n: number): DecomposableForm {
  const { flexibility, damping } = decodeDecomposable(model.state());
  const harmonics = model.state().getInt32(140, true);
  return { flexibility, harmonics, ending: [0, 1, 2].find((e) => endingDamping(n, e) === damping)! };
}

const logLikelihood = (model: TestModel): number => model.state().getFloat64(8, true);
const aicc = (model: TestModel): number => model.state().getFloat64(16, true);

/** Seasons, a bend in the trend, some noise always, holes. */
const windows = fc
  .record({
    noise: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 30, maxLength: 110 }),
    season: fc.integer({ min: 2, max: 16 }),
    second: fc.constantFrom(0, 0, 5, 24, 30),
    scale: fc.constantFrom(1e-6, 1, 300, 1e12),
    bend: fc.double({ min: -0.1, max: 0.1, noNaN: true }),
    holes: fc.boolean(),
  })
  .map(({ noise, season, second, scale, bend, holes }) => ({
    values: noise.map((u, t) => {
      if (holes && u > 0.85) return NaN;
      const wave = Math.sin((2 * Math.PI * t) / season) + 0.5 * Math.cos((4 * Math.PI * t) / season);
      return (
        scale *
        (20 +
          3 * wave +
          bend * Math.max(0, t - 40) +
          0.7 * u +
          0.03 * ((t * 7919) % 13) +
          (second > 0 ? Math.sin((2 * Math.PI * t) / second) : 0))
      );
    }),
    season,
    second,
    scale,
  }));

/** Largest difference of two vectors, in units of `scale`. */
function distance(a: readonly number[], b: readonly number[], scale: number): number {
  return Math.max(...a.map((v, i) => Math.abs(v - b[i]!))) / scale;
}

function sumOfErrors(window: DecomposableWindow, form: DecomposableForm): number {
  return holdoutErrors(window, form)
    .flat()
    .reduce<number>((sum, e) => sum + Math.abs(e ?? 0), 0);
}

describe('the decomposable kernel', () => {
  it('gives the same bits with and without SIMD', () => {
    fc.assert(
      fc.property(windows, (window) => {
        const models = (['simd', 'scalar'] as const).map((variant) => fit(window, variant));
        for (const y of [1, NaN, 3, 20, 20]) for (const model of models) model.update(window.scale * y);
        const [a, b] = models.map((model) => [
          ...new Uint8Array(model.state().buffer, model.state().byteOffset, 560),
        ]);
        expect(a).toEqual(b);
        expect(models[0]!.predict(20)).toEqual(models[1]!.predict(20));
      }),
      { numRuns: 30 },
    );
  });

  it('forecasts what the reference does in the form that it chose, at the window’s end and after updates', () => {
    fc.assert(
      fc.property(
        windows,
        fc.array(fc.double({ min: -40, max: 60, noNaN: true }), { maxLength: 40 }),
        (window, more) => {
          const model = fit(window);
          expect(model.isFitted).toBe(true);
          const reference = new ReferenceDecomposable(window, formOf(model, window.values.length));
          const compare = (): void => {
            const [ours, theirs] = [model.predict(25), reference.predict(25)];
            expect(distance(ours.mean, theirs.mean, window.scale)).toBeLessThan(1e-6);
            expect(distance(ours.variance, theirs.variance, window.scale ** 2)).toBeLessThan(1e-6);
          };
          compare();
          expect(logLikelihood(model)).toBeCloseTo(reference.logLikelihood, 5);
          if (!Number.isNaN(aicc(model))) expect(aicc(model)).toBeCloseTo(reference.aicc, 4);
          for (const y of more) {
            const value = y > 50 ? NaN : window.scale * y;
            model.update(value);
            reference.update(value);
          }
          compare();
        },
      ),
      { numRuns: 25 },
    );
  }, 30_000);

  it('chooses the form that errs least over the holdouts', () => {
    fc.assert(
      fc.property(windows, (window) => {
        const chosen = sumOfErrors(window, formOf(fit(window), window.values.length));
        for (let flexibility = 0; flexibility < 6; flexibility++) {
          for (let harmonics = 0; harmonics <= Math.min(3, mostHarmonics(window)); harmonics++) {
            for (const ending of flexibility === 0 ? [0] : [0, 1, 2]) {
              const other = sumOfErrors(window, { flexibility, harmonics, ending });
              expect(chosen).toBeLessThanOrEqual(other * (1 + 1e-6));
            }
          }
        }
      }),
      { numRuns: 4 },
    );
  }, 30_000);

  it('finds shape and trend of a series that is made of them', () => {
    const wave = (t: number): number =>
      50 + 0.1 * t + 10 * Math.sin((2 * Math.PI * t) / 24) + 4 * Math.cos((6 * Math.PI * t) / 24);
    const model = fit({ values: Array.from({ length: 288 }, (_, t) => wave(t)), season: 24, second: 0 });
    const { mean } = model.predict(24);
    for (const [h, forecast] of mean.entries()) expect(Math.abs(forecast - wave(288 + h))).toBeLessThan(1);
    const { seasons, trend } = decodeDecomposable(model.state());
    expect(trend).not.toBe('constant');
    expect(seasons[0]!.length).toBe(24);
    expect(seasons[0]!.amplitudes[0]).toBeCloseTo(10, 0);
    expect(seasons[0]!.amplitudes[2]).toBeCloseTo(4, 0);
  });

  it('forecasts two seasons better than one', () => {
    const day = (t: number): number => 10 * Math.sin((2 * Math.PI * t) / 24);
    const week = (t: number): number => 6 * Math.cos((2 * Math.PI * t) / 168);
    const values = Array.from(
      { length: 504 },
      (_, t) => 100 + day(t) + week(t) + (((t * 7919) % 13) - 6) / 6,
    );
    const errors = [0, 168].map((second) => {
      const { mean } = fit({ values, season: 24, second }).predict(84);
      return mean.reduce(
        (sum, forecast, h) => sum + Math.abs(forecast - 100 - day(504 + h) - week(504 + h)),
        0,
      );
    });
    expect(errors[1]! / errors[0]!).toBeLessThan(0.5);
  });

  it('keeps turning its seasons exactly over many cycles', () => {
    const wave = (t: number): number => 50 + 10 * Math.sin((2 * Math.PI * t) / 7);
    const model = fit({ values: Array.from({ length: 70 }, (_, t) => wave(t)), season: 7, second: 0 });
    const { level, seasons } = decodeDecomposable(model.state());
    for (let t = 70; t < 100_000; t++) model.update(NaN);
    const { mean } = model.predict(7);
    for (const [h, forecast] of mean.entries()) {
      const expected = level + (seasons[0]!.amplitudes[0]! / 10) * (wave(100_000 + h) - 50);
      expect(Math.abs(forecast - expected)).toBeLessThan(0.05);
    }
  });

  it('remembers a level shift after the fit, and forgets it over the horizon', () => {
    const values = Array.from({ length: 120 }, (_, t) => 100 + ((t * 31) % 7));
    const model = fit({ values, season: 1, second: 0 });
    for (let t = 0; t < 60; t++) model.update(200 + ((t * 31) % 7));
    const { mean } = model.predict(200);
    expect(mean[0]).toBeGreaterThan(180);
    expect(mean[199]).toBeLessThan(130);
  });

  it('leaves missing values out, rather than take them for zero', () => {
    const wave = (t: number): number => 500 + 50 * Math.sin((2 * Math.PI * t) / 12);
    const values = Array.from({ length: 144 }, (_, t) => (t % 5 === 0 ? NaN : wave(t)));
    const { mean } = fit({ values, season: 12, second: 0 }).predict(12);
    for (const [h, forecast] of mean.entries()) expect(Math.abs(forecast - wave(144 + h))).toBeLessThan(2);
  });

  it('widens its intervals with the horizon and over missing values', () => {
    const values = Array.from({ length: 200 }, (_, t) => 100 + 10 * Math.sin(t / 9) + ((t * 7919) % 17) / 4);
    const model = fit({ values, season: 1, second: 0 });
    const before = model.predict(30).variance;
    for (let h = 1; h < 30; h++) expect(before[h]).toBeGreaterThanOrEqual(before[h - 1]!);
    model.update(NaN);
    expect(model.predict(1).variance[0]).toBeGreaterThanOrEqual(before[0]!);
  });
});
