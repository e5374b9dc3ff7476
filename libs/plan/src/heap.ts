/** Binary min-heap of bins by load, ties by index: the lightest bin in O(log n), without allocation after the start. */
export class LightestBin {
  readonly #loads: Float64Array;
  readonly #bins: Int32Array;

  constructor(loads: readonly number[]) {
    this.#loads = Float64Array.from(loads);
    this.#bins = Int32Array.from(loads, (_, index) => index);
    for (let i = (loads.length >> 1) - 1; i >= 0; i--) this.#sink(i);
  }

  /** Add `weight` to the lightest bin; returns its index. */
  place(weight: number): number {
    const bin = this.#bins[0]!;
    this.#loads[0]! += weight;
    this.#sink(0);
    return bin;
  }

  #sink(start: number): void {
    const loads = this.#loads;
    const bins = this.#bins;
    const load = loads[start]!;
    const bin = bins[start]!;
    let at = start;
    for (;;) {
      const child = this.#lighterChild(at);
      if (child < 0 || load < loads[child]! || (load === loads[child]! && bin < bins[child]!)) break;
      loads[at] = loads[child]!;
      bins[at] = bins[child]!;
      at = child;
    }
    loads[at] = load;
    bins[at] = bin;
  }

  #lighterChild(at: number): number {
    const left = 2 * at + 1;
    const right = left + 1;
    const loads = this.#loads;
    if (left >= loads.length) return -1;
    if (right >= loads.length || loads[left]! < loads[right]!) return left;
    if (loads[left]! > loads[right]!) return right;
    return this.#bins[left]! < this.#bins[right]! ? left : right;
  }
}
