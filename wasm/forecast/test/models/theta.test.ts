import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeTheta, type ThetaModel } from '../../src/models/theta.ts';
import {
  adjust,
  dynamicTheta,
  seasonOf,
  standardTheta,
  sumOfSquares,
  type ThetaParameters,
  type ThetaRun,
} from '../../src/reference/models/theta.ts';
import { expectClose, TestModel, wildValue } from './fitted.ts';

const FORMS = [
  ['standard', 0],
  ['dynamic', 1],
] as const;

/** A season, a trend, noise and now and then a hole; positive for a large base, else of both signs. */
function shaped(noise: readonly number[], m: number, base: number, holes: number): number[] {
  return noise.map((u, t) => {
    if (t > 2 && u > 1 - holes) return NaN;
    return base + 0.02 * t + 3 * Math.sin((2 * Math.PI * t) / m) + 2 * (u - 0.5);
  });
}

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const seriesOf = (holes: number): fc.Arbitrary<{ m: number; values: number[] }> =>
  fc
    .record({
      noise: fc.array(unit, { minLength: 60, maxLength: 200 }),
      m: fc.integer({ min: 2, max: 24 }),
      base: fc.constantFrom(0, 10, 1000),
    })
    .map(({ noise, m, base }) => ({ m, values: shaped(noise, m, base, holes) }));

function referenceRun(values: readonly number[], m: number, form: number, model: ThetaParameters): ThetaRun {
  const x = adjust(values, seasonOf(values, m));
  return form === 1 ? dynamicTheta(x, model) : standardTheta(x, model);
}

/** Forecasts and variances of the reference with the season put back as the kernel does. */
function expected(
  run: ThetaRun,
  model: ThetaModel,
  sigma2: number,
  count: number,
): { mean: number[]; variance: number[] } {
  const index = (i: number): number => model.indices[i % model.indices.length]!;
  const mean = run.forecasts(count).map((f, i) => {
    if (model.seasonal === 'none') return f;
    return model.seasonal === 'additive' ? f + index(i) : f * index(i);
  });
  const variance = run.variances(count).map((v, i) => {
    const scale = model.seasonal === 'multiplicative' && model.form === 'dynamic' ? index(i) : 1;
    return sigma2 * v * scale * scale;
  });
  return { mean, variance };
}

