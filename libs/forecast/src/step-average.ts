import { ForecastError } from './errors.ts';

/** Averages ticks into steps of `ticks` ticks; a step of which less than half was observed is missing (NaN). */
export class StepAverage {
  readonly #ticks: number;
  #sum = 0;
  #present = 0;
  /** Ticks of the running step that are past. */
  elapsed = 0;

  constructor(ticks: number) {
    this.#ticks = ticks;
  }

  /** Add a tick; returns the step's mean if it ended the step, else `undefined`. */
  push(value: number): number | undefined {
    if (Number.isFinite(value)) {
      this.#sum += value;
      this.#present++;
    }
    this.elapsed++;
    if (this.elapsed < this.#ticks) return undefined;
    const mean = this.#present > 0 && 2 * this.#present >= this.#ticks ? this.#sum / this.#present : NaN;
    this.#sum = 0;
    this.#present = 0;
    this.elapsed = 0;
    return mean;
  }

  toNumbers(): readonly number[] {
    return [this.#sum, this.#present, this.elapsed];
  }

  /**
   * Go on from `toNumbers()`.
   * @throws {ForecastError} `INVALID_STATE`
   */
  restore(numbers: ArrayLike<number>): void {
    const [sum = NaN, present = NaN, elapsed = NaN] = Array.from(numbers);
    const isSound = Number.isFinite(sum) && isCount(present, elapsed) && isCount(elapsed, this.#ticks - 1);
    if (!isSound) throw new ForecastError('INVALID_STATE', 'the state of a running step is damaged');
    this.#sum = sum;
    this.#present = present;
    this.elapsed = elapsed;
  }
}

function isCount(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= most;
}
