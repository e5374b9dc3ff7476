/** A bin of a packing: the index says which, the load how full. */
export interface BinLoad {
  readonly index: number;
  load: number;
}

/** Binary min-heap of bins by load, ties by index: the lightest bin in O(log n). */
export class LightestBin {
  readonly #bins: BinLoad[];

  constructor(loads: readonly number[]) {
    this.#bins = loads.map((load, index) => ({ index, load }));
    for (let i = (this.#bins.length >> 1) - 1; i >= 0; i--) this.#sink(i);
  }

  /** Add `weight` to the lightest bin; returns its index. */
  place(weight: number): number {
    const bin = this.#bins[0]!;
    bin.load += weight;
    this.#sink(0);
    return bin.index;
  }

  #sink(start: number): void {
    let at = start;
    for (;;) {
      const left = 2 * at + 1;
      let least = at;
      if (this.#before(left, least)) least = left;
      if (this.#before(left + 1, least)) least = left + 1;
      if (least === at) return;
      [this.#bins[at], this.#bins[least]] = [this.#bins[least]!, this.#bins[at]!];
      at = least;
    }
  }

  #before(a: number, b: number): boolean {
    const x = this.#bins[a];
    const y = this.#bins[b]!;
    return x !== undefined && (x.load < y.load || (x.load === y.load && x.index < y.index));
  }
}
