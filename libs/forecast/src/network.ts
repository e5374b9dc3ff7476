import { decodeNetwork, lstmTimeOfDay } from '@foreshadow/wasm-forecast';
import { ForecastError } from './errors.ts';
import type { ForecastKernel, Slot } from './kernel.ts';

/** Values of its past that a series shows to a network that it meets: many times the network's memory. */
const REPLAYED_STEPS = 256;
/** Quantiles that the network gives per horizon: 5 %, 50 %, 95 %. */
const QUANTILES = 3;

/** A trained LSTM in a kernel's memory, shared by all series of a stream and resolution. */
export class LoadedNetwork {
  /** Length of a step of the series that it was trained on. */
  readonly stepMs: number;
  /** Horizons that it speaks of, in steps. */
  readonly steps: readonly number[];
  readonly units: number;
  readonly at: number;
  readonly #kernel: ForecastKernel;
  readonly #bytes: number;

  /**
   * @param encoded what `encodeNetwork` gave
   * @throws {ForecastError} `INVALID_STATE` if it is damaged or the kernel cannot run it
   */
  constructor(kernel: ForecastKernel, encoded: Uint8Array) {
    const network = decodeNetwork(encoded);
    if (network === undefined) throw damaged();
    const { exports } = kernel;
    const { inputs, units, steps, weights } = network;
    this.stepMs = network.stepMs;
    this.steps = steps;
    this.units = units;
    this.#kernel = kernel;
    this.#bytes = exports.lstmNetworkBytes(inputs, units, steps.length);
    this.at = kernel.take(this.#bytes);
    const scratch = kernel.scratch(Math.ceil(weights.length / 2));
    new Float32Array(exports.memory.buffer, scratch, weights.length).set(weights);
    if (exports.lstmNetworkLoad(this.at, inputs, units, steps.length, scratch) === 1) return;
    this.dispose();
    throw damaged();
  }

  dispose(): void {
    this.#kernel.giveBack(this.at, this.#bytes);
  }
}

/**
 * One series' walk through a network. What the network remembers of a series is made anew from the series' history when
 * the two meet, so it is no part of the series' state.
 */
export class NetworkWalk {
  readonly network: LoadedNetwork;
  readonly #kernel: ForecastKernel;
  readonly #state: number;
  readonly #stateBytes: number;
  /** Place of each of the series' horizons among the network's; −1: it says nothing of it. */
  readonly #places: readonly number[];

  /** @param steps horizons of the series, in steps */
  constructor(kernel: ForecastKernel, network: LoadedNetwork, steps: readonly number[]) {
    this.network = network;
    this.#kernel = kernel;
    this.#stateBytes = kernel.exports.lstmStateBytes(network.units);
    this.#state = kernel.take(this.#stateBytes);
    this.#places = steps.map((step) => network.steps.indexOf(step));
  }

  /** Walk through the past of a series whose newest step ended at `endMs`, the wall-clock; NaN: not known. */
  replay({ plan, at }: Slot, endMs: number): void {
    const { exports } = this.#kernel;
    exports.lstmStateInit(this.#state, this.network.units);
    const count = Math.min(exports.stepCount(at), REPLAYED_STEPS);
    const window = this.#kernel.scratch(count);
    exports.fitWindow(plan, at, count, exports.stepCount(at), window);
    const values = this.#kernel.numbers(window, count);
    for (const [i, y] of values.entries()) this.step(y, endMs - (count - 1 - i) * this.network.stepMs);
  }

  /** Take in the step that ended at `endMs`; NaN where the value is missing or the time is not known. */
  step(y: number, endMs: number): void {
    const [sin, cos] = Number.isNaN(endMs) ? [0, 0] : lstmTimeOfDay(endMs - this.network.stepMs);
    this.#kernel.exports.lstmStep(this.network.at, this.#state, y, sin, cos);
  }

  /** Medians of the horizons to come, NaN where the network says nothing. */
  medians(): number[] {
    const count = QUANTILES * this.network.steps.length;
    const out = this.#kernel.scratch(count);
    this.#kernel.exports.lstmPredict(this.network.at, this.#state, out);
    const quantiles = this.#kernel.numbers(out, count);
    return this.#places.map((place) => quantiles[QUANTILES * place + 1] ?? NaN);
  }

  dispose(): void {
    this.#kernel.giveBack(this.#state, this.#stateBytes);
  }
}

function damaged(): ForecastError {
  return new ForecastError('INVALID_STATE', 'the network is damaged or of another format');
}
