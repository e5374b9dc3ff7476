import type { Rng } from '@foreshadow/domain';

/** One record of the shadow stream. */
export interface SampledRecord {
  readonly partition: number;
  readonly sizeBytes: number;
  /** Two 32-bit hashes of its key; undefined without a key. */
  readonly keyHash: readonly [number, number] | undefined;
  /** How many records of the stream it stands for. */
  readonly weight: number;
}

/**
 * The sampled records of one tick, bounded per partition, so that a hot partition takes no place from its
 * neighbours. When full, a newcomer takes a random place or is dropped such that what is held stays a uniform
 * sample of the tick (Vitter 1985, algorithm R); one record is lost each time, and counted by the caller.
 */
export class SampleRing {
  readonly #capacity: number;
  readonly #rng: Rng;
  readonly #seen: Int32Array;
  readonly #sizes: Float64Array;
  readonly #hashes: Int32Array;
  readonly #keyed: Uint8Array;

  constructor(partitions: number, capacity: number, rng: Rng) {
    this.#capacity = capacity;
    this.#rng = rng;
    this.#seen = new Int32Array(partitions);
    this.#sizes = new Float64Array(partitions * capacity);
    this.#hashes = new Int32Array(2 * partitions * capacity);
    this.#keyed = new Uint8Array(partitions * capacity);
  }

  /** False if a record was lost. `hash` is read only if `keyed`. */
  push(partition: number, sizeBytes: number, keyed: boolean, hash: Int32Array): boolean {
    const seen = this.#seen[partition]!;
    this.#seen[partition] = seen + 1;
    const place = seen < this.#capacity ? seen : Math.floor(this.#rng.next() * (seen + 1));
    if (place < this.#capacity) this.#store(partition * this.#capacity + place, sizeBytes, keyed, hash);
    return seen < this.#capacity;
  }

  /** What is held of a partition; `weight` is that of a record before any was lost. */
  records(partition: number, weight: number): SampledRecord[] {
    const seen = this.#seen[partition]!;
    const held = Math.min(seen, this.#capacity);
    const start = partition * this.#capacity;
    return Array.from({ length: held }, (_, i) => ({
      partition,
      sizeBytes: this.#sizes[start + i]!,
      keyHash: this.#keyHash(start + i),
      weight: (weight * seen) / held,
    }));
  }

  clear(partition: number): void {
    this.#seen[partition] = 0;
  }

  #keyHash(at: number): readonly [number, number] | undefined {
    if (this.#keyed[at] === 0) return undefined;
    return [this.#hashes[2 * at]!, this.#hashes[2 * at + 1]!];
  }

  #store(at: number, sizeBytes: number, keyed: boolean, hash: Int32Array): void {
    this.#sizes[at] = sizeBytes;
    this.#keyed[at] = keyed ? 1 : 0;
    if (!keyed) return;
    this.#hashes[2 * at] = hash[0]!;
    this.#hashes[2 * at + 1] = hash[1]!;
  }
}
