import { type Rng } from '@foreshadow/domain';
import { INPUTS, MOST_WEIGHT, TIME_OF_DAY } from './network.ts';

/** Rows of a gate's matrix: inputs, a row of ones for the bias, hidden units. */
export const BIAS_ROW: number = INPUTS;
const FORGET = 1;
/** The head's gaps begin as those of a random walk: 1.645 deviations, a mean change being √(2/π) of one. */
const GAP_OF_ONE_STEP = 1.645 * Math.sqrt(Math.PI / 2);

/** Weights as training holds them. */
export interface Parameters {
  readonly units: number;
  readonly horizons: number;
  /** Input, forget, cell and output gate: [INPUTS + 1 + units, units] each. */
  readonly gates: readonly Float32Array[];
  /** [units + 1, 3 · horizons], the last row the bias. */
  readonly head: Float32Array;
}

export function gateRows(units: number): number {
  return INPUTS + 1 + units;
}

/** Parameters that are all 0. */
export function zeroParameters(units: number, horizons: number): Parameters {
  const gate = (): Float32Array => new Float32Array(gateRows(units) * units);
  return {
    units,
    horizons,
    gates: [gate(), gate(), gate(), gate()],
    head: new Float32Array((units + 1) * 3 * horizons),
  };
}

/**
 * Weights drawn anew, of variance 1 / rows (Glorot & Bengio 2010); the forget gates begin open (Jozefowicz et al. 2015,
 * section 2.2), the head as last value.
 */
export function drawParameters(units: number, steps: readonly number[], rng: Rng): Parameters {
  const parameters = zeroParameters(units, steps.length);
  for (const [g, gate] of parameters.gates.entries()) {
    for (let i = 0; i < gate.length; i++) {
      const row = Math.floor(i / units);
      if (row === BIAS_ROW) gate[i] = g === FORGET ? 1 : 0;
      else gate[i] = normal(rng) * Math.sqrt(row < BIAS_ROW ? 1 / (INPUTS + units) : 0.5 / units);
    }
  }
  const columns = 3 * steps.length;
  for (let i = 0; i < units * columns; i++) parameters.head[i] = 0.05 * normal(rng);
  for (const [h, s] of steps.entries()) {
    const bias = Math.log(Math.expm1(GAP_OF_ONE_STEP * Math.sqrt(s)));
    parameters.head.fill(bias, units * columns + steps.length + h, units * columns + steps.length + h + 1);
    parameters.head.fill(
      bias,
      units * columns + 2 * steps.length + h,
      units * columns + 2 * steps.length + h + 1,
    );
  }
  return parameters;
}

/** About standard normal: a sum of twelve uniform numbers, so that engines agree to the bit. */
function normal(rng: Rng): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += rng.next();
  return sum;
}

/** Parameters from weights in the order of tfjs; see `Network.weights`. */
export function fromWeights(units: number, horizons: number, weights: Float32Array): Parameters {
  const parameters = zeroParameters(units, horizons);
  eachWeight(parameters, (array, index, at) => {
    array[index] = weights[at]!;
  });
  return parameters;
}

/** The other way round. */
export function toWeights(parameters: Parameters): Float32Array {
  const { units, horizons } = parameters;
  const weights = new Float32Array(4 * units * gateRows(units) + 3 * horizons * (units + 1));
  eachWeight(parameters, (array, index, at) => {
    weights[at] = array[index]!;
  });
  return weights;
}

/** Pairs of a place in the parameters and a place in the order of tfjs, which has the bias behind both kernels. */
function eachWeight(
  { units, gates, head }: Parameters,
  visit: (array: Float32Array, index: number, at: number) => void,
): void {
  const rows = gateRows(units);
  for (const [g, gate] of gates.entries()) {
    for (let row = 0; row < rows; row++) {
      const theirs = row < BIAS_ROW ? row : row === BIAS_ROW ? rows - 1 : row - 1;
      for (let u = 0; u < units; u++) visit(gate, row * units + u, (theirs * 4 + g) * units + u);
    }
  }
  for (let i = 0; i < head.length; i++) visit(head, i, 4 * units * rows + i);
}

/** Make a network deaf to the time of day that it could not learn from. */
export function forgetTimeOfDay({ units, gates }: Parameters): void {
  for (const gate of gates) gate.fill(0, TIME_OF_DAY * units, (TIME_OF_DAY + 2) * units);
}

export function arraysOf({ gates, head }: Parameters): readonly Float32Array[] {
  return [...gates, head];
}

export function copyParameters(parameters: Parameters): Parameters {
  return { ...parameters, gates: parameters.gates.map((g) => g.slice()), head: parameters.head.slice() };
}

/** Whether no weight is NaN, infinite, or so large that training has diverged. */
export function areSane(parameters: Parameters): boolean {
  return arraysOf(parameters).every((array) => array.every((w) => Math.abs(w) <= MOST_WEIGHT));
}
