/** What was counted of one partition in one tick. */
export interface TickCounts {
  readonly records: number;
  readonly bytes: number;
  /** Records with a key. */
  readonly keyed: number;
  readonly refused: number;
  readonly dropped: number;
  readonly sampled: number;
  readonly sampledBytes: number;
  readonly sampledSquares: number;
}

/** `TickCounts` of every partition as they grow; numbers in typed arrays, so that counting never allocates. */
export class TickCounters {
  readonly records: Float64Array;
  readonly bytes: Float64Array;
  readonly keyed: Float64Array;
  readonly refused: Float64Array;
  readonly dropped: Float64Array;
  readonly sampled: Float64Array;
  readonly sampledBytes: Float64Array;
  readonly sampledSquares: Float64Array;

  constructor(partitions: number) {
    this.records = new Float64Array(partitions);
    this.bytes = new Float64Array(partitions);
    this.keyed = new Float64Array(partitions);
    this.refused = new Float64Array(partitions);
    this.dropped = new Float64Array(partitions);
    this.sampled = new Float64Array(partitions);
    this.sampledBytes = new Float64Array(partitions);
    this.sampledSquares = new Float64Array(partitions);
  }

  /** The partition's counts; they start again from zero. */
  take(partition: number): TickCounts {
    return {
      records: take(this.records, partition),
      bytes: take(this.bytes, partition),
      keyed: take(this.keyed, partition),
      refused: take(this.refused, partition),
      dropped: take(this.dropped, partition),
      sampled: take(this.sampled, partition),
      sampledBytes: take(this.sampledBytes, partition),
      sampledSquares: take(this.sampledSquares, partition),
    };
  }
}

function take(counter: Float64Array, at: number): number {
  const value = counter[at]!;
  counter[at] = 0;
  return value;
}
