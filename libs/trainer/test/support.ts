import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Xoshiro128 } from '@foreshadow/domain';
import { type ForecastExports, instantiate } from '@foreshadow/wasm-forecast';
import { buildSync } from 'esbuild';
import type { Network } from '../src/network.ts';
import type { TrainingSeries } from '../src/options.ts';
import { drawParameters, toWeights } from '../src/parameters.ts';

/** Series of one shape, in phases of their own: a sine of 24 steps and noise. */
export function waves(count: number, length: number, seed = 1): TrainingSeries[] {
  const rng = new Xoshiro128(seed);
  return Array.from({ length: count }, (_, i) => ({
    values: Float64Array.from(
      { length },
      (_, t) => (i + 1) * (100 + 40 * Math.sin((2 * Math.PI * t) / 24 + i) + 10 * (rng.next() - 0.5)),
    ),
  }));
}

/** A network that was never trained. */
export function drawnNetwork(units: number, steps: readonly number[], seed = 1): Network {
  const weights = toWeights(drawParameters(units, steps, new Xoshiro128(seed)));
  return { inputs: 6, units, steps, stepMs: 5000, trainedAtMs: 0, loss: 1, weights };
}

/** One series under a network in a kernel. */
export class KernelSeries {
  readonly #kernel: ForecastExports = instantiate();
  readonly #horizons: number;
  readonly #network: number;
  readonly #state: number;
  readonly #out: number;

  constructor({ inputs, units, steps, weights }: Network) {
    const kernel = this.#kernel;
    this.#horizons = steps.length;
    let end = kernel.HEAP_BASE.value;
    const reserve = (bytes: number): number => {
      const at = (end + 15) & ~15;
      end = at + bytes;
      return at;
    };
    kernel.memory.grow(16);
    this.#network = reserve(kernel.lstmNetworkBytes(inputs, units, steps.length));
    this.#state = reserve(kernel.lstmStateBytes(units));
    this.#out = reserve(24 * steps.length);
    const source = reserve(weights.byteLength);
    new Float32Array(kernel.memory.buffer, source, weights.length).set(weights);
    if (kernel.lstmNetworkLoad(this.#network, inputs, units, steps.length, source) !== 1) {
      throw new Error('the kernel refuses the network');
    }
    kernel.lstmStateInit(this.#state, units);
  }

  step(y: number, sinDay = 0, cosDay = 0): void {
    this.#kernel.lstmStep(this.#network, this.#state, y, sinDay, cosDay);
  }

  /** Quantiles 5, 50, 95 % of each horizon. */
  predict(): number[][] {
    this.#kernel.lstmPredict(this.#network, this.#state, this.#out);
    const out = new Float64Array(this.#kernel.memory.buffer, this.#out, 3 * this.#horizons);
    return Array.from({ length: this.#horizons }, (_, h) => [...out.subarray(3 * h, 3 * h + 3)]);
  }

  /** The same in units from the last value. */
  scaled(): number[][] {
    const [level = 0, spread = 0, last = 0] = new Float64Array(
      this.#kernel.memory.buffer,
      this.#state + 16,
      3,
    );
    const unit = Math.max(spread, 1e-4 * Math.abs(level), 1e-30);
    return this.predict().map((row) => row.map((q) => (q - last) / unit));
  }

  /** What entered the cell last. */
  inputs(): Float32Array {
    return new Float32Array(this.#kernel.memory.buffer, this.#state + 40, 6).slice();
  }
}

/** The thread's script, bundled from the sources: Node 20 runs no TypeScript, and what is tested is what runs. */
export function buildThread(): URL {
  const directory = join(import.meta.dirname, '..', 'build', 'test-thread');
  mkdirSync(directory, { recursive: true });
  const outfile = join(directory, 'training-thread.mjs');
  buildSync({
    entryPoints: [join(import.meta.dirname, '..', 'src', 'training-thread.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@foreshadow/source'],
    external: ['@tensorflow/*'],
    logLevel: 'warning',
  });
  return pathToFileURL(outfile);
}
