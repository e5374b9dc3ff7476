import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Variant } from '../../src/index.ts';
import { decodeStlEts, type StlEtsModel } from '../../src/models/stl-ets.ts';
import { mstl, type StlOptions } from '../../src/reference/models/stl.ts';
import { forecastStlEts, nextStlEts, type StlEts } from '../../src/reference/models/stl-ets.ts';
import { expectClose, TestModel } from './fitted.ts';
import { kernelComponents } from './stl-components.ts';

const unit = fc.double({ min: 0, max: 1, noNaN: true });

/** A season, a trend, noise and now and then a hole, all from a seed. */
function shaped(seed: number, length: number, m: number, base: number, holes: number): number[] {
  let random = seed;
  const next = (): number => {
    random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
    return random / 2 ** 32;
  };
  return Array.from({ length }, (_, t) => {
    const y = base + 0.02 * t + 5 * Math.sin((2 * Math.PI * t) / m) + 3 * (next() - 0.5);
    return next() < holes ? NaN : y;
  });
}

interface Case {
  readonly m: number;
  readonly values: number[];
}

const seed = fc.nat(2 ** 31 - 1);
const seriesOf = (holes: number): fc.Arbitrary<Case> =>
  fc
    .tuple(
      seed,
      fc.integer({ min: 2, max: 20 }),
      fc.integer({ min: 62, max: 120 }),
      fc.constantFrom(0, 20, 1000),
    )
    .map(([start, m, length, base]) => ({ m, values: shaped(start, length, m, base, holes) }));

/** The model as the reference goes on from it. */
function referenceOf({ ets, seasons }: StlEtsModel): StlEts {
  return {
    form: { error: ets.error, trend: ets.trend, season: 'N' },
    parameters: ets,
    states: { level: ets.level, slope: ets.slope, shape: [] },
    sigma2: ets.sigma2,
    cycles: seasons.map(({ cycle }) => cycle),
  };
}

describe('the components', () => {
  const forms: readonly (readonly [string, readonly number[], Partial<StlOptions>])[] = [
    ['default', [-1], {}],
    ['periodic', [0], { window: 'periodic' }],
    ['span 7', [7], { window: 7 }],
  ];

  it.each(forms)('are those of the reference (%s), with values missing', (_, spec, options) => {
    fc.assert(
      fc.property(fc.constantFrom(0, 0.1, 0.3).chain(seriesOf), ({ m, values }) => {
        const found = kernelComponents(values, m, spec);
        const wanted = mstl(values, [m], options);
        expectClose(found.first, wanted.seasonal[0]!, 1e-7);
        expectClose(found.trend, wanted.trend, 1e-7);
        expectClose(found.adjusted, wanted.adjusted, 1e-7);
      }),
      { numRuns: 40 },
    );
  });

  it('are those of the robust reference', () => {
    // An outer iteration turns rounding into jumps of weights at 0.001 and 0.999 of the limit, by 2e-6.
    fc.assert(
      fc.property(seriesOf(0.05), ({ m, values }) => {
        const found = kernelComponents(values, m, [11, -1, 1]);
        const wanted = mstl(values, [m], { window: 11, robust: true });
        expectClose(found.trend, wanted.trend, 2e-3);
        expectClose(found.adjusted, wanted.adjusted, 2e-3);
      }),
      { numRuns: 12 },
    );
  });

  it('of two seasons are those of the reference', () => {
    fc.assert(
      fc.property(
        seed,
        fc.integer({ min: 2, max: 10 }),
        fc.integer({ min: 20, max: 40 }),
        (start, short, long) => {
          const wave = shaped(start, 110, short, 30, 0.05).map(
            (v, t) => v + 4 * Math.cos((2 * Math.PI * t) / long),
          );
          const found = kernelComponents(wave, long, [-1, short]);
          const wanted = mstl(wave, [short, long]);
          expectClose(found.first, wanted.seasonal[0]!, 1e-7);
          expectClose(found.second, wanted.seasonal[1]!, 1e-7);
          expectClose(found.trend, wanted.trend, 1e-7);
        },
      ),
      { numRuns: 12 },
    );
  });

  it('add up to the series, and a periodic season is the same in every cycle', () => {
    fc.assert(
      fc.property(seriesOf(0.1), ({ m, values }) => {
        const { first, adjusted } = kernelComponents(values, m, [0]);
        expectClose(
          adjusted.map((v, i) => v + first[i]!),
          values,
          1e-12,
        );
        for (let i = m; i < first.length; i++) expect(first[i]).toBe(first[i - m]);
      }),
      { numRuns: 20 },
    );
  });

  it('do not bend towards a spike when robust', () => {
    const clean = Array.from(
      { length: 97 },
      (_, t) => 100 + 20 * Math.sin((2 * Math.PI * t) / 8) + ((t * 37) % 11) / 11,
    );
    const spiked = clean.map((v, t) => (t === 50 ? v + 500 : v));
    const distance = (robust: number): number => {
      const spec = [11, -1, robust];
      const before = kernelComponents(clean, 8, spec).trend;
      return Math.max(...kernelComponents(spiked, 8, spec).trend.map((v, i) => Math.abs(v - before[i]!)));
    };
    expect(distance(1)).toBeLessThan(1);
    expect(distance(0)).toBeGreaterThan(10);
  });

  it('follow a phase that is missing altogether between its neighbours', () => {
    const values = Array.from({ length: 80 }, (_, t) =>
      t % 8 === 3 ? NaN : 50 + 10 * Math.sin((2 * Math.PI * t) / 8),
    );
    const { first } = kernelComponents(values, 8, [-1]);
    expect(first[43]).toBeGreaterThan(Math.min(first[42]!, first[44]!) - 1);
    expect(first[43]).toBeLessThan(Math.max(first[42]!, first[44]!) + 1);
  });
});

