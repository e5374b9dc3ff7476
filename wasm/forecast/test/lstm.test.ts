import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantiate, type Variant } from '../src/index.ts';
import { ReferenceLstm } from '../src/reference/lstm.ts';
import { drawnWeights, type Shape, TestLstm } from './lstm-series.ts';

const SHAPE: Shape = { units: 24, steps: [1, 2, 3, 6, 12] };
const shapes = fc.record({
  units: fc.integer({ min: 1, max: 12 }).map((n) => 4 * n),
  steps: fc.integer({ min: 1, max: 13 }).map((n) => Array.from({ length: n }, (_, i) => i + 1)),
});
const rates = fc.array(fc.option(fc.double({ min: -50, max: 1000, noNaN: true }), { freq: 12, nil: NaN }), {
  minLength: 2,
  maxLength: 120,
});
const anything = fc.array(
  fc.oneof(fc.double(), fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 1e30, -1e30, 5e-324, 1e-30)),
  { minLength: 1, maxLength: 60 },
);
const angle = (t: number): [number, number] => [
  Math.sin((2 * Math.PI * t) / 24),
  Math.cos((2 * Math.PI * t) / 24),
];

/** Mean |change|, by which two answers about a series may be compared. */
function spreadOf(values: readonly number[]): number {
  const there = values.filter((y) => !Number.isNaN(y));
  const changes = there.slice(1).map((y, i) => Math.abs(y - there[i]!));
  return changes.reduce((a, b) => a + b, 0) / Math.max(1, changes.length);
}

describe('both builds of the LSTM', () => {
  it('give the same bits, in their forecasts and in their states', () => {
    fc.assert(
      fc.property(shapes, fc.integer(), fc.oneof(rates, anything), (shape, seed, values) => {
        const weights = drawnWeights(shape, seed);
        const simd = new TestLstm('simd', shape, weights);
        const scalar = new TestLstm('scalar', shape, weights);
        for (const [t, y] of values.entries()) {
          simd.step(y, ...angle(t));
          scalar.step(y, ...angle(t));
          expect(simd.predictFlat()).toEqual(scalar.predictFlat());
        }
        expect(new Uint8Array(simd.state().buffer, simd.state().byteOffset, simd.state().byteLength)).toEqual(
          new Uint8Array(scalar.state().buffer, scalar.state().byteOffset, scalar.state().byteLength),
        );
      }),
      { numRuns: 40 },
    );
  });
});

