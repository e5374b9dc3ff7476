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
    this.restore([0, 0, 0]);
    return mean;
  }

  toNumbers(): readonly number[] {
    return [this.#sum, this.#present, this.elapsed];
  }

  restore(numbers: readonly number[]): void {
    const [sum = 0, present = 0, elapsed = 0] = numbers;
    this.#sum = sum;
    this.#present = present;
    this.elapsed = elapsed;
  }
}
