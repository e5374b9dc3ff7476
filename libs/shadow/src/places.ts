import type { Rng } from '@foreshadow/domain';
import { LOST } from './sampler.ts';

/**
 * Where records that were chosen are kept, bounded per partition, so that a hot partition takes no place from its
 * neighbours. When full, a newcomer takes a random place or is lost such that what is held stays a uniform sample of the
 * tick (Vitter 1985, algorithm R).
 */
export class Places {
  readonly #capacity: number;
  readonly #rng: Rng;
  readonly #seen: Int32Array;

  constructor(partitions: number, capacity: number, rng: Rng) {
    this.#capacity = capacity;
    this.#rng = rng;
    this.#seen = new Int32Array(partitions);
  }

  next(partition: number): number {
    const seen = this.#seen[partition]!;
    this.#seen[partition] = seen + 1;
    if (seen < this.#capacity) return seen;
    const place = Math.floor(this.#rng.next() * (seen + 1));
    return place < this.#capacity ? place : LOST;
  }

  clear(partition: number): void {
    this.#seen[partition] = 0;
  }
}
