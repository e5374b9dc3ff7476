import {
  type ForecastExports,
  instantiate,
  LSTM_INPUTS,
  lstmWeightCount,
  type Variant,
} from '../src/index.ts';

export interface Shape {
  readonly units: number;
  readonly steps: readonly number[];
}

/** Weights drawn from a seed, of a size that training gives. */
export function drawnWeights({ units, steps }: Shape, seed = 1, size = 0.5): Float32Array {
  let s = seed;
  return Float32Array.from({ length: lstmWeightCount(LSTM_INPUTS, units, steps.length) }, () => {
    s = (Math.imul(s, 1664525) + 1013904223) | 0;
    return (size * (s >>> 0)) / 2 ** 31 - size;
  });
}

/** A network and several series under it in a kernel of its own. */
export class TestLstm {
  readonly isLoaded: boolean;
  readonly #kernel: ForecastExports;
  readonly #horizons: number;
  readonly #network: number;
  readonly #states: readonly number[];
  readonly #stateBytes: number;
  readonly #out: number;

  constructor(variant: Variant, shape: Shape, weights: Float32Array, series = 1) {
    const kernel = instantiate(variant);
    this.#kernel = kernel;
    this.#horizons = shape.steps.length;
    let end = kernel.HEAP_BASE.value;
    const reserve = (bytes: number): number => {
      const at = (end + 15) & ~15;
      end = at + bytes;
      const missing = end - kernel.memory.buffer.byteLength;
      if (missing > 0) kernel.memory.grow(Math.ceil(missing / 65536));
      return at;
    };
    this.#network = reserve(kernel.lstmNetworkBytes(LSTM_INPUTS, shape.units, this.#horizons));
    this.#stateBytes = kernel.lstmStateBytes(shape.units);
    this.#states = Array.from({ length: series }, () => reserve(this.#stateBytes));
    this.#out = reserve(24 * this.#horizons);
    const source = reserve(weights.byteLength);
    new Float32Array(kernel.memory.buffer, source, weights.length).set(weights);
    for (const state of this.#states) kernel.lstmStateInit(state, shape.units);
    this.isLoaded =
      kernel.lstmNetworkLoad(this.#network, LSTM_INPUTS, shape.units, this.#horizons, source) === 1;
  }

  step(y: number, sinDay = 0, cosDay = 0, series = 0): void {
    this.#kernel.lstmStep(this.#network, this.#states[series]!, y, sinDay, cosDay);
  }

  /** Quantiles 5, 50, 95 % of each horizon. */
  predict(series = 0): number[][] {
    const out = this.predictFlat(series);
    return Array.from({ length: this.#horizons }, (_, h) => [...out.subarray(3 * h, 3 * h + 3)]);
  }

  predictFlat(series = 0): Float64Array {
    this.#kernel.lstmPredict(this.#network, this.#states[series]!, this.#out);
    return new Float64Array(this.#kernel.memory.buffer, this.#out, 3 * this.#horizons).slice();
  }

  isSound(series = 0): boolean {
    return this.#kernel.lstmIsSound(this.#network, this.#states[series]!) === 1;
  }

  /** A state's memory, for comparison and for damage. */
  state(series = 0): DataView {
    return new DataView(this.#kernel.memory.buffer, this.#states[series], this.#stateBytes);
  }
}
