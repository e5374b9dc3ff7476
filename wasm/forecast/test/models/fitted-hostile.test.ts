import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ModelKind, TestModel, wildValue } from './fitted.ts';

const KINDS: readonly ModelKind[] = ['ets', 'arima'];
const HORIZON = 48;

/** Noise of a seed, uniform on [0, 1). */
function noiseOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function series(length: number, value: (t: number, noise: () => number) => number): number[] {
  const noise = noiseOf(length);
  return Array.from({ length }, (_, t) => value(t, noise));
}

const season = (t: number): number => Math.sin((2 * Math.PI * t) / 12);

/** Series that must be fitted, and within what their forecasts must stay. */
const FITTED: readonly [string, readonly number[], (values: readonly number[]) => [number, number]][] = [
  ['counts', series(150, (t, u) => Math.floor(4 + 2 * season(t) + 3 * u())), () => [-10, 25]],
  ['intermittent', series(150, (_, u) => (u() < 0.15 ? Math.ceil(20 * u()) : 0)), () => [-10, 25]],
  ['negative', series(120, (t, u) => -50 + 10 * season(t) + 4 * u()), () => [-90, -10]],
  ['of both signs', series(120, (t, u) => 10 * season(t) + 4 * (u() - 0.5)), () => [-40, 40]],
  // Relative errors take a part of the shift for a season: R's ets goes on up to 2 100.
  ['a shift of the level', series(120, (t, u) => (t < 80 ? 10 : 500) + u()), () => [0, 2000]],
  ['a shift to nothing', series(120, (t, u) => (t < 80 ? 100 + u() : 0)), () => [-100, 100]],
  ['one spike', series(120, (t, u) => (t === 60 ? 1e6 : 10 + u())), () => [-1e6, 1e6]],
  [
    'with NaN and infinities',
    series(120, (t, u) =>
      t % 17 === 3 ? NaN : t % 19 === 5 ? Infinity : t % 23 === 7 ? -Infinity : 10 + u(),
    ),
    () => [5, 16],
  ],
  ['half of it missing', series(160, (t, u) => (u() < 0.5 ? NaN : 20 + 5 * season(t) + u())), () => [5, 40]],
  [
    'missing for whole cycles',
    series(160, (t, u) => (t > 40 && t < 90 ? NaN : 20 + 5 * season(t) + u())),
    () => [0, 45],
  ],
  [
    'missing at both ends',
    series(120, (t, u) => (t < 9 || t > 110 ? NaN : 20 + 5 * season(t) + u())),
    () => [5, 40],
  ],
  ['tiny', series(120, (t, u) => 1e-12 * (20 + 5 * season(t) + u())), () => [0, 5e-11]],
  ['huge', series(120, (t, u) => 1e12 * (20 + 5 * season(t) + u())), () => [0, 5e13]],
  [
    'exploding',
    series(60, (t) => 1.5 ** t),
    (values) => {
      const last = values.at(-1)!;
      return [-last, last * 1.6 ** HORIZON];
    },
  ],
];

/** Series of which there may be no model, but nothing that is no number. */
const ANY: readonly [string, readonly number[]][] = [
  ['squares that overflow', series(120, (t, u) => 1e300 * (2 + season(t) + u()))],
  ['squares that vanish', series(120, (t, u) => 1e-300 * (2 + season(t) + u()))],
  ['scales that jump', series(120, (t) => 10 ** (((t * 37) % 61) - 30))],
  ['denormal numbers', series(60, (t) => 5e-324 * (t % 3))],
  ['exploding beyond numbers', series(120, (t) => 1e4 ** t)],
  ['one value among none', series(60, (t) => (t === 30 ? 5 : NaN))],
  ['two values among none', series(60, (t) => (t === 30 || t === 31 ? t : NaN))],
  ['two levels in turn', series(60, (t) => t % 2)],
];

function check(model: TestModel, season: number): number[] {
  const { mean, variance } = model.predict(HORIZON);
  expect(mean.every(Number.isFinite)).toBe(true);
  expect(variance.every((v) => v >= 0 && v < Infinity)).toBe(true);
  expect(model.isSound(season)).toBe(true);
  return mean;
}

