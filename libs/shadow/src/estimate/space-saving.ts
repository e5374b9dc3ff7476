/** A frequent key and what is known of its weight. */
export interface HeavyHitter<K> {
  readonly key: K;
  readonly weight: number;
  /** How much of the weight may belong to keys that were displaced. */
  readonly overcount: number;
  /** Variance of the weight by sampling, Σ ω(ω − 1). */
  readonly variance: number;
}

interface Counter<K> {
  key: K;
  weight: number;
  overcount: number;
  variance: number;
}

/**
 * Frequent keys of a weighted stream in bounded memory (Metwally, Agrawal & El Abbadi, "Efficient computation of frequent
 * and top-k elements in data streams", 2005): every key of more than total/capacity is among the counters, and none is
 * counted short.
 */
export class SpaceSaving<K> {
  readonly #capacity: number;
  readonly #counters = new Map<string, Counter<K>>();
  #total = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** All that was added, decay aside. */
  get total(): number {
    return this.#total;
  }

  /** @param id tells the key from others */
  add(id: string, key: K, weight: number): void {
    const counter = this.#counters.get(id) ?? this.#admit(id, key);
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
  top(count: number): HeavyHitter<K>[] {
    return [...this.#counters.values()]
      .sort((a, b) => b.weight - a.weight)
      .slice(0, count)
      .map((counter) => ({ ...counter }));
  }

  /** A new key takes the place, and inherits the weight, of the lightest. */
  #admit(id: string, key: K): Counter<K> {
    const counter: Counter<K> = { key, weight: 0, overcount: 0, variance: 0 };
    if (this.#counters.size >= this.#capacity) {
      let lightest: [string, Counter<K>] | undefined;
      for (const entry of this.#counters) {
        if (lightest === undefined || entry[1].weight < lightest[1].weight) lightest = entry;
      }
      const [displaced, { weight, variance }] = lightest!;
      this.#counters.delete(displaced);
      Object.assign(counter, { weight, overcount: weight, variance });
    }
    this.#counters.set(id, counter);
    return counter;
  }
}
