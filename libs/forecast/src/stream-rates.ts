interface Sum {
  readonly atMs: number;
  /** NaN while no partition had a rate. */
  readonly rate: number;
}

/** Rates of whole streams, tick by tick, of the partitions that are observed here. */
export class StreamRates {
  readonly #newest = new Map<string, Sum>();
  readonly #complete = new Map<string, Sum>();

  observe(stream: string, atMs: number, rate: number | undefined): void {
    const sum = this.#newest.get(stream);
    if (sum !== undefined && atMs < sum.atMs) return;
    const value = rate !== undefined && Number.isFinite(rate) ? rate : NaN;
    if (sum !== undefined && atMs > sum.atMs) this.#complete.set(stream, sum);
    const before = sum?.atMs === atMs ? sum.rate : NaN;
    this.#newest.set(stream, {
      atMs,
      rate: Number.isNaN(before) ? value : before + (Number.isNaN(value) ? 0 : value),
    });
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
