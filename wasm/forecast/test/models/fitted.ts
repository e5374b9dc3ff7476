import fc from 'fast-check';
import { expect } from 'vitest';
import { type ForecastExports, instantiate, type Variant } from '../../src/index.ts';

/** Kinds of fitted models, by the numbers that the kernel gives them. */
export const MODEL_KINDS = { ets: 1, arima: 2, theta: 3, 'stl-ets': 4, decomposable: 5 } as const;
export type ModelKind = keyof typeof MODEL_KINDS;

/** Numbers within a tolerance of the largest of those wanted; missing where those are. */
export function expectClose(actual: readonly number[], wanted: readonly number[], tolerance: number): void {
  const scale = Math.max(1e-12, ...wanted.filter((v) => !Number.isNaN(v)).map(Math.abs));
  for (const [i, v] of actual.entries()) {
    if (Number.isNaN(v) && Number.isNaN(wanted[i])) continue;
    expect(Math.abs(v - wanted[i]!) / scale, `place ${i}`).toBeLessThan(tolerance);
  }
}

/** Mostly loads, now and then a value that no load has. */
export const wildValue: fc.Arbitrary<number> = fc.oneof(
  { weight: 4, arbitrary: fc.double({ min: 0, max: 1e4, noNaN: true }) },
  { weight: 1, arbitrary: fc.double() },
  {
    weight: 1,
    arbitrary: fc.constantFrom(NaN, Infinity, -Infinity, 0, -0, 5e-324, 1e-6, 1e12, -1e30, 1e139),
  },
);

export interface FitOptions {
  /** Season in steps; 1: none. */
  readonly season?: number;
  /** Up to 8 numbers that fix the form, −1 where it is open. */
  readonly spec?: readonly number[];
  readonly variant?: Variant;
}

/** One model fitted to one series in a kernel of its own. */
export class TestModel {
  readonly isFitted: boolean;
  /** Pieces of the search that were needed. */
  readonly pieces: number;
  readonly #kernel: ForecastExports;
  readonly #kind: number;
  readonly #work: number;
  readonly #workBytes: number;
  readonly #state: number;
  readonly #stateBytes: number;
  readonly #out: number;

  constructor(kind: ModelKind, values: readonly number[], options: FitOptions = {}) {
    const { season = 1, spec, variant = 'simd' } = options;
    const kernel = instantiate(variant);
    const number = MODEL_KINDS[kind];
    this.#kernel = kernel;
    let end = kernel.HEAP_BASE.value;
    const reserve = (bytes: number): number => {
      const at = (end + 15) & ~15;
      end = at + bytes;
      const missing = end - kernel.memory.buffer.byteLength;
      if (missing > 0) kernel.memory.grow(Math.ceil(missing / 65536));
      return at;
    };
    const y = reserve(8 * values.length);
    this.#kind = number;
    this.#workBytes = kernel.modelWorkBytes(number, values.length, season);
    const work = reserve(this.#workBytes);
    this.#work = work;
    this.#stateBytes = kernel.modelStateBytes(number, season);
    this.#state = reserve(this.#stateBytes);
    this.#out = reserve(16 * 4096);
    const specAt = reserve(32);
    new Float64Array(kernel.memory.buffer, y, values.length).set(values);
    // A workspace may hold anything.
    new Uint8Array(kernel.memory.buffer, work, this.#workBytes).fill(0xa5);
    new Int32Array(kernel.memory.buffer, specAt, 8).fill(-1).set(spec ?? []);
    kernel.modelBegin(number, work, y, values.length, season, spec === undefined ? 0 : specAt);
    let pieces = 1;
    while (kernel.modelAdvance(number, work) === 1) pieces++;
    this.pieces = pieces;
    this.isFitted = kernel.modelFinish(number, work, this.#state) === 1;
  }

  update(y: number): void {
    this.#kernel.modelUpdate(this.#state, y);
  }

  /** Means and variances of steps 1 … count. */
  predict(count: number): { mean: number[]; variance: number[] } {
    this.#kernel.modelPredict(this.#state, count, this.#out, this.#out + 8 * count);
    const out = new Float64Array(this.#kernel.memory.buffer, this.#out, 2 * count);
    return { mean: [...out.subarray(0, count)], variance: [...out.subarray(count)] };
  }

  /** The state's bytes, for its parameters and for damage. */
  state(): DataView {
    return new DataView(this.#kernel.memory.buffer, this.#state, this.#stateBytes);
  }

  /** Whether the state, copied to where nothing else is, can be gone on from with seasons of at most m steps. */
  isSound(m: number): boolean {
    const kernel = instantiate();
    const bytes = new Uint8Array(this.#kernel.memory.buffer, this.#state, this.#stateBytes);
    new Uint8Array(kernel.memory.buffer, kernel.HEAP_BASE.value, bytes.length).set(bytes);
    return kernel.modelIsSound(this.#kind, kernel.HEAP_BASE.value, m) === 1;
  }

  /** What the fit left in its workspace. */
  work(): DataView {
    return new DataView(this.#kernel.memory.buffer, this.#work, this.#workBytes);
  }
}
