import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import { type Rng, Xoshiro128 } from '@foreshadow/domain';
import { instantiate } from '@foreshadow/wasm-forecast';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import type { Figure } from '../report.ts';
import { millisInTurns } from '../turns.ts';
import { noisySeason } from './series.ts';

/** Numbers that enter a step, hidden units of a network as it is trained by default, and horizons. */
const INPUTS = 6;
const UNITS = 24;
const HORIZONS = 12;

/** Weights in the order of tfjs: kernel, recurrent kernel and bias of the cell, kernel and bias of the head. */
export interface LstmWeights {
  readonly units: number;
  readonly horizons: number;
  readonly parts: readonly { readonly shape: readonly number[]; readonly values: Float32Array }[];
}

export function drawWeights(units: number, horizons: number, rng: Rng): LstmWeights {
  const shapes = [
    [INPUTS, 4 * units],
    [units, 4 * units],
    [4 * units],
    [units, 3 * horizons],
    [3 * horizons],
  ];
  const draw = (shape: number[]): Float32Array =>
    Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => 0.6 * (rng.next() - 0.5));
  return { units, horizons, parts: shapes.map((shape) => ({ shape, values: draw(shape) })) };
}

/** One step of one series: what enters goes in, the head's numbers come out. */
export type LstmStep = (inputs: Float32Array) => ArrayLike<number>;

/** One series under a network in the kernel. */
export class KernelLstm {
  readonly #kernel = instantiate();
  readonly #horizons: number;
  readonly #network: number;
  readonly #state: number;
  readonly #out: number;

  constructor({ units, horizons, parts }: LstmWeights) {
    const kernel = this.#kernel;
    const count = parts.reduce((sum, { values }) => sum + values.length, 0);
    let end = kernel.HEAP_BASE.value;
    const reserve = (bytes: number): number => {
      const at = Math.ceil(end / 16) * 16;
      end = at + bytes;
      return at;
    };
    this.#horizons = horizons;
    this.#network = reserve(kernel.lstmNetworkBytes(INPUTS, units, horizons));
    this.#state = reserve(kernel.lstmStateBytes(units));
    this.#out = reserve(24 * horizons);
    const source = reserve(4 * count);
    kernel.memory.grow(Math.ceil(end / 65536));
    let at = source;
    for (const { values } of parts) {
      new Float32Array(kernel.memory.buffer, at, values.length).set(values);
      at += values.byteLength;
    }
    if (kernel.lstmNetworkLoad(this.#network, INPUTS, units, horizons, source) !== 1) {
      throw new Error('the kernel refuses the network');
    }
    kernel.lstmStateInit(this.#state, units);
  }

  /** One step, and the quantiles 5, 50 and 95 % of every horizon, on the scale of the series. */
  step(y: number): Float64Array {
    this.#kernel.lstmStep(this.#network, this.#state, y, 0, 0);
    this.#kernel.lstmPredict(this.#network, this.#state, this.#out);
    return new Float64Array(this.#kernel.memory.buffer, this.#out, 3 * this.#horizons);
  }

  /** What entered the cell last. */
  inputs(): Float32Array {
    return new Float32Array(this.#kernel.memory.buffer, this.#state + 40, INPUTS).slice();
  }
}

/** TensorFlow.js on its WebAssembly backend, from the files of its package. */
export async function tensorflow(): Promise<typeof import('@tensorflow/tfjs')> {
  const tf = await import('@tensorflow/tfjs');
  // Without it tfjs advises on the console to install native bindings.
  tf.enableProdMode();
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  const { resolve } = createRequire(import.meta.url);
  setWasmPaths(dirname(resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm')) + sep);
  if (!(await tf.setBackend('wasm'))) throw new Error('tfjs has no WebAssembly backend here');
  return tf;
}

type Tensorflow = Awaited<ReturnType<typeof tensorflow>>;

/** The layers of tfjs, stateful, one step at a time: how its users would do it. */
export function layersStep(tf: Tensorflow, { units, horizons, parts }: LstmWeights): LstmStep {
  const model = tf.sequential();
  model.add(
    tf.layers.lstm({
      units,
      stateful: true,
      batchInputShape: [1, 1, INPUTS],
      recurrentActivation: 'sigmoid',
      recurrentInitializer: 'zeros',
    }),
  );
  model.add(tf.layers.dense({ units: 3 * horizons }));
  model.setWeights(parts.map(({ shape, values }) => tf.tensor(values, [...shape])));
  return (inputs) =>
    tf.tidy(() => (model.predict(tf.tensor3d(inputs, [1, 1, INPUTS])) as Tensor).dataSync().slice());
}

/** The same from bare operations: the least that tfjs can do for it. */
export function operationsStep(tf: Tensorflow, { units, parts }: LstmWeights): LstmStep {
  const [kernel, recurrent, bias, head, headBias] = parts.map(({ shape, values }) =>
    tf.tensor(values, [...shape]),
  ) as [Tensor2D, Tensor2D, Tensor, Tensor2D, Tensor];
  const cellKernel = tf.concat([kernel, recurrent], 0);
  let h: Tensor2D = tf.zeros([1, units]);
  let c: Tensor2D = tf.zeros([1, units]);
  return (inputs) => {
    const [nextH, nextC, output] = tf.tidy(() => {
      const entering = tf.concat([tf.tensor2d(inputs, [1, INPUTS]), h], 1);
      const gates = tf.split(tf.add(tf.matMul(entering, cellKernel), bias), 4, 1);
      const [i, f, g, o] = gates as [Tensor2D, Tensor2D, Tensor2D, Tensor2D];
      const cell: Tensor2D = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)));
      const hidden: Tensor2D = tf.mul(tf.sigmoid(o), tf.tanh(cell));
      return [hidden, cell, tf.add(tf.matMul(hidden, head), headBias)] as const;
    }) as unknown as readonly [Tensor2D, Tensor2D, Tensor];
    tf.dispose([h, c]);
    [h, c] = [nextH, nextC];
    const values = output.dataSync().slice();
    output.dispose();
    return values;
  };
}

/** A stateful step and the forecast of all horizons, beside tfjs at a batch of one with the same weights. */
export async function lstmFigures(): Promise<Figure[]> {
  const weights = drawWeights(UNITS, HORIZONS, new Xoshiro128(1));
  const tf = await tensorflow();
  const kernel = new KernelLstm(weights);
  const rate = noisySeason(1);
  let t = 0;
  for (; t < 10; t++) kernel.step(rate(t));
  const inputs = kernel.inputs();
  const layers = layersStep(tf, weights);
  const operations = operationsStep(tf, weights);
  const jobs = [() => kernel.step(rate(t++)), () => layers(inputs), () => operations(inputs)];
  const [ours = NaN, ofLayers = NaN, ofOperations = NaN] = millisInTurns(jobs).map((ms) => 1000 * ms);
  const named = { name: `LSTM step and ${HORIZONS} horizons, ${UNITS} units`, value: ours, unit: 'µs' };
  return [
    { ...named, target: { atMost: 20, of: 'value' } },
    {
      ...named,
      baseline: { name: 'tfjs-wasm layers', value: ofLayers },
      target: { atMost: 1 / 50, of: 'ratio' },
    },
    {
      ...named,
      baseline: { name: 'tfjs-wasm operations', value: ofOperations },
      target: { atMost: 1 / 50, of: 'ratio' },
    },
  ];
}
