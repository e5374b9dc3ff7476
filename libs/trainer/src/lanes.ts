import type { Rng } from '@foreshadow/domain';
import type { Features } from './features.ts';
import { INPUTS } from './network.ts';
import type { Window } from './window.ts';

/** Windows that a lane follows a series before it goes elsewhere: the state that training sees grows old, as at an edge. */
const RUN = 4;

/** A part of a series. */
export interface Segment {
  readonly features: Features;
  readonly from: number;
  readonly to: number;
}

interface Lane {
  segment: Segment;
  at: number;
  windowsLeft: number;
}

export interface LanesOptions {
  readonly units: number;
  readonly horizons: number;
  readonly count: number;
  readonly window: number;
  readonly rng: Rng;
}

/**
 * Windows for training: each lane follows some series for a while and hands its state on from window to window
 * (truncated backpropagation through time; Williams & Peng 1990), so that what is learned is what goes on without end at
 * an edge. Lanes change places at different times.
 */
export class Lanes {
  readonly #segments: readonly Segment[];
  readonly #total: number;
  readonly #options: LanesOptions;
  readonly #lanes: Lane[];
  #hidden: Float32Array;
  #cells: Float32Array;

  constructor(segments: readonly Segment[], options: LanesOptions) {
    this.#segments = segments.filter(({ from, to }) => to > from);
    this.#total = this.#segments.reduce((sum, { from, to }) => sum + to - from, 0);
    this.#options = options;
    this.#hidden = new Float32Array(options.count * options.units);
    this.#cells = new Float32Array(options.count * options.units);
    this.#lanes = Array.from({ length: options.count }, (_, i) => ({
      ...this.#draw(),
      windowsLeft: 1 + (i % RUN),
    }));
  }

  /** The next window of every lane. */
  next(): Window {
    const { count, window, horizons } = this.#options;
    for (const [i, lane] of this.#lanes.entries()) {
      if (lane.windowsLeft > 0 && lane.at < lane.segment.to) continue;
      this.#lanes[i] = this.#draw();
      this.#clear(i);
    }
    const filled = emptyWindow(count, window, horizons, this.#hidden, this.#cells);
    for (const [i, lane] of this.#lanes.entries()) {
      fillLane(filled, i, horizons, lane.segment.features, lane.at, lane.segment.to);
      lane.at += window;
      lane.windowsLeft -= 1;
    }
    return filled;
  }

  /** Where the window that was drawn last has left the states. */
  goOn({ hidden, cells }: { readonly hidden: Float32Array; readonly cells: Float32Array }): void {
    this.#hidden = hidden.slice();
    this.#cells = cells.slice();
  }

  /** A place in the data, every step as likely as any other, early enough that the run has steps to see. */
  #draw(): Lane {
    let step = Math.floor(this.#options.rng.next() * this.#total);
    for (const segment of this.#segments) {
      const length = segment.to - segment.from;
      if (step < length) {
        const latest = Math.max(segment.from, segment.to - RUN * this.#options.window);
        return { segment, at: Math.min(segment.from + step, latest), windowsLeft: RUN };
      }
      step -= length;
    }
    throw new RangeError('there must be a segment that is not empty');
  }

  #clear(lane: number): void {
    const { units } = this.#options;
    this.#hidden.fill(0, lane * units, (lane + 1) * units);
    this.#cells.fill(0, lane * units, (lane + 1) * units);
  }
}

/** A window in which nothing is to be scored. */
export function emptyWindow(
  lanes: number,
  length: number,
  horizons: number,
  hidden: Float32Array,
  cells: Float32Array,
): Window {
  const inputs = new Float32Array(length * lanes * INPUTS);
  const targets = new Float32Array(length * lanes * horizons).fill(NaN);
  return { lanes, length, inputs, targets, hidden, cells };
}

/** Write a series' steps from `at` on, up to `to`, into a lane; steps before `scoredFrom` are not scored. */
export function fillLane(
  window: Window,
  lane: number,
  horizons: number,
  { inputs, targets }: Features,
  at: number,
  to: number,
  scoredFrom = 0,
): void {
  const steps = Math.min(window.length, to - at);
  for (let t = 0; t < steps; t++) {
    const place = t * window.lanes + lane;
    const step = at + t;
    window.inputs.set(inputs.subarray(step * INPUTS, (step + 1) * INPUTS), place * INPUTS);
    if (step < scoredFrom) continue;
    window.targets.set(targets.subarray(step * horizons, (step + 1) * horizons), place * horizons);
  }
}
