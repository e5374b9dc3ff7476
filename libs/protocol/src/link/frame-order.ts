import type { PartitionKey } from '@foreshadow/domain';
import { LIMITS } from '../limits.ts';

/**
 * Latest wins: which frame of a node came last, per partition, by (epoch, seq). An epoch ends all before it. Keep one
 * for each node over its connections, so that a late frame of an old connection is known as such.
 */
export class FrameOrder {
  #epoch = 0;
  #latest = new Map<string, number>();
  #stale = 0;

  /** Newest epoch seen; 0: none. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Frames' partitions that came too late and were ignored. */
  get stale(): number {
    return this.#stale;
  }

  /** Whether this is newer than all of its kind that were accepted for the partition; if so it is the newest now. */
  accept(kind: 'forecasts' | 'loads', partition: PartitionKey, epoch: number, seq: number): boolean {
    if (epoch > this.#epoch) this.#startEpoch(epoch);
    const key = `${kind}:${partition}`;
    if (epoch < this.#epoch || seq <= (this.#latest.get(key) ?? 0)) {
      this.#stale += 1;
      return false;
    }
    if (this.#latest.size >= 2 * LIMITS.partitions && !this.#latest.has(key)) this.#latest.clear();
    this.#latest.set(key, seq);
    return true;
  }

  #startEpoch(epoch: number): void {
    this.#epoch = epoch;
    this.#latest.clear();
  }
}
