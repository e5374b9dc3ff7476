import { layers, sequential } from '@tensorflow/tfjs';
import { tensor1d, tensor2d, tensor3d, type Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../src/backend.ts';
import { featuresOf } from '../src/features.ts';
import type { Network } from '../src/network.ts';
import { openNetwork } from '../src/open-network.ts';
import { drawnNetwork, KernelSeries } from './support.ts';

const HOUR_MS = 3_600_000;
/** A day, a burst, holes, a shift of the level. */
const VALUES = Array.from({ length: 200 }, (_, t) => {
  if (t % 41 > 38) return NaN;
  const level = t < 120 ? 500 : 900;
  return level + 200 * Math.sin((2 * Math.PI * t) / 24) + (t % 29 === 7 ? 2000 : 0) + 30 * Math.sin(t * t);
});

/** The layers of tfjs with a network's weights: one step of one series at a time. */
function layersOf({ units, steps, weights }: Network): { step(inputs: Float32Array): number[] } {
  const model = sequential();
  model.add(
    layers.lstm({
      units,
      stateful: true,
      batchInputShape: [1, 1, 6],
      recurrentActivation: 'sigmoid',
      recurrentInitializer: 'zeros',
    }),
  );
  model.add(layers.dense({ units: 3 * steps.length }));
  let at = 0;
  const take = (...shape: number[]): Tensor => {
    const part = weights.subarray(at, (at += shape.reduce((a, b) => a * b)));
    return shape.length === 1 ? tensor1d(part) : tensor2d(part, shape as [number, number]);
  };
  const columns = 3 * steps.length;
  model.setWeights([
    take(6, 4 * units),
    take(units, 4 * units),
    take(4 * units),
    take(units, columns),
    take(columns),
  ]);
  return { step: (inputs) => [...(model.predict(tensor3d(inputs, [1, 1, 6])) as Tensor).dataSync()] };
}

function quantilesOf(outputs: ArrayLike<number>, horizons: number): number[][] {
  const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  return Array.from({ length: horizons }, (_, h) => {
    const median = outputs[h]!;
    return [median - softplus(outputs[horizons + h]!), median, median + softplus(outputs[2 * horizons + h]!)];
  });
}

beforeAll(async () => {
  await useBackend();
});

describe('the kernel on the same weights', () => {
  it.each([
    [24, [1, 2, 3, 6, 12]],
    [40, Array.from({ length: 12 }, (_, i) => i + 1)],
  ])('equals the layers of tfjs within 1e-5, a step at a time, with %i units', (units, steps) => {
    const network = drawnNetwork(units, steps, units);
    const { inputs } = featuresOf({ values: VALUES, startMs: 0 }, steps, HOUR_MS, true);
    const kernel = new KernelSeries(network);
    const tfjs = layersOf(network);
    for (const [t, y] of VALUES.entries()) {
      const entering = inputs.subarray(6 * t, 6 * t + 6);
      kernel.step(y, entering[2], entering[3]);
      const expected = quantilesOf(tfjs.step(entering), steps.length);
      if (t < 1) continue;
      for (const [h, row] of kernel.scaled().entries()) {
        for (const [i, q] of row.entries()) {
          expect(Math.abs(q - expected[h]![i]!), `step ${t}, horizon ${h}`).toBeLessThan(1e-5);
        }
      }
    }
  });

  it('equals the network that benchmarks open', async () => {
    const steps = [1, 5];
    const network = drawnNetwork(16, steps);
    const { inputs } = featuresOf({ values: VALUES, startMs: 0 }, steps, HOUR_MS, true);
    const kernel = new KernelSeries(network);
    const open = await openNetwork(network);
    for (const [t, y] of VALUES.entries()) {
      const entering = inputs.slice(6 * t, 6 * t + 6);
      kernel.step(y, entering[2], entering[3]);
      const expected = quantilesOf(open.step(entering), steps.length).flat();
      if (t < 1) continue;
      for (const [i, q] of kernel.scaled().flat().entries())
        expect(Math.abs(q - expected[i]!)).toBeLessThan(1e-5);
    }
    open.close();
  });
});
