import type { PartitionKey, PositionedRecord, StreamRecord } from '@foreshadow/domain';

/** A stream that a log holds. */
export interface StreamInfo {
  readonly name: string;
  readonly partitions: number;
}

/** Where appended records came to stand: positions `first … first + count − 1`. */
export interface AppendResult {
  readonly partition: PartitionKey;
  readonly first: number;
  readonly count: number;
}

export interface Lag {
  /** Records appended and not yet committed. */
  readonly records: number;
  /** Event time of the oldest record not committed; `undefined` without lag. */
  readonly oldestTimestampMs: number | undefined;
}

/**
 * An append-only log of partitioned streams with consumer groups. Positions of a partition start at 0 and have no
 * gaps. At-least-once: what was appended is delivered until it is committed. Every method rejects with a
 * `PortError`; `UNKNOWN_STREAM` lists the known ones.
 */
export interface StreamLog {
  /** Create a stream; does nothing if it exists with this partition count, else `STREAM_MISMATCH`. */
  createStream(name: string, partitions: number): Promise<void>;
  streams(): Promise<readonly StreamInfo[]>;
  /**
   * Append all or nothing, across partitions; resolves when durable as far as the adapter promises. Results stand
   * in the batch's order.
   */
  append(batch: ReadonlyMap<PartitionKey, readonly StreamRecord[]>): Promise<readonly AppendResult[]>;
  /**
   * At most `max` records from `from` on; waits up to `waitMs` for the first. Positions already trimmed are skipped.
   * Aborting ends the wait at once and resolves with what is there: usually nothing.
   */
  read(
    partition: PartitionKey,
    from: number,
    max: number,
    waitMs: number,
    signal?: AbortSignal,
  ): Promise<readonly PositionedRecord[]>;
  /** Position that the next record will get. */
  endPosition(partition: PartitionKey): Promise<number>;
  /** First position that the group has not committed; 0 for a new group. */
  committed(partition: PartitionKey, group: string): Promise<number>;
  /**
   * Make `token` the newest owner's of the partition and return `committed`: from then on commits under a smaller
   * token are refused. `FENCED` if a larger token came before.
   */
  claim(partition: PartitionKey, group: string, token: number): Promise<number>;
  /**
   * Commit everything below `next`, at most the end. `FENCED` if a larger token has claimed or committed; never
   * moves backwards.
   */
  commit(partition: PartitionKey, group: string, next: number, token: number): Promise<void>;
  lag(partition: PartitionKey, group: string): Promise<Lag>;
  /**
   * Drop what all groups have committed, less the last `retain` records of it; returns how many were dropped. A
   * group is known from its first claim or commit on; while there is none, nothing is dropped.
   */
  trim(partition: PartitionKey, retain: number): Promise<number>;
  close(): Promise<void>;
}
