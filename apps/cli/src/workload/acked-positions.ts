import { type PartitionKey, partitionKey } from '@foreshadow/domain';

/** Positions `first … end − 1`. */
export interface PositionRange {
  readonly first: number;
  readonly end: number;
}

/** The edge's answer to a batch. */
export interface Acknowledgement {
  readonly accepted: number;
  /** By partition index. */
  readonly partitions: Readonly<Record<string, { readonly first: number; readonly count: number }>>;
}

/** Positions that the edge has acknowledged, in few ranges: those of adjacent batches run together. */
export class AckedPositions {
  readonly #ranges = new Map<PartitionKey, PositionRange[]>();

  add(stream: string, ack: Acknowledgement): void {
    for (const [index, { first, count }] of Object.entries(ack.partitions)) {
      this.#addRange(partitionKey(stream, Number(index)), { first, end: first + count });
    }
  }

  get ranges(): ReadonlyMap<PartitionKey, readonly PositionRange[]> {
    return this.#ranges;
  }

  #addRange(partition: PartitionKey, range: PositionRange): void {
    const ranges = this.#ranges.get(partition) ?? [];
    const last = ranges.at(-1);
    if (last?.end === range.first) ranges[ranges.length - 1] = { first: last.first, end: range.end };
    else ranges.push(range);
    this.#ranges.set(partition, ranges);
  }
}
