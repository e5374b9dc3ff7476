/** Mean over the last `ticks` ticks; NaN while less than half of them were observed. */
export class StepMean {
  readonly #ring: Float64Array;
  #next = 0;

  constructor(ticks: number) {
    this.#ring = new Float64Array(ticks).fill(NaN);
  }

  push(value: number): void {
    this.#ring[this.#next] = Number.isFinite(value) ? value : NaN;
    this.#next = (this.#next + 1) % this.#ring.length;
  }

  /** `count` missing ticks. */
  skip(count: number): void {
    for (let i = Math.min(count, this.#ring.length); i > 0; i--) this.push(NaN);
  }

  mean(): number {
    let sum = 0;
    let present = 0;
    for (const value of this.#ring) {
      if (Number.isNaN(value)) continue;
      sum += value;
      present++;
    }
    return present > 0 && 2 * present >= this.#ring.length ? sum / present : NaN;
  }
}
