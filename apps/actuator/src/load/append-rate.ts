import type { PartitionKey } from '@foreshadow/domain';
import { parsePartitionKey } from '@foreshadow/domain';

/** How long a log that does not grow at all says nothing about demand; after that its zero counts as zero. */
const QUIET_MS = 300_000;

/** End positions of the partitions that could be read. */
export type EndPositions = ReadonlyMap<PartitionKey, number>;

/**
 * Records/s that a log took in since it was last read, per partition. It sees producers that bypass the edges, and
 * what still arrives when an edge is gone.
 *
 * A stream that does not grow in any partition is ambiguous while no edge reports: the edge through which producers
 * write may be down, and what they hold back is demand that will come. For five minutes that is missing, not zero.
 */
export class AppendRates {
  #ends: EndPositions = new Map();
  #atMs = NaN;
  readonly #quietSinceMs = new Map<string, number>();

  /** Take the end positions read at `monotonicMs`; gives the rates since the positions before. */
  update(ends: EndPositions, monotonicMs: number): ReadonlyMap<PartitionKey, number> {
    const elapsedSeconds = (monotonicMs - this.#atMs) / 1000;
    const rates = elapsedSeconds > 0 ? this.#rates(ends, elapsedSeconds) : new Map<PartitionKey, number>();
    this.#ends = ends;
    this.#atMs = monotonicMs;
    return this.#withoutQuietStreams(rates, monotonicMs);
  }

  #rates(ends: EndPositions, elapsedSeconds: number): Map<PartitionKey, number> {
    const rates = new Map<PartitionKey, number>();
    for (const [partition, end] of ends) {
      const before = this.#ends.get(partition);
      // A position that went back is another log; its difference means nothing.
      if (before === undefined || end < before) continue;
      rates.set(partition, (end - before) / elapsedSeconds);
    }
    return rates;
  }

  #withoutQuietStreams(
    rates: Map<PartitionKey, number>,
    monotonicMs: number,
  ): ReadonlyMap<PartitionKey, number> {
    const total = new Map<string, number>();
    for (const [partition, rate] of rates) {
      const { stream } = parsePartitionKey(partition);
      total.set(stream, (total.get(stream) ?? 0) + rate);
    }
    for (const [stream, rate] of total) {
      if (rate > 0) this.#quietSinceMs.delete(stream);
      else if (!this.#quietSinceMs.has(stream)) this.#quietSinceMs.set(stream, monotonicMs);
    }
    for (const partition of rates.keys()) {
      const since = this.#quietSinceMs.get(parsePartitionKey(partition).stream);
      if (since !== undefined && monotonicMs - since < QUIET_MS) rates.delete(partition);
    }
    return rates;
  }
}
