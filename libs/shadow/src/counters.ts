/** What was counted of one partition in one tick. */
export interface TickCounts {
  readonly records: number;
  readonly bytes: number;
  /** Records with a key. */
  readonly keyed: number;
  readonly refused: number;
}

/** `TickCounts` of every partition as they grow; numbers in typed arrays, so that counting never allocates. */
export class TickCounters {
  readonly bytes: Float64Array;
  readonly keyed: Float64Array;
  readonly refused: Float64Array;
  /** Records at the end of the present skip of the first sampler: the record path counts nothing but that down. */
  readonly #due: Float64Array;

  constructor(partitions: number) {
    this.bytes = new Float64Array(partitions);
    this.keyed = new Float64Array(partitions);
    this.refused = new Float64Array(partitions);
    this.#due = new Float64Array(partitions);
  }

  /** Records that have passed, with `skip` left of the skip. */
  records(partition: number, skip: number): number {
    return this.#due[partition]! - skip - 1;
  }

  /** A skip of `skip` begins, after `records` of the tick. */
  begin(partition: number, records: number, skip: number): void {
    this.#due[partition] = records + skip + 1;
  }

  /** The partition's counts; all but the records start again from zero. */
  take(partition: number, records: number): TickCounts {
    return {
      records,
      bytes: take(this.bytes, partition),
      keyed: take(this.keyed, partition),
      refused: take(this.refused, partition),
    };
  }
}

function take(counter: Float64Array, at: number): number {
  const value = counter[at]!;
  counter[at] = 0;
  return value;
}
