/** A frequent key and what is known of its weight. */
export interface HeavyHitter {
  readonly keyHash: readonly [number, number];
  readonly weight: number;
  /** How much of the weight may belong to keys that were displaced. */
  readonly overcount: number;
  /** Variance of the weight by sampling, Σ ω(ω − 1). */
  readonly variance: number;
}

interface Counter {
  keyHash: readonly [number, number];
  weight: number;
  overcount: number;
  variance: number;
}

/**
 * Frequent keys of a weighted stream in bounded memory (Metwally, Agrawal & El Abbadi, "Efficient computation of frequent
 * and top-k elements in data streams", 2005): every key of more than total/capacity is among the counters, and none is
 * counted short.
 */
export class SpaceSaving {
  readonly #capacity: number;
  readonly #counters = new Map<string, Counter>();
  #total = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** All that was added, decay aside. */
  get total(): number {
    return this.#total;
  }

  add(keyHash: readonly [number, number], weight: number): void {
    const key = keyHash.join();
    const counter = this.#counters.get(key) ?? this.#admit(key, keyHash);
    counter.weight += weight;
    counter.variance += weight * (weight - 1);
    this.#total += weight;
  }

  /** Let what was counted so far weigh less. */
  decay(factor: number): void {
    this.#total *= factor;
    for (const counter of this.#counters.values()) {
      counter.weight *= factor;
      counter.overcount *= factor;
      counter.variance *= factor * factor;
    }
  }

  /** The `count` heaviest keys, heaviest first. */
  top(count: number): HeavyHitter[] {
    return [...this.#counters.values()]
      .sort((a, b) => b.weight - a.weight)
      .slice(0, count)
      .map((counter) => ({ ...counter }));
  }

  /** A new key takes the place, and inherits the weight, of the lightest. */
  #admit(key: string, keyHash: readonly [number, number]): Counter {
    const counter = { keyHash, weight: 0, overcount: 0, variance: 0 };
    if (this.#counters.size >= this.#capacity) {
      let lightest: [string, Counter] | undefined;
      for (const entry of this.#counters) {
        if (lightest === undefined || entry[1].weight < lightest[1].weight) lightest = entry;
      }
      const [displaced, { weight, variance }] = lightest!;
      this.#counters.delete(displaced);
      Object.assign(counter, { weight, overcount: weight, variance });
    }
    this.#counters.set(key, counter);
    return counter;
  }
}
