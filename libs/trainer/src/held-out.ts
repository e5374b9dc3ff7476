import type { Segment } from './lanes.ts';
import { emptyWindow, fillLane } from './lanes.ts';
import type { Parameters } from './parameters.ts';
import { pinball } from './quantile-loss.ts';
import { type WindowResult, windowLoss } from './window.ts';

/** Windows before what is held out in which the state settles. */
const SETTLE = 2;
/** Series that are scored side by side, and in all; more would say nothing new. */
const LANES = 64;
const MOST_SERIES = 256;
const QUANTILES = [0.05, 0.5, 0.95];

/** Tails of series that training does not see, followed with a state that goes on as at an edge. */
export class HeldOut {
  readonly #tails: readonly Segment[];
  readonly #window: number;
  readonly #weights: readonly number[];

  /** @param tails what is scored; the steps before it are there to settle on */
  constructor(tails: readonly Segment[], window: number, weights: readonly number[]) {
    const stride = Math.max(1, Math.ceil(tails.length / MOST_SERIES));
    this.#tails = tails.filter(({ from, to }, i) => i % stride === 0 && to > from);
    this.#window = window;
    this.#weights = weights;
  }

  /** Values that are scored, over all horizons. */
  get count(): number {
    return this.#tails.reduce(
      (sum, tail) => sum + targetsOf(tail, this.#weights.length).filter(isThere).length,
      0,
    );
  }

  /** Mean pinball loss of a network. */
  loss(parameters: Parameters): number {
    let loss = 0;
    let weight = 0;
    for (let first = 0; first < this.#tails.length; first += LANES) {
      for (const result of this.#follow(parameters, this.#tails.slice(first, first + LANES))) {
        loss += result.loss;
        weight += result.weight;
      }
    }
    return weight > 0 ? loss / weight : NaN;
  }

  /**
   * The same of last value as the median, with outer quantiles that lie as far from it as they did in `seen`: the least
   * that a network has to beat.
   */
  naiveLoss(seen: readonly Segment[]): number {
    const horizons = this.#weights.length;
    let loss = 0;
    let weight = 0;
    for (const [h, w] of this.#weights.entries()) {
      const past = joined(seen.map((segment) => targetsOf(segment, horizons, h).filter(isThere))).sort();
      const quantiles = QUANTILES.map((q) => (q === 0.5 ? 0 : quantileOf(past, q)));
      for (const tail of this.#tails) {
        for (const target of targetsOf(tail, horizons, h).filter(isThere)) {
          for (const [i, q] of QUANTILES.entries()) loss += w * pinball(target - quantiles[i]!, q);
          weight += w;
        }
      }
    }
    return weight > 0 ? loss / weight : NaN;
  }

  *#follow(parameters: Parameters, tails: readonly Segment[]): Generator<WindowResult> {
    const { units, horizons } = parameters;
    const starts = tails.map(({ from }) => Math.max(0, from - SETTLE * this.#window));
    const longest = Math.max(...tails.map(({ to }, i) => to - starts[i]!));
    let hidden = new Float32Array(tails.length * units);
    let cells = new Float32Array(tails.length * units);
    for (let done = 0; done < longest; done += this.#window) {
      const length = Math.min(this.#window, longest - done);
      const window = emptyWindow(tails.length, length, horizons, hidden, cells);
      for (const [i, { features, from, to }] of tails.entries()) {
        fillLane(window, i, horizons, features, starts[i]! + done, to, from);
      }
      const result = windowLoss(parameters, window, this.#weights);
      hidden = new Float32Array(result.hidden);
      cells = new Float32Array(result.cells);
      yield result;
    }
  }
}

/** Targets of a segment, of one horizon or of all. */
function targetsOf({ features, from, to }: Segment, horizons: number, h?: number): Float32Array {
  const all = features.targets.subarray(from * horizons, to * horizons);
  return h === undefined ? all : all.filter((_, i) => i % horizons === h);
}

function isThere(target: number): boolean {
  return !Number.isNaN(target);
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function quantileOf(sorted: Float32Array, q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}
