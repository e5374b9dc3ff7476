import type { PartitionKey } from '@foreshadow/domain';

/** Who has its turn to be reported at this tick: all partitions in turn, once an interval, evenly spread. */
export class PartitionRota {
  intervalMs: number;
  #next = 0;
  #owed = 0;

  constructor(intervalMs: number) {
    this.intervalMs = intervalMs;
  }

  /** @param elapsedMs since the last call */
  due(partitions: readonly PartitionKey[], elapsedMs: number): PartitionKey[] {
    if (!(elapsedMs > 0) || partitions.length === 0) return [];
    const turn = (partitions.length * elapsedMs) / Math.max(1, this.intervalMs);
    this.#owed = Math.min(partitions.length, this.#owed + turn);
    const count = Math.floor(this.#owed);
    this.#owed -= count;
    return Array.from({ length: count }, () => partitions[this.#next++ % partitions.length]!);
  }
}
