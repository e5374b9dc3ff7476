import {
  add,
  concat,
  matMul,
  mul,
  ones,
  type Scalar,
  scalar,
  sigmoid,
  square,
  sub,
  type Tensor2D,
  tensor2d,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core';
import { INPUTS } from './network.ts';
import { BIAS_ROW, gateRows, type Parameters } from './parameters.ts';
import { type LossSum, quantileLoss } from './quantile-loss.ts';

// Loss and gradient of the network over a window, by backpropagation through time written out in tfjs operations. The
// automatic gradient takes twice as long: it transposes the weights anew in every step and multiplies for the gradient of
// the weights in every step, where one product over the window does. Three more things that the WebAssembly backend
// rewards: tanh as 2σ(2x) − 1 (its tanh takes ten times as long), a matrix a gate instead of slices of one (a slice reads
// the whole tensor), and cutting windows into steps outside of tfjs.

/** The gate whose activation is tanh. */
const CELL = 2;

/** Lanes of series over some steps, from a state that earlier windows left. */
export interface Window {
  readonly lanes: number;
  readonly length: number;
  /** [length, lanes, INPUTS] */
  readonly inputs: Float32Array;
  /** [length, lanes, horizons], NaN where nothing is to be scored */
  readonly targets: Float32Array;
  /** [lanes, units] */
  readonly hidden: Float32Array;
  readonly cells: Float32Array;
}

export interface WindowResult extends LossSum {
  /** State after the window. */
  readonly hidden: Float32Array;
  readonly cells: Float32Array;
}

/** What a step leaves for the way back. */
interface Step {
  /** Inputs, ones, hidden units before: [lanes, rows]. */
  readonly entering: Tensor2D;
  readonly input: Tensor2D;
  readonly forget: Tensor2D;
  readonly candidate: Tensor2D;
  readonly output: Tensor2D;
  readonly cellBefore: Tensor2D;
  /** tanh of the cell after. */
  readonly squashed: Tensor2D;
}

/** Loss of a window, and where the state is after it. */
export function windowLoss(parameters: Parameters, window: Window, weights: readonly number[]): WindowResult {
  return scoped(() => forward(parameters, window, weights).result);
}

/** The same with the gradient of loss / weight by every parameter; the state at the window's start counts as given. */
export function windowGradient(
  parameters: Parameters,
  window: Window,
  weights: readonly number[],
): WindowResult & { readonly gradient: Parameters } {
  return scoped(() => {
    const { units, horizons } = parameters;
    const dOutputs = new Float32Array(window.length * window.lanes * 3 * horizons);
    const { result, steps, headInputs } = forward(parameters, window, weights, dOutputs);
    const dOut = matrix(dOutputs, 3 * horizons);
    const head = matMul(transpose(headInputs), dOut).dataSync<'float32'>();
    const headKernel = matrix(parameters.head.subarray(0, units * 3 * horizons), 3 * horizons);
    const dHidden = matMul(dOut, transpose(headKernel)).dataSync<'float32'>();
    const gates = backward(parameters, window.lanes, steps, dHidden);
    return { ...result, gradient: { units, horizons, gates, head } };
  });
}

function forward(
  parameters: Parameters,
  { lanes, length, inputs, targets, hidden, cells }: Window,
  weights: readonly number[],
  dOutputs?: Float32Array,
): { result: WindowResult; steps: readonly Step[]; headInputs: Tensor2D } {
  const { units, horizons } = parameters;
  const gates = parameters.gates.map((gate) => matrix(gate, units));
  const one: Tensor2D = ones([lanes, 1]);
  const unity = scalar(1);
  const steps: Step[] = [];
  const headInputs: Tensor2D[] = [];
  let h = matrix(hidden, units);
  let c = matrix(cells, units);
  for (let t = 0; t < length; t++) {
    const x = matrix(inputs.subarray(t * lanes * INPUTS, (t + 1) * lanes * INPUTS), INPUTS);
    const entering = concat([x, one, h], 1);
    const [input, forget, candidate, output] = gates.map((gate, g) => {
      const z: Tensor2D = matMul(entering, gate);
      return g === CELL ? tanh(z, unity) : sigmoid(z);
    }) as [Tensor2D, Tensor2D, Tensor2D, Tensor2D];
    const cellBefore = c;
    c = add(mul(forget, c), mul(input, candidate));
    const squashed = tanh(c, unity);
    h = mul(output, squashed);
    steps.push({ entering, input, forget, candidate, output, cellBefore, squashed });
    headInputs.push(concat([h, one], 1));
  }
  const rows = concat(headInputs, 0);
  const outputs = matMul(rows, matrix(parameters.head, 3 * horizons)).dataSync<'float32'>();
  const loss = quantileLoss(outputs, targets, weights, dOutputs);
  const result = { ...loss, hidden: h.dataSync<'float32'>(), cells: c.dataSync<'float32'>() };
  return { result, steps, headInputs: rows };
}

/** Gradients of the gates' matrices from those of the hidden units, [length · lanes, units]. */
function backward(
  { units, gates }: Parameters,
  lanes: number,
  steps: readonly Step[],
  dHidden: Float32Array,
): Float32Array[] {
  const recurrent = gates.map((gate) =>
    transpose(matrix(gate.subarray((BIAS_ROW + 1) * units, gateRows(units) * units), units)),
  );
  const unity = scalar(1);
  const oneLess = (x: Tensor2D): Tensor2D => sub(unity, x);
  /** Slope of the sigmoid where it has the value s. */
  const slopeOf = (s: Tensor2D): Tensor2D => mul(s, oneLess(s));
  const dGates: [Tensor2D[], Tensor2D[], Tensor2D[], Tensor2D[]] = [[], [], [], []];
  let fromNext: { h: Tensor2D; c: Tensor2D } | undefined;
  for (let t = steps.length - 1; t >= 0; t--) {
    const { input, forget, candidate, output, cellBefore, squashed } = steps[t]!;
    const own = matrix(dHidden.subarray(t * lanes * units, (t + 1) * lanes * units), units);
    const dh: Tensor2D = fromNext === undefined ? own : add(own, fromNext.h);
    const throughCell: Tensor2D = mul(mul(dh, output), oneLess(square(squashed)));
    const dc: Tensor2D = fromNext === undefined ? throughCell : add(throughCell, fromNext.c);
    const dz: Tensor2D[] = [
      mul(mul(dc, candidate), slopeOf(input)),
      mul(mul(dc, cellBefore), slopeOf(forget)),
      mul(mul(dc, input), oneLess(square(candidate))),
      mul(mul(dh, squashed), slopeOf(output)),
    ];
    dz.forEach((d, g) => dGates[g]!.push(d));
    if (t === 0) break;
    const [a, b, d, e] = dz.map((z, g): Tensor2D => matMul(z, recurrent[g]!)) as [
      Tensor2D,
      Tensor2D,
      Tensor2D,
      Tensor2D,
    ];
    fromNext = { h: add(add(a, b), add(d, e)), c: mul(dc, forget) };
  }
  const entering: Tensor2D = transpose(
    concat(
      steps.map((step) => step.entering),
      0,
    ),
  );
  return dGates.map((list) => matMul(entering, concat(list.reverse(), 0)).dataSync<'float32'>());
}

/** Run `work`, which keeps no tensor, and free the tensors that it made. */
function scoped<T>(work: () => T): T {
  const results: T[] = [];
  tidy(() => {
    results.push(work());
  });
  return results[0]!;
}

/** A matrix of so many columns. */
function matrix(values: Float32Array, columns: number): Tensor2D {
  return tensor2d(values, [values.length / columns, columns]);
}

/** 2σ(2x) − 1. */
function tanh(x: Tensor2D, unity: Scalar): Tensor2D {
  const s: Tensor2D = sigmoid(add(x, x));
  return sub(add(s, s), unity);
}