describe('STL + ETS', () => {
  it('carries on the last cycle beside the forecasts of ETS', () => {
    fc.assert(
      fc.property(seriesOf(0.05), ({ m, values }) => {
        const model = new TestModel('stl-ets', values, { season: m });
        expect(model.isFitted).toBe(true);
        const decoded = decodeStlEts(model.state());
        const last = kernelComponents(values, m, [-1]).first.slice(-m);
        expect(decoded.seasons[0]).toEqual({ length: m, cycle: last });
        const { mean, variance } = model.predict(30);
        expectClose(mean, forecastStlEts(referenceOf(decoded), 30), 1e-12);
        const sigma2 = model.state().getFloat64(24, true);
        expectClose(variance.slice(0, 1), [sigma2], 1e-12);
      }),
      { numRuns: 40 },
    );
  });

  it('fits ETS to what the season leaves, as ETS alone would', () => {
    fc.assert(
      fc.property(seriesOf(0.05), ({ m, values }) => {
        const model = new TestModel('stl-ets', values, { season: m });
        const { adjusted } = kernelComponents(values, m, [-1]);
        const alone = new TestModel('ets', adjusted);
        expect(model.isFitted).toBe(alone.isFitted);
        if (!alone.isFitted) return;
        expect(decodeStlEts(model.state()).ets.aicc).toBe(alone.state().getFloat64(16, true));
        expect(model.predict(12).variance).toEqual(alone.predict(12).variance);
      }),
      { numRuns: 20 },
    );
  });

  it.each([0, 4])('follows new values and gaps as the reference does (second season: %d)', (second) => {
    fc.assert(
      fc.property(
        seriesOf(0.05),
        fc.array(fc.oneof(unit, fc.constant(NaN)), { maxLength: 50 }),
        ({ values }, more) => {
          const spec = second > 0 ? [-1, second] : [-1];
          const model = new TestModel('stl-ets', values, { season: 12, spec });
          expect(model.isFitted).toBe(true);
          let reference = referenceOf(decodeStlEts(model.state()));
          expect(reference.cycles).toHaveLength(second > 0 ? 2 : 1);
          for (const y of more.map((u) => values[values.length - 1]! + 20 * (u - 0.5))) {
            model.update(y);
            reference = nextStlEts(reference, y);
          }
          expectClose(model.predict(20).mean, forecastStlEts(reference, 20), 1e-9);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('says the same from both builds, to the bit', () => {
    fc.assert(
      fc.property(seriesOf(0.05), ({ m, values }) => {
        const [simd, scalar] = (['simd', 'scalar'] satisfies Variant[]).map((variant) => {
          const model = new TestModel('stl-ets', values, { season: m, spec: [-1, m >> 1, 1], variant });
          return model.isFitted ? model.predict(20) : undefined;
        });
        expect(scalar).toEqual(simd);
      }),
      { numRuns: 15 },
    );
  });

  it('learns a season that changes, but not from a spike', () => {
    const wave = (t: number, size: number): number =>
      100 + size * Math.sin((2 * Math.PI * t) / 12) + ((t * 29) % 7);
    const values = Array.from({ length: 120 }, (_, t) => wave(t, 10));
    const model = new TestModel('stl-ets', values, { season: 12 });
    const before = decodeStlEts(model.state()).seasons[0]!.cycle;
    model.update(1e4);
    const after = decodeStlEts(model.state()).seasons[0]!.cycle;
    expect(Math.abs(after[11]! - before[0]!)).toBeLessThan(2);
    const growing = new TestModel('stl-ets', values, { season: 12 });
    const range = (): number => {
      const { cycle } = decodeStlEts(growing.state()).seasons[0]!;
      return Math.max(...cycle) - Math.min(...cycle);
    };
    const start = range();
    for (let t = 120; t < 360; t++) growing.update(wave(t, 20));
    expect(range()).toBeGreaterThan(1.2 * start);
  });

  it('needs a season and two cycles', () => {
    const values = Array.from({ length: 60 }, (_, t) => 10 + (t % 6));
    expect(new TestModel('stl-ets', values, { season: 1 }).isFitted).toBe(false);
    expect(new TestModel('stl-ets', values, { season: 31 }).isFitted).toBe(false);
    expect(new TestModel('stl-ets', values, { season: 30 }).isFitted).toBe(true);
    expect(new TestModel('stl-ets', [], { season: 6 }).isFitted).toBe(false);
    expect(new TestModel('stl-ets', new Array<number>(60).fill(NaN), { season: 6 }).isFitted).toBe(false);
  });

  it('tells how strong season and trend are', () => {
    const noise = (t: number): number => ((t * 7919) % 101) / 101 - 0.5;
    const strengths = (y: (t: number) => number): StlEtsModel =>
      decodeStlEts(
        new TestModel(
          'stl-ets',
          Array.from({ length: 240 }, (_, t) => y(t)),
          { season: 12, spec: [0] },
        ).state(),
      );
    const both = strengths((t) => t + 20 * Math.sin((2 * Math.PI * t) / 12) + noise(t));
    expect(both.seasonalStrength).toBeGreaterThan(0.95);
    expect(both.trendStrength).toBeGreaterThan(0.95);
    const neither = strengths(noise);
    expect(neither.seasonalStrength).toBeLessThan(0.4);
    expect(neither.trendStrength).toBeLessThan(0.4);
  });

  it('takes a long season in pieces', () => {
    const values = Array.from(
      { length: 2100 },
      (_, t) => 1000 + 300 * Math.sin((2 * Math.PI * t) / 1024) + ((t * 17) % 23),
    );
    const model = new TestModel('stl-ets', values, { season: 1024, spec: [-1, 128] });
    expect(model.isFitted).toBe(true);
    expect(model.pieces).toBeGreaterThan(8);
    expect(decodeStlEts(model.state()).seasons.map(({ length }) => length)).toEqual([1024, 128]);
  });

  it('forecasts a constant as it is', () => {
    const model = new TestModel('stl-ets', new Array<number>(100).fill(42.5), { season: 12 });
    if (!model.isFitted) return;
    for (const v of model.predict(30).mean) expect(v).toBeCloseTo(42.5, 6);
  });

  it('gives finite forecasts and widths whatever comes, or none', () => {
    const value = fc.oneof(
      { weight: 4, arbitrary: fc.double({ min: 0, max: 1e4, noNaN: true }) },
      { weight: 1, arbitrary: fc.double() },
      { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity, 0, -0, 5e-324, 1e-6, 1e12, -1e28) },
    );
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 100 }),
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.integer({ min: -1, max: 60 }), { minLength: 3, maxLength: 3 }),
        fc.array(value, { maxLength: 30 }),
        (values, season, spec, more) => {
          const model = new TestModel('stl-ets', values, { season, spec });
          if (!model.isFitted) return;
          expect(model.isSound(season)).toBe(true);
          for (const y of more) model.update(y);
          expect(model.isSound(season)).toBe(true);
          const { mean, variance } = model.predict(20);
          for (const v of mean) expect(v).toSatisfy(Number.isFinite);
          for (const v of variance) expect(v).toSatisfy((w: number) => Number.isFinite(w) && w >= 0);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('refuses damaged states', () => {
    const values = Array.from(
      { length: 100 },
      (_, t) => 50 + 10 * Math.sin((2 * Math.PI * t) / 12) + (t % 5),
    );
    const model = new TestModel('stl-ets', values, { season: 12, spec: [-1, 5] });
    expect(model.isSound(12)).toBe(true);
    expect(model.isSound(11)).toBe(false);
    const damage = [
      [32, 1],
      [32, 13],
      [48, 7],
      [48, 1],
      [48, -1],
      [52, 12],
      [52, -1],
      [56, 5],
      [56, -1],
      [96, 2],
      [96 + 48, 2],
      [96 + 52, 3],
      [96 + 60, 1],
    ] as const;
    for (const [offset, wrong] of damage) {
      const before = model.state().getInt32(offset, true);
      model.state().setInt32(offset, wrong, true);
      expect(model.isSound(12), `${wrong} at ${offset}`).toBe(false);
      model.state().setInt32(offset, before, true);
    }
    expect(model.isSound(12)).toBe(true);
  });
});
