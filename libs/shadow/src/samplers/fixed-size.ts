/** How many records a tick may keep, partition by partition: settled before it begins. */
export class FixedSizes {
  readonly #capacity: number;
  readonly #sizes: Int32Array;

  constructor(partitions: number, capacity: number) {
    this.#capacity = capacity;
    this.#sizes = new Int32Array(partitions).fill(capacity);
  }

  at(partition: number): number {
    return this.#sizes[partition]!;
  }

  /** The share `rate` of the `records` of the tick before, at least 1; rate 1 asks for all there is room for. */
  begin(partition: number, rate: number, records: number): void {
    const wanted = rate === 1 || records === 0 ? this.#capacity : Math.round(rate * records);
    this.#sizes[partition] = Math.min(this.#capacity, Math.max(1, wanted));
  }
}