describe.each(KINDS)('%s', (kind) => {
  describe.each([1, 12])('with a season of %d', (m) => {
    it.each(FITTED)('forecasts a series that is %s within its bounds', (_, values, bounds) => {
      const model = new TestModel(kind, values, { season: m });
      expect(model.isFitted).toBe(true);
      const [low, high] = bounds(values);
      const mean = check(model, m);
      expect(Math.min(...mean)).toBeGreaterThanOrEqual(low);
      expect(Math.max(...mean)).toBeLessThanOrEqual(high);
    });

    it.each(ANY)('gives finite forecasts or no fit of %s', (_, values) => {
      const model = new TestModel(kind, values, { season: m });
      if (!model.isFitted) return;
      check(model, m);
      for (const y of values.slice(0, 30)) model.update(y);
      check(model, m);
    });

    it.each([
      ['no values', []],
      ['one value', [7]],
      ['nothing but missing values', new Array<number>(60).fill(NaN)],
      ['nothing but infinities', new Array<number>(60).fill(Infinity)],
    ])('fits no model to %s, and leaves the state alone', (_, values) => {
      const model = new TestModel(kind, values, { season: m });
      expect(model.isFitted).toBe(false);
      // What was never fitted forecasts nothing.
      const { mean, variance } = model.predict(3);
      expect([...mean, ...variance].every(Number.isNaN)).toBe(true);
    });

    it.each([0, 42.5, -1e12, 1e-9])('forecasts a constant %d as that, or nothing', (constant) => {
      const model = new TestModel(kind, new Array<number>(60).fill(constant), { season: m });
      if (!model.isFitted) return;
      const { mean, variance } = model.predict(HORIZON);
      for (const v of mean) expect(Math.abs(v - constant)).toBeLessThanOrEqual(1e-9 * Math.abs(constant));
      for (const v of variance) expect(v).toBeLessThanOrEqual(1e-12 * constant * constant);
    });

    it('goes on from any values, and returns to what it knew', () => {
      const values = series(120, (t, u) => 20 + 5 * season(t) + u());
      const model = new TestModel(kind, values, { season: m });
      const wild = [0, NaN, Infinity, -Infinity, 1e300, -1e300, 5e-324, -7];
      for (const y of wild) {
        model.update(y);
        check(model, m);
      }
      for (const y of [...values, ...values, ...values]) model.update(y);
      const mean = check(model, m);
      expect(Math.max(...mean.map((v) => Math.abs(v - 20)))).toBeLessThan(30);
    });
  });

  it('gives finite forecasts or no fit, whatever comes before and after', () => {
    fc.assert(
      fc.property(
        fc.array(wildValue, { maxLength: 100 }),
        fc.integer({ min: 1, max: 60 }),
        fc.array(wildValue, { maxLength: 30 }),
        (values, m, more) => {
          const model = new TestModel(kind, values, { season: m });
          if (!model.isFitted) return;
          check(model, m);
          for (const y of more) model.update(y);
          check(model, m);
        },
      ),
      { numRuns: 80 },
    );
  });

  it('refuses a damaged state, or goes on from it within its bytes', () => {
    const values = series(96, (t, u) => 20 + 5 * season(t) + u());
    const model = new TestModel(kind, values, { season: 12 });
    const state = model.state();
    const whole = new Uint8Array(state.buffer, state.byteOffset, state.byteLength).slice();
    const damage = fc.array(
      fc.tuple(fc.integer({ min: 4, max: whole.length - 1 }), fc.integer({ min: 0, max: 255 })),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(damage, (bytes) => {
        const now = model.state();
        new Uint8Array(now.buffer, now.byteOffset, now.byteLength).set(whole);
        for (const [offset, byte] of bytes) now.setUint8(offset, byte);
        if (!model.isSound(12)) return;
        const after = new Uint8Array(now.buffer, now.byteOffset + now.byteLength, 256).slice();
        for (let t = 0; t < 40; t++) model.update(20);
        expect(new Uint8Array(now.buffer, now.byteOffset + now.byteLength, 256).slice()).toEqual(after);
      }),
      { numRuns: 150 },
    );
  });
});