describe.each(FORMS)('a %s theta', (_, form) => {
  it.each([0, 0.1])(
    'forecasts as the reference does at the parameters found, with %d of the values missing',
    (holes) => {
      fc.assert(
        fc.property(seriesOf(holes), ({ m, values }) => {
          const model = new TestModel('theta', values, { season: m, spec: [form] });
          expect(model.isFitted).toBe(true);
          const decoded = decodeTheta(model.state());
          expect(decoded.seasonal).toBe(seasonOf(values, m).kind);
          const run = referenceRun(values, m, form, decoded);
          const sigma2 = model.state().getFloat64(24, true);
          const scored = run.errors.filter((e) => !Number.isNaN(e)).length;
          expectClose([sigma2], [sumOfSquares(run) / (scored - (form === 1 ? 3 : 2))], 1e-6);
          const { mean, variance } = model.predict(30);
          const wanted = expected(run, decoded, sigma2, 30);
          expectClose(mean, wanted.mean, 1e-8);
          expectClose(variance, wanted.variance, 1e-6);
        }),
        { numRuns: 60 },
      );
    },
  );

  it('cannot be made better by other parameters', () => {
    fc.assert(
      fc.property(seriesOf(0.05), ({ m, values }) => {
        const found = decodeTheta(new TestModel('theta', values, { season: m, spec: [form] }).state());
        const at = (change: Partial<ThetaParameters>): number =>
          sumOfSquares(referenceRun(values, m, form, { ...found, ...change }));
        // Errors that are all rounding cannot be told apart.
        const noise = 1e-12 * values.reduce((sum, v) => sum + (v || 0) ** 2, 0);
        const best = at({}) * (1 - 1e-7) - noise;
        const [low, high] = form === 1 ? [0.1, 0.99] : [1e-4, 0.9999];
        for (const step of [1e-3, 1e-2, 0.1]) {
          for (const sign of [-1, 1]) {
            const alpha = found.alpha + sign * step * 0.1;
            const theta = found.theta * (1 + sign * step);
            if (alpha >= low && alpha <= high) expect(at({ alpha })).toBeGreaterThan(best);
            if (theta >= 1 && theta < 1e9) expect(at({ theta })).toBeGreaterThan(best);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('follows new values and gaps as a filter over the longer series would', () => {
    fc.assert(
      fc.property(
        seriesOf(0.1),
        fc.array(fc.oneof(unit, fc.constant(NaN)), { maxLength: 40 }),
        ({ m, values }, more) => {
          const model = new TestModel('theta', values, { season: m, spec: [form] });
          const decoded = decodeTheta(model.state());
          const sigma2 = model.state().getFloat64(24, true);
          const tail = more.map((u) => 5 + 10 * u);
          for (const y of tail) model.update(y);
          const x = adjust([...values, ...tail], seasonOf(values, m));
          const run = form === 1 ? dynamicTheta(x, decoded) : standardTheta(x, decoded);
          const { mean, variance } = model.predict(12);
          const wanted = expected(run, decodeTheta(model.state()), sigma2, 12);
          expectClose(mean, wanted.mean, 1e-8);
          expectClose(variance, wanted.variance, 1e-6);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('says the same from both builds, to the bit', () => {
    fc.assert(
      fc.property(seriesOf(0.05), ({ m, values }) => {
        const [simd, scalar] = (['simd', 'scalar'] as const).map((variant) => {
          const model = new TestModel('theta', values, { season: m, spec: [form], variant });
          return model.predict(20);
        });
        expect(scalar!.mean).toEqual(simd!.mean);
        expect(scalar!.variance).toEqual(simd!.variance);
      }),
      { numRuns: 20 },
    );
  });

  it('forecasts a constant exactly, without width', () => {
    const model = new TestModel('theta', new Array<number>(100).fill(42.5), { season: 12, spec: [form] });
    const { mean, variance } = model.predict(30);
    for (const v of mean) expect(v).toBeCloseTo(42.5, 9);
    for (const v of variance) expect(v).toBeLessThan(1e-18);
  });

  it('says nothing of fewer than eight values', () => {
    for (const values of [[], [1], [NaN, NaN, NaN], [1, 2, 3, 4, 5, 6, 7], new Array<number>(50).fill(NaN)]) {
      expect(new TestModel('theta', values, { season: 4, spec: [form] }).isFitted).toBe(false);
    }
  });

  it('gives finite forecasts and widths whatever comes, or none', () => {
    fc.assert(
      fc.property(
        fc.array(wildValue, { maxLength: 120 }),
        fc.integer({ min: 1, max: 60 }),
        fc.array(wildValue, { maxLength: 30 }),
        (values, season, more) => {
          const model = new TestModel('theta', values, { season, spec: [form] });
          if (!model.isFitted) return;
          for (const y of more) model.update(y);
          const { mean, variance } = model.predict(20);
          for (const v of mean) expect(v).toSatisfy(Number.isFinite);
          for (const v of variance) expect(v).toSatisfy((w: number) => Number.isFinite(w) && w >= 0);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('says the same of a series in other units', () => {
    fc.assert(
      fc.property(seriesOf(0.05), fc.constantFrom(2 ** -20, 2 ** 40), ({ m, values }, factor) => {
        const options = { season: m, spec: [form] };
        const plain = new TestModel('theta', values, options).predict(10);
        const scaled = new TestModel(
          'theta',
          values.map((v) => v * factor),
          options,
        ).predict(10);
        expectClose(
          scaled.mean,
          plain.mean.map((v) => v * factor),
          1e-9,
        );
        expectClose(
          scaled.variance,
          plain.variance.map((v) => v * factor * factor),
          1e-6,
        );
      }),
      { numRuns: 20 },
    );
  });
});

describe('theta', () => {
  const season = Array.from({ length: 96 }, (_, t) => 100 + 30 * Math.sin((2 * Math.PI * t) / 12) + (t % 5));

  it('is dynamic unless told otherwise, and multiplies only what is positive', () => {
    expect(decodeTheta(new TestModel('theta', season, { season: 12 }).state())).toMatchObject({
      form: 'dynamic',
      seasonal: 'multiplicative',
    });
    const shifted = season.map((v) => v - 100);
    expect(decodeTheta(new TestModel('theta', shifted, { season: 12 }).state()).seasonal).toBe('additive');
  });

  it('widens a forecast by the length of the gap before it', () => {
    for (const [, form] of FORMS) {
      const model = new TestModel(
        'theta',
        season.map((v, t) => v + 3 * ((t * 7919) % 13)),
        { season: 1, spec: [form] },
      );
      const before = model.predict(1).variance[0]!;
      for (let i = 0; i < 5; i++) model.update(NaN);
      expect(model.predict(1).variance[0]!).toBeGreaterThan(before);
    }
  });

  it('reads a gap of the standard form as its forecast did', () => {
    const model = new TestModel('theta', season, { season: 12, spec: [0] });
    const { mean, variance } = model.predict(8);
    for (let i = 0; i < 3; i++) model.update(NaN);
    const later = model.predict(5);
    expectClose(later.mean, mean.slice(3), 1e-12);
    expectClose(later.variance, variance.slice(3), 1e-12);
  });

  it('refuses damaged states', () => {
    const model = new TestModel('theta', season, { season: 12 });
    expect(model.isSound(12)).toBe(true);
    const damage = [
      [32, 0],
      [32, 13],
      [32, -1],
      [48, 2],
      [48, -1],
      [52, 3],
      [52, 0],
      [56, 12],
      [56, -1],
      [60, -1],
    ] as const;
    for (const [offset, value] of damage) {
      const before = model.state().getInt32(offset, true);
      model.state().setInt32(offset, value, true);
      expect(model.isSound(12), `${value} at ${offset}`).toBe(false);
      model.state().setInt32(offset, before, true);
    }
    expect(model.isSound(12)).toBe(true);
  });
});