describe.each<Variant>(['simd', 'scalar'])('the LSTM kernel (%s)', (variant) => {
  it('equals the reference within 1e-5 of the mean change', () => {
    fc.assert(
      fc.property(shapes, fc.integer(), rates, (shape, seed, values) => {
        const weights = drawnWeights(shape, seed);
        const kernel = new TestLstm(variant, shape, weights);
        const reference = new ReferenceLstm({ ...shape, weights });
        const seen: number[] = [];
        for (const [t, y] of values.entries()) {
          seen.push(y);
          kernel.step(y, ...angle(t));
          reference.step(y, ...angle(t));
          // Early spreads of a series may be far above the running one, never far below it.
          const tolerance = 1e-5 * Math.max(spreadOf(seen), 1e-4 * Math.abs(y || 0), 1e-9) + 1e-9;
          for (const [h, row] of kernel.predict().entries()) {
            for (const [i, q] of row.entries()) {
              const expected = reference.predict()[h]![i]!;
              if (Number.isNaN(expected)) expect(q).toBeNaN();
              else expect(Math.abs(q - expected), `step ${t}`).toBeLessThanOrEqual(tolerance);
            }
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  it('stays by the reference over hundreds of steps', () => {
    const weights = drawnWeights(SHAPE, 7);
    const kernel = new TestLstm(variant, SHAPE, weights);
    const reference = new ReferenceLstm({ ...SHAPE, weights });
    for (let t = 0; t < 600; t++) {
      const y = t % 37 === 5 ? NaN : 100 * Math.sin(t / 9) + 10 * Math.sin(t * t);
      kernel.step(y, ...angle(t));
      reference.step(y, ...angle(t));
    }
    const expected = reference.predict().flat();
    for (const [i, q] of kernel.predictFlat().entries())
      expect(Math.abs(q - expected[i]!)).toBeLessThan(1e-4);
  });

  it('has activations within 3e-7', () => {
    const shape: Shape = { units: 4, steps: [1] };
    const gates = fc.tuple(...[0, 0, 0].map(() => fc.double({ min: -30, max: 30, noNaN: true })));
    const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
    fc.assert(
      fc.property(gates, ([i, g, o]) => {
        const weights = new Float32Array(drawnWeights(shape).length);
        const bias = 4 * shape.units * (6 + shape.units);
        for (const [gate, value] of [i!, 0, g!, o!].entries()) weights[bias + 4 * gate] = value;
        const kernel = new TestLstm(variant, shape, weights);
        kernel.step(1);
        const [inputGate, cell, outputGate] = [i!, g!, o!].map(Math.fround);
        const expected = sigmoid(outputGate!) * Math.tanh(sigmoid(inputGate!) * Math.tanh(cell!));
        expect(Math.abs(kernel.state().getFloat32(64, true) - expected)).toBeLessThan(3e-7);
      }),
      { numRuns: 300 },
    );
  });

  it('has quantiles that never cross and are finite, whatever the weights and values', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(0.1, 1, 30, 9999), anything, (seed, size, values) => {
        const kernel = new TestLstm(variant, SHAPE, drawnWeights(SHAPE, seed, size));
        expect(kernel.isLoaded).toBe(true);
        let present = 0;
        for (const y of values) {
          kernel.step(y);
          if (Math.abs(y) <= 1e30) present++;
          for (const [lower, median, upper] of kernel.predict()) {
            if (present < 2) expect([lower, median, upper]).toEqual([NaN, NaN, NaN]);
            else
              expect([median! >= lower!, median! <= upper!, Number.isFinite(upper! - lower!)]).not.toContain(
                false,
              );
          }
        }
        expect(kernel.isSound()).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('scales with the series and turns over with its sign', () => {
    const weights = drawnWeights(SHAPE);
    const [plain, large] = [1, 1e6].map((factor) => {
      const kernel = new TestLstm(variant, SHAPE, weights);
      for (let t = 0; t < 50; t++) kernel.step(factor * (20 + ((t * 7) % 11)));
      return kernel.predictFlat();
    });
    for (const [i, q] of plain!.entries()) expect(large![i]! / 1e6).toBeCloseTo(q, 6);
  });

  it('forecasts a constant as itself', () => {
    const kernel = new TestLstm(variant, SHAPE, drawnWeights(SHAPE));
    for (let t = 0; t < 30; t++) kernel.step(500);
    for (const row of kernel.predict()) for (const q of row) expect(Math.abs(q - 500)).toBeLessThan(0.5);
  });

  it('tells a missing value from zero and from one that repeats', () => {
    const weights = drawnWeights(SHAPE);
    const [missing, zero, same] = [NaN, 0, 104].map((y) => {
      const kernel = new TestLstm(variant, SHAPE, weights);
      for (const value of [100, 103, 99, 104, y]) kernel.step(value);
      return kernel.predictFlat();
    });
    expect(missing).not.toEqual(zero);
    expect(missing).not.toEqual(same);
  });

  it('takes a time of day that is no angle for none', () => {
    const weights = drawnWeights(SHAPE);
    const kernel = new TestLstm(variant, SHAPE, weights, 2);
    for (const y of [4, 7, 5, 9]) {
      kernel.step(y, NaN, Infinity, 0);
      kernel.step(y, 0, 0, 1);
    }
    expect(kernel.predictFlat(0)).toEqual(kernel.predictFlat(1));
  });

  it('keeps series under one network apart', () => {
    const weights = drawnWeights(SHAPE);
    const together = new TestLstm(variant, SHAPE, weights, 3);
    const alone = new TestLstm(variant, SHAPE, weights);
    for (let t = 0; t < 40; t++) {
      for (const series of [0, 1, 2]) together.step((t * 13 + series * 5) % 17, 0, 0, series);
      alone.step((t * 13 + 5) % 17);
    }
    expect(together.predictFlat(1)).toEqual(alone.predictFlat());
  });

  it('has states that can be moved', () => {
    const weights = drawnWeights(SHAPE);
    const kernel = new TestLstm(variant, SHAPE, weights, 2);
    for (const y of [4, 7, 5, 9]) kernel.step(y, 0, 1, 0);
    const [from, to] = [kernel.state(0), kernel.state(1)];
    for (let i = 0; i < from.byteLength; i++) to.setUint8(i, from.getUint8(i));
    for (const series of [0, 1]) kernel.step(6, 0, 1, series);
    expect(kernel.predictFlat(0)).toEqual(kernel.predictFlat(1));
  });
});

describe.each<Variant>(['simd', 'scalar'])('the loader (%s)', (variant) => {
  it.each([NaN, Infinity, -Infinity, 1e5])('refuses a weight of %s, wherever it is', (bad) => {
    const count = drawnWeights(SHAPE).length;
    for (const at of [0, Math.floor(count / 2), count - 1]) {
      const weights = drawnWeights(SHAPE);
      weights[at] = bad;
      expect(new TestLstm(variant, SHAPE, weights).isLoaded, `weight ${at}`).toBe(false);
    }
  });

  it.each([
    [5, 24, 5],
    [6, 0, 5],
    [6, 22, 5],
    [6, 132, 5],
    [6, -4, 5],
    [6, 24, 0],
    [6, 24, 65],
    [6, 1 << 30, 1 << 30],
  ])('refuses %i inputs, %i units, %i horizons', (inputs, units, horizons) => {
    const kernel = instantiate(variant);
    const at = kernel.HEAP_BASE.value;
    expect(kernel.lstmNetworkBytes(inputs, units, horizons)).toBe(0);
    expect(kernel.lstmNetworkLoad(at, inputs, units, horizons, at + 4096)).toBe(0);
  });

  it('leaves a network that answers nothing where weights are damaged', () => {
    const weights = drawnWeights(SHAPE);
    weights[7] = NaN;
    const kernel = new TestLstm(variant, SHAPE, weights);
    const before = kernel.state().getInt32(4, true);
    kernel.step(5);
    expect(kernel.state().getInt32(4, true)).toBe(before);
    expect(kernel.isSound()).toBe(false);
  });
});

describe.each<Variant>(['simd', 'scalar'])('a damaged state (%s)', (variant) => {
  const UNITS = 0;
  const COUNT = 4;
  const GAP = 8;
  const VECTOR = 40;
  const HIDDEN = VECTOR + 24;
  const damages: readonly (readonly [string, (state: DataView) => void])[] = [
    ['more units', (s) => s.setInt32(UNITS, 28, true)],
    ['negative units', (s) => s.setInt32(UNITS, -24, true)],
    ['a negative count', (s) => s.setInt32(COUNT, -1, true)],
    ['a negative gap', (s) => s.setInt32(GAP, -1, true)],
    ['a level that is no number', (s) => s.setFloat64(16, NaN, true)],
    ['a negative spread', (s) => s.setFloat64(24, -1, true)],
    ['an infinite last value', (s) => s.setFloat64(32, Infinity, true)],
    ['an input that is no number', (s) => s.setFloat32(VECTOR, NaN, true)],
    ['an output beyond 1', (s) => s.setFloat32(HIDDEN, 1.5, true)],
    ['a cell that is no number', (s) => s.setFloat32(HIDDEN + 4 * 24, NaN, true)],
  ];

  it.each(damages)('is refused: %s', (_, damage) => {
    const kernel = new TestLstm(variant, SHAPE, drawnWeights(SHAPE));
    for (const y of [3, 5, 4]) kernel.step(y);
    expect(kernel.isSound()).toBe(true);
    damage(kernel.state());
    expect(kernel.isSound()).toBe(false);
  });
});
