import type { SeasonShape } from './prior.ts';

/** How much of a new value enters the level. */
const GAIN = 0.3;
/** Below this share of its mean a shape says nothing of the level. */
const LEAST = 0.05;

/** Forecasts a series by the fleet's seasonal shape at the series' own level. */
export class FleetShape {
  readonly #shape: SeasonShape;
  #next = 0;
  #level = NaN;

  /** @param shape relative to the mean, its first entry that of the series' first step */
  constructor(shape: SeasonShape) {
    this.#shape = shape;
  }

  /** Take in the value of the next step, NaN where missing. */
  update(y: number): void {
    const at = Math.max(LEAST, this.#shape[this.#next] ?? 1);
    this.#next = (this.#next + 1) % this.#shape.length;
    if (!Number.isFinite(y)) return;
    this.#level = Number.isNaN(this.#level) ? y / at : this.#level + GAIN * (y / at - this.#level);
  }

  /** Forecast `step` steps past the newest one; NaN before the first value. */
  ahead(step: number): number {
    return this.#level * Math.max(LEAST, this.#shape[(this.#next + step - 1) % this.#shape.length] ?? 1);
  }
}
