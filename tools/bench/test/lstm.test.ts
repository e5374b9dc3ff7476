import { Xoshiro128 } from '@foreshadow/domain';
import { expect, it } from 'vitest';
import { drawWeights, KernelLstm, layersStep, operationsStep, tensorflow } from '../src/forecast/lstm.ts';

it('is measured on what says the same: the kernel and both ways of tfjs', async () => {
  const horizons = 5;
  const weights = drawWeights(8, horizons, new Xoshiro128(7));
  const tf = await tensorflow();
  const kernel = new KernelLstm(weights);
  const [layers, operations] = [layersStep(tf, weights), operationsStep(tf, weights)];
  for (let t = 0; t < 30; t++) {
    const quantiles = kernel.step(100 + 30 * Math.sin(t / 3));
    const inputs = kernel.inputs();
    const outputs = layers(inputs);
    const others = operations(inputs);
    for (let i = 0; i < 3 * horizons; i++) expect(Math.abs(others[i]! - outputs[i]!)).toBeLessThan(1e-5);
    if (t < 1) continue;
    // Widths relative to that of the first horizon: the unit of the series falls out.
    const width = (h: number): number => quantiles[3 * h + 2]! - quantiles[3 * h]!;
    const softplus = (x: number): number => Math.log1p(Math.exp(x));
    const expected = (h: number): number =>
      softplus(outputs[horizons + h]!) + softplus(outputs[2 * horizons + h]!);
    for (let h = 1; h < horizons; h++) {
      expect(Math.abs(width(h) / width(0) - expected(h) / expected(0))).toBeLessThan(1e-5);
    }
  }
});

it('draws weights of the shapes of tfjs', () => {
  const { parts } = drawWeights(8, 2, new Xoshiro128(1));
  expect(parts.map(({ shape }) => shape)).toEqual([[6, 32], [8, 32], [32], [8, 6], [6]]);
  for (const { shape, values } of parts) expect(values).toHaveLength(shape.reduce((a, b) => a * b));
});
