/** Load that was not seen for longer than this is not known, and not guessed. */
const MOST_GAP_MS = 10_000;

/** CPU seconds that a pool's load has asked for so far, summed up from what it asks for each time that it is looked at. */
export class AskedCpu {
  #sum = 0;
  #lastMs: number | undefined;
  #isKnown = false;

  /** @param cores demand of the newest load; `undefined` while it is unknown */
  observe(cores: number | undefined, monotonicMs: number): void {
    const sinceMs = this.#lastMs === undefined ? Infinity : monotonicMs - this.#lastMs;
    this.#isKnown = cores !== undefined && sinceMs >= 0 && sinceMs <= MOST_GAP_MS;
    if (cores !== undefined && this.#isKnown) this.#sum += (cores * sinceMs) / 1000;
    this.#lastMs = cores === undefined ? undefined : monotonicMs;
  }

  /** `undefined` where it is unknown what was asked for since it was looked at before. */
  get cpuSeconds(): number | undefined {
    return this.#isKnown ? this.#sum : undefined;
  }
}
