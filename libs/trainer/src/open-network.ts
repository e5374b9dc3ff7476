import {
  add,
  concat,
  dispose,
  matMul,
  mul,
  ones,
  sigmoid,
  tanh,
  type Tensor2D,
  tensor2d,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core';
import { type Backend, useBackend } from './backend.ts';
import { INPUTS, type Network } from './network.ts';
import { fromWeights, gateRows } from './parameters.ts';

/** A network that tfjs computes a step at a time: what the kernel is measured against. */
export interface OpenNetwork {
  /** One step from scaled inputs (6); the head's outputs: medians, lower, upper gaps before their softplus. */
  step(inputs: Float32Array): Float32Array;
  close(): void;
}

/** For benchmarks. */
export async function openNetwork(network: Network, preferred?: Backend): Promise<OpenNetwork> {
  await useBackend(preferred);
  const { units, steps } = network;
  const parameters = fromWeights(units, steps.length, network.weights);
  const gates = parameters.gates.map((gate) => tensor2d(gate, [gateRows(units), units]));
  const head = tensor2d(parameters.head, [units + 1, 3 * steps.length]);
  const one: Tensor2D = ones([1, 1]);
  let h: Tensor2D = zeros([1, units]);
  let c: Tensor2D = zeros([1, units]);
  return {
    step: (inputs) => {
      const [nextH, nextC, output] = tidy((): [Tensor2D, Tensor2D, Tensor2D] => {
        const entering: Tensor2D = concat([tensor2d(inputs, [1, INPUTS]), one, h], 1);
        const [i, f, g, o] = gates.map((gate): Tensor2D => matMul(entering, gate)) as [
          Tensor2D,
          Tensor2D,
          Tensor2D,
          Tensor2D,
        ];
        const cell: Tensor2D = add(mul(sigmoid(f), c), mul(sigmoid(i), tanh(g)));
        const hidden: Tensor2D = mul(sigmoid(o), tanh(cell));
        return [hidden, cell, matMul(concat([hidden, one], 1), head)];
      });
      dispose([h, c]);
      h = nextH;
      c = nextC;
      const values = output.dataSync<'float32'>();
      output.dispose();
      return values;
    },
    close: () => dispose([...gates, head, one, h, c]),
  };
}
