import {
  add,
  concat,
  matMul,
  maximum,
  mul,
  neg,
  type Scalar,
  sigmoid,
  slice,
  softplus,
  sub,
  sum,
  tanh,
  type Tensor2D,
  tensor2d,
  tidy,
  memory,
  variableGrads,
  variable,
} from '@tensorflow/tfjs';
import { Xoshiro128 } from '@foreshadow/domain';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../src/backend.ts';
import {
  arraysOf,
  drawParameters,
  fromWeights,
  gateRows,
  type Parameters,
  toWeights,
} from '../src/parameters.ts';
import { horizonWeights } from '../src/quantile-loss.ts';
import { type Window, windowGradient, windowLoss } from '../src/window.ts';

const UNITS = 8;
const STEPS = [1, 3];
const LANES = 5;
const LENGTH = 7;

function drawnWindow(seed: number): Window {
  const rng = new Xoshiro128(seed);
  const draw = (length: number, size: number): Float32Array =>
    Float32Array.from({ length }, () => size * (2 * rng.next() - 1));
  const targets = draw(LENGTH * LANES * STEPS.length, 6);
  return {
    lanes: LANES,
    length: LENGTH,
    inputs: draw(LENGTH * LANES * 6, 2),
    targets: targets.map((x, i) => (i % 11 === 3 ? NaN : x)),
    hidden: draw(LANES * UNITS, 0.9),
    cells: draw(LANES * UNITS, 2),
  };
}

/** Loss and gradient as tfjs derives them from the textbook's cell. */
function automatic(parameters: Parameters, window: Window): { loss: number; gradient: Float32Array[] } {
  const weights = horizonWeights(STEPS);
  const rows = (t: number, values: Float32Array, columns: number): Tensor2D =>
    tensor2d(values.subarray(t * LANES * columns, (t + 1) * LANES * columns), [LANES, columns]);
  const gates = parameters.gates.map((gate) => variable(tensor2d(gate, [gateRows(UNITS), UNITS])));
  const head = variable(tensor2d(parameters.head, [UNITS + 1, 3 * STEPS.length]));
  const one = tensor2d(new Float32Array(LANES).fill(1), [LANES, 1]);
  const pinball = (error: Tensor2D, q: number): Tensor2D => maximum(mul(error, q), mul(error, q - 1));
  const lossOf = (): Scalar => {
    let h = tensor2d(window.hidden, [LANES, UNITS]);
    let c = tensor2d(window.cells, [LANES, UNITS]);
    let total: Scalar | undefined;
    let weight = 0;
    for (let t = 0; t < LENGTH; t++) {
      const entering = concat([rows(t, window.inputs, 6), one, h], 1);
      const [i, f, g, o] = gates.map((gate) => matMul(entering, gate)) as [
        Tensor2D,
        Tensor2D,
        Tensor2D,
        Tensor2D,
      ];
      c = add(mul(sigmoid(f), c), mul(sigmoid(i), tanh(g)));
      h = mul(sigmoid(o), tanh(c));
      const outputs = matMul(concat([h, one], 1), head);
      const group = (k: number): Tensor2D =>
        slice(outputs as Tensor2D, [0, k * STEPS.length], [LANES, STEPS.length]);
      const raw = window.targets.subarray(t * LANES * STEPS.length, (t + 1) * LANES * STEPS.length);
      const shape: [number, number] = [LANES, STEPS.length];
      const mask = raw.map((x, k) => (Number.isNaN(x) ? 0 : weights[k % STEPS.length]!));
      weight += mask.reduce((a, b) => a + b, 0);
      const error: Tensor2D = sub(
        tensor2d(
          raw.map((x) => (Number.isNaN(x) ? 0 : x)),
          shape,
        ),
        group(0),
      );
      const lower: Tensor2D = add(error, softplus(group(1)));
      const upper: Tensor2D = add(error, neg(softplus(group(2))));
      const losses = add(add(pinball(error, 0.5), pinball(lower, 0.05)), pinball(upper, 0.95));
      const here: Scalar = sum(mul(losses, tensor2d(mask, shape)));
      total = total === undefined ? here : add(total, here);
    }
    return mul(total!, 1 / weight);
  };
  const results: { loss: number; gradient: Float32Array[] }[] = [];
  tidy(() => {
    const variables = [...gates, head];
    const { value, grads } = variableGrads(lossOf, variables);
    const gradient = variables.map((v) => grads[v.name]!.dataSync<'float32'>());
    results.push({ loss: value.dataSync<'float32'>()[0]!, gradient });
  });
  return results[0]!;
}

beforeAll(async () => {
  await useBackend();
});

describe('the gradient of a window', () => {
  it.each([1, 2, 3])('is the one that tfjs derives (seed %i)', (seed) => {
    const parameters = drawParameters(UNITS, STEPS, new Xoshiro128(seed));
    const window = drawnWindow(seed);
    const expected = automatic(parameters, window);
    const { loss, weight, gradient } = windowGradient(parameters, window, horizonWeights(STEPS));
    expect(loss / weight).toBeCloseTo(expected.loss, 5);
    for (const [k, array] of arraysOf(gradient).entries()) {
      for (const [i, g] of array.entries()) {
        expect(Math.abs(g - expected.gradient[k]![i]!), `array ${k}, weight ${i}`).toBeLessThan(2e-6);
      }
    }
  });

  it('goes with the loss that is computed without it, and with the state that goes on', () => {
    const parameters = drawParameters(UNITS, STEPS, new Xoshiro128(4));
    const window = drawnWindow(4);
    const { gradient: _, ...rest } = windowGradient(parameters, window, horizonWeights(STEPS));
    expect(rest).toEqual(windowLoss(parameters, window, horizonWeights(STEPS)));
  });

  it('is 0 where nothing is scored', () => {
    const parameters = drawParameters(UNITS, STEPS, new Xoshiro128(5));
    const window = drawnWindow(5);
    const empty = { ...window, targets: window.targets.map(() => NaN) };
    const { weight, gradient } = windowGradient(parameters, empty, horizonWeights(STEPS));
    expect(weight).toBe(0);
    expect(arraysOf(gradient).every((array) => array.every((g) => g === 0))).toBe(true);
  });

  it('keeps no memory of tfjs', () => {
    const parameters = drawParameters(UNITS, STEPS, new Xoshiro128(6));
    const before = memory().numTensors;
    for (let i = 0; i < 3; i++) windowGradient(parameters, drawnWindow(i), horizonWeights(STEPS));
    expect(memory().numTensors).toBe(before);
  });
});

describe('parameters', () => {
  it('are the same after the order of tfjs and back', () => {
    const parameters = drawParameters(UNITS, STEPS, new Xoshiro128(7));
    expect(fromWeights(UNITS, STEPS.length, toWeights(parameters))).toEqual(parameters);
  });
});
