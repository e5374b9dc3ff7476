/** What was measured of a pool in each second, kept as running sums so that any window costs two look-ups. */
export class History {
  readonly #processed: Float64Array;
  readonly #capacity: Float64Array;
  readonly #ready: Float64Array;
  readonly #lag: Float64Array;
  #seconds = 0;

  constructor(seconds: number) {
    this.#processed = new Float64Array(seconds + 1);
    this.#capacity = new Float64Array(seconds + 1);
    this.#ready = new Float64Array(seconds + 1);
    this.#lag = new Float64Array(seconds + 1);
  }

  get seconds(): number {
    return this.#seconds;
  }

  add(processed: number, capacity: number, ready: number, lagRecords: number): void {
    const at = this.#seconds++;
    this.#processed[at + 1] = this.#processed[at]! + processed;
    this.#capacity[at + 1] = this.#capacity[at]! + capacity;
    this.#ready[at + 1] = this.#ready[at]! + ready;
    this.#lag[at + 1] = lagRecords;
  }

  processed(from: number, to: number): number {
    return this.#processed[to]! - this.#processed[from]!;
  }

  capacity(from: number, to: number): number {
    return this.#capacity[to]! - this.#capacity[from]!;
  }

  /** Worker-seconds of ready workers. */
  readyWorkers(from: number, to: number): number {
    return this.#ready[to]! - this.#ready[from]!;
  }

  /** Records not committed at the end of a second, counted from 1. */
  lagRecords(at: number): number {
    return this.#lag[at]!;
  }
}
