interface Sum {
  readonly atMs: number;
  /** NaN where a partition's is missing. */
  readonly rate: number;
}

/** A tick this much older than the newest one: the clock was set back. */
const SET_BACK_MS = 60_000;

/** Rates of whole streams, tick by tick, of the partitions that are observed here. */
export class StreamRates {
  readonly #newest = new Map<string, Sum>();
  readonly #complete = new Map<string, Sum>();

  /** One tick of one partition, each tick once. */
  observe(stream: string, atMs: number, rate: number | undefined): void {
    const sum = this.#newest.get(stream);
    const value = rate !== undefined && Number.isFinite(rate) ? rate : NaN;
    if (sum === undefined || atMs < sum.atMs - SET_BACK_MS) {
      this.#complete.delete(stream);
      this.#newest.set(stream, { atMs, rate: value });
      return;
    }
    if (atMs < sum.atMs) return;
    if (atMs > sum.atMs) this.#complete.set(stream, sum);
    this.#newest.set(stream, { atMs, rate: atMs === sum.atMs ? sum.rate + value : value });
  }

  /**
   * Rate of a stream in the newest tick before `atMs`: only that one is complete, whatever order partitions come in. NaN
   * if it ended more than `withinMs` earlier.
   */
  before(stream: string, atMs: number, withinMs: number): number {
    const newest = this.#newest.get(stream);
    const sum = newest !== undefined && newest.atMs < atMs ? newest : this.#complete.get(stream);
    return sum !== undefined && sum.atMs < atMs && atMs - sum.atMs <= withinMs ? sum.rate : NaN;
  }
}
