/** One record of the shadow stream. */
export interface SampledRecord {
  readonly partition: number;
  readonly sizeBytes: number;
  /** Two 32-bit hashes of its key; undefined without a key. */
  readonly keyHash: readonly [number, number] | undefined;
  /** How many records of the stream it stands for. */
  readonly weight: number;
  /** Class that it was offered with; 0 without one. */
  readonly costClass: number;
}

/** The sampled records of one tick, partition by partition, at the places that the sampler gives them. */
export class SampleStore {
  readonly #capacity: number;
  readonly #held: Int32Array;
  readonly #sizes: Float64Array;
  readonly #hashes: Int32Array;
  readonly #keyed: Uint8Array;
  readonly #classes: Uint8Array;

  constructor(partitions: number, capacity: number) {
    const places = partitions * capacity;
    this.#capacity = capacity;
    this.#held = new Int32Array(partitions);
    this.#sizes = new Float64Array(places);
    this.#hashes = new Int32Array(2 * places);
    this.#keyed = new Uint8Array(places);
    this.#classes = new Uint8Array(places);
  }

  put(
    partition: number,
    place: number,
    sizeBytes: number,
    hash: Int32Array | undefined,
    costClass: number,
  ): void {
    const at = partition * this.#capacity + place;
    if (place >= this.#held[partition]!) this.#held[partition] = place + 1;
    this.#sizes[at] = sizeBytes;
    this.#classes[at] = costClass;
    this.#keyed[at] = hash === undefined ? 0 : 1;
    if (hash === undefined) return;
    this.#hashes[2 * at] = hash[0]!;
    this.#hashes[2 * at + 1] = hash[1]!;
  }

  /** How many places hold a record. */
  held(partition: number): number {
    return this.#held[partition]!;
  }

  record(partition: number, place: number, weight: number): SampledRecord {
    const at = partition * this.#capacity + place;
    const keyHash =
      this.#keyed[at] === 0 ? undefined : ([this.#hashes[2 * at]!, this.#hashes[2 * at + 1]!] as const);
    return { partition, sizeBytes: this.#sizes[at]!, keyHash, weight, costClass: this.#classes[at]! };
  }

  clear(partition: number): void {
    this.#held[partition] = 0;
  }
}
