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
    const { mean, lower, upper, naive } = forecast;
    this.#words.set([dueIndex, mean, lower, upper, naive], this.#at(dueIndex));
  }

  take(dueIndex: number): PendingForecast | undefined {
    const at = this.#at(dueIndex);
    const [due, mean = NaN, lower = NaN, upper = NaN, naive = NaN] = this.#words.subarray(at, at + WORDS);
    return due === dueIndex ? { mean, lower, upper, naive } : undefined;
  }

  #at(dueIndex: number): number {
    const slot = dueIndex % this.#slots;
    return (slot < 0 ? slot + this.#slots : slot) * WORDS;
  }
}
