/** Gives the rate of one partition in the tick at `atMs`; NaN where missing, `undefined` where it is not known yet. */
export type RateAt = (atMs: number) => number | undefined;

/** Ticks that the rate of a stream may lie back. */
const NEWEST_TICKS = 2;

/** Rates of whole streams, tick by tick, on our clock: the sums of what is known of their partitions, from edges or the log. */
export class StreamLoads {
  readonly #partitions: ReadonlyMap<string, readonly RateAt[]>;
  readonly #tickMs: number;
  /** Sums that were asked for since the last `refresh`, by stream and time: many partitions ask for the same. */
  readonly #sums = new Map<string, Map<number, number | undefined>>();

  constructor(partitions: ReadonlyMap<string, readonly RateAt[]>, tickMs: number) {
    this.#partitions = partitions;
    this.#tickMs = tickMs;
  }

  /** There are new ticks. */
  refresh(): void {
    this.#sums.clear();
  }

  /** Rate in the newest tick before `atMs` that all partitions know; NaN where one is missing or that lies too far back. */
  before(stream: string, atMs: number): number {
    for (let age = 1; age <= NEWEST_TICKS; age++) {
      const sum = this.#sumAt(stream, atMs - age * this.#tickMs);
      if (sum !== undefined) return sum;
    }
    return NaN;
  }

  #sumAt(stream: string, atMs: number): number | undefined {
    let sums = this.#sums.get(stream);
    if (sums === undefined) {
      sums = new Map<number, number | undefined>();
      this.#sums.set(stream, sums);
    }
    if (!sums.has(atMs)) sums.set(atMs, this.#add(stream, atMs));
    return sums.get(atMs);
  }

  #add(stream: string, atMs: number): number | undefined {
    const partitions = this.#partitions.get(stream) ?? [];
    let sum: number | undefined;
    for (const rateAt of partitions) {
      const rate = rateAt(atMs);
      if (rate === undefined) return undefined;
      sum = (sum ?? 0) + rate;
    }
    return sum;
  }
}
