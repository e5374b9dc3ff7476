import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ForecastExports, instantiate, type Variant } from '../../src/index.ts';

const KIND = 5;

interface Window {
  readonly values: readonly number[];
  readonly season: number;
  readonly second?: number;
  /** Pieces of the search after which it is cut short. */
  readonly pieces?: number;
  readonly variant?: Variant;
}

/** A decomposable model in a kernel of its own, whose state can be damaged and whose search can be cut short. */
class RawModel {
  readonly isFitted: boolean;
  readonly #kernel: ForecastExports;
  readonly #season: number;
  readonly #state: number;

  constructor({ values, season, second = -1, pieces = Infinity, variant = 'simd' }: Window) {
    const kernel = instantiate(variant);
    const spec = (kernel.HEAP_BASE.value + 15) & ~15;
    const state = spec + 32;
    const y = state + 8192;
    const work = y + ((8 * values.length + 15) & ~15);
    kernel.memory.grow(Math.ceil((work + kernel.modelWorkBytes(KIND, values.length, season)) / 65536));
    new Int32Array(kernel.memory.buffer, spec, 8).fill(-1)[0] = second;
    new Float64Array(kernel.memory.buffer, y, values.length).set(values);
    this.#kernel = kernel;
    this.#season = season;
    this.#state = state;
    kernel.modelBegin(KIND, work, y, values.length, season, spec);
    for (let i = 0; i < pieces && kernel.modelAdvance(KIND, work) === 1; i++);
    this.isFitted = kernel.modelFinish(KIND, work, state) === 1;
  }

  get isSound(): boolean {
    return this.#kernel.modelIsSound(KIND, this.#state, this.#season) === 1;
  }

  update(y: number): void {
    this.#kernel.modelUpdate(this.#state, y);
  }

  predict(count: number): { mean: number[]; variance: number[] } {
    const at = this.#state + 4096;
    this.#kernel.modelPredict(this.#state, count, at, at + 8 * count);
    const out = [...new Float64Array(this.#kernel.memory.buffer, at, 2 * count)];
    return { mean: out.slice(0, count), variance: out.slice(count) };
  }

  /** The state and `more` bytes after it. */
  state(more = 0): DataView {
    const bytes = this.#kernel.modelStateBytes(KIND, this.#season) + more;
    return new DataView(this.#kernel.memory.buffer, this.#state, bytes);
  }
}

describe('hostile input', () => {
  const value = fc.oneof(
    { weight: 4, arbitrary: fc.double({ min: 0, max: 1e4, noNaN: true }) },
    { weight: 1, arbitrary: fc.double() },
    { weight: 1, arbitrary: fc.constantFrom(0, NaN, Infinity, -Infinity, 5e-324, 1e30, -1e30, 1e-30) },
  );

  it('gives finite forecasts or no fit', () => {
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 120 }),
        fc.integer({ min: 1, max: 40 }),
        fc.array(value),
        (values, season, more) => {
          const model = new RawModel({ values, season, second: 3 });
          if (!model.isFitted) return;
          for (const y of more) model.update(y);
          const { mean, variance } = model.predict(40);
          expect(mean.every(Number.isFinite)).toBe(true);
          expect(variance.every((v) => v >= 0 && v < Infinity)).toBe(true);
          expect(model.isSound).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([[[]], [[1]], [[1, 2]], [Array<number>(50).fill(NaN)]])('does not fit %j', (values) => {
    expect(new RawModel({ values, season: 4 }).isFitted).toBe(false);
  });

  it.each([0, 42.1, -1e12, 1e-6])('forecasts a constant %d as that', (constant) => {
    const model = new RawModel({ values: Array<number>(100).fill(constant), season: 12 });
    const { mean, variance } = model.predict(10);
    expect(mean).toEqual(Array<number>(10).fill(constant));
    expect(variance).toEqual(Array<number>(10).fill(0));
  });

  it('never goes farther than a range beyond what it saw, whatever the trend', () => {
    const values = Array.from({ length: 100 }, (_, t) => 1.2 ** t);
    const { mean } = new RawModel({ values, season: 1 }).predict(250);
    expect(Math.max(...mean)).toBeLessThanOrEqual(2.1 * values.at(-1)!);
  });

  it('refuses a damaged state, or goes on from it within its bounds', () => {
    const values = Array.from({ length: 120 }, (_, t) => 10 + Math.sin(t / 2) + ((t * 7919) % 17) / 20);
    const damage = fc.array(fc.tuple(fc.nat(559), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(damage, (bytes) => {
        const model = new RawModel({ values, season: 12, second: 30 });
        for (const [offset, byte] of bytes) if (offset >= 4) model.state().setUint8(offset, byte);
        if (!model.isSound) return;
        const after = [...new Uint8Array(model.state(256).buffer, model.state().byteOffset + 560, 256)];
        for (let t = 0; t < 60; t++) model.update(10);
        model.predict(20);
        expect([...new Uint8Array(model.state(256).buffer, model.state().byteOffset + 560, 256)]).toEqual(
          after,
        );
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['season', 32, 13],
    ['season', 32, 0],
    ['length', 144, -1],
    ['phase', 148, 12],
    ['phase', 148, -1],
    ['harmonics', 152, 11],
    ['second phase', 144 + 208 + 4, 30],
    ['missed steps', 128, -1],
  ])('refuses a state with its %s out of range', (_name, offset, number) => {
    const values = Array.from(
      { length: 120 },
      (_, t) => 10 + Math.sin((2 * Math.PI * t) / 12) + Math.sin((2 * Math.PI * t) / 30),
    );
    const model = new RawModel({ values, season: 12, second: 30 });
    expect(model.isSound).toBe(true);
    model.state().setInt32(offset, number, true);
    expect(model.isSound).toBe(false);
  });

  it('gives a model as of the window’s end when its search is cut short', () => {
    const values = Array.from({ length: 200 }, (_, t) => (t < 150 ? 10 : 90) + Math.sin(t));
    for (const pieces of [0, 1, 2, 5]) {
      const model = new RawModel({ values, season: 1, pieces });
      expect(model.isFitted).toBe(true);
      expect(model.predict(1).mean[0]).toBeGreaterThan(60);
    }
  });
});
