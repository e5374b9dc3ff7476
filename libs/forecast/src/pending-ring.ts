/** A forecast of one horizon that waits for its actual. */
export interface PendingForecast {
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
  /** Last value at the time of issue. */
  readonly naive: number;
}

const WORDS = 5;

/** Forecasts of one horizon by the tick at which they fall due: at most one a tick, at most `horizonTicks` ahead. */
export class PendingRing {
  readonly #words: Float64Array;
  readonly #slots: number;

  constructor(horizonTicks: number) {
    this.#slots = horizonTicks + 1;
    this.#words = new Float64Array(this.#slots * WORDS).fill(NaN);
  }

  put(dueIndex: number, forecast: PendingForecast): void {
    const at = this.#at(dueIndex);
    this.#words[at] = dueIndex;
    this.#words[at + 1] = forecast.mean;
    this.#words[at + 2] = forecast.lower;
    this.#words[at + 3] = forecast.upper;
    this.#words[at + 4] = forecast.naive;
  }

  take(dueIndex: number): PendingForecast | undefined {
    const at = this.#at(dueIndex);
    if (this.#words[at] !== dueIndex) return undefined;
    return {
      mean: this.#words[at + 1] ?? NaN,
      lower: this.#words[at + 2] ?? NaN,
      upper: this.#words[at + 3] ?? NaN,
      naive: this.#words[at + 4] ?? NaN,
    };
  }

  #at(dueIndex: number): number {
    const slot = dueIndex % this.#slots;
    return (slot < 0 ? slot + this.#slots : slot) * WORDS;
  }
}
