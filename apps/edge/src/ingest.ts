import { type Clock, type PartitionKey, partitionKey, type StreamRecord } from '@foreshadow/domain';
import type { AppendResult, StreamLog } from '@foreshadow/ports';
import { BusyTime } from './busy-time.ts';
import { partitionOf } from './partitioner.ts';
import { Problem } from './problem.ts';

/** Where ingest shows each record: the shadow of one stream. */
export interface RecordTap {
  offerRecord(partition: number, record: StreamRecord): void;
  refuse(partition: number, count: number): void;
}

export interface IngestStats {
  readonly batches: number;
  readonly records: number;
  readonly bytes: number;
  /** Records that the log did not take. */
  readonly refused: number;
  readonly lastAppendMs: number | undefined;
}

/** Positions given in each partition that got records; what a producer is told. */
export type Placement = Readonly<Record<string, { readonly first: number; readonly count: number }>>;

/** Puts batches of one stream into the log and shows the shadow what came. */
export class StreamIngest {
  readonly stream: string;
  readonly partitions: number;
  /** Time in which batches were on their way: parsed, appended, offered. */
  readonly path: BusyTime;
  readonly #log: StreamLog;
  readonly #tap: RecordTap;
  readonly #clock: Clock;
  readonly #keys: readonly PartitionKey[];
  #turn = 0;
  #stats: IngestStats = { batches: 0, records: 0, bytes: 0, refused: 0, lastAppendMs: undefined };

  constructor(stream: string, partitions: number, log: StreamLog, tap: RecordTap, clock: Clock) {
    this.stream = stream;
    this.partitions = partitions;
    this.#log = log;
    this.#tap = tap;
    this.#clock = clock;
    this.path = new BusyTime(() => clock.monotonicMs());
    this.#keys = Array.from({ length: partitions }, (_, i) => partitionKey(stream, i));
  }

  stats(): IngestStats {
    return this.#stats;
  }

  /**
   * Append all of a batch or nothing. Records of one key keep their order; those without a key go round.
   * @throws {Problem} `LOG_UNAVAILABLE`; the batch counts as refused, which is demand all the same.
   */
  async append(records: readonly StreamRecord[]): Promise<Placement> {
    const split = this.#split(records);
    const batch = new Map([...split].map(([partition, part]) => [this.#keys[partition]!, part]));
    const results = await this.#log.append(batch).catch((cause: unknown) => {
      this.#refuse(split, records.length);
      throw new Problem('LOG_UNAVAILABLE', 'the stream log did not take the batch; send it again', { cause });
    });
    this.#offer(split, records.length);
    return placement(results);
  }

  #split(records: readonly StreamRecord[]): Map<number, StreamRecord[]> {
    const split = new Map<number, StreamRecord[]>();
    for (const record of records) {
      const partition = record.key === undefined ? this.#next() : partitionOf(record.key, this.partitions);
      const part = split.get(partition);
      if (part === undefined) split.set(partition, [record]);
      else part.push(record);
    }
    return split;
  }

  #next(): number {
    this.#turn = (this.#turn + 1) % this.partitions;
    return this.#turn;
  }

  #offer(split: ReadonlyMap<number, readonly StreamRecord[]>, records: number): void {
    let bytes = 0;
    for (const [partition, part] of split) {
      for (const record of part) {
        bytes += record.value.length;
        this.#tap.offerRecord(partition, record);
      }
    }
    const before = this.#stats;
    this.#stats = {
      ...before,
      batches: before.batches + 1,
      records: before.records + records,
      bytes: before.bytes + bytes,
      lastAppendMs: this.#clock.nowMs(),
    };
  }

  #refuse(split: ReadonlyMap<number, readonly StreamRecord[]>, records: number): void {
    for (const [partition, part] of split) this.#tap.refuse(partition, part.length);
    this.#stats = { ...this.#stats, refused: this.#stats.refused + records };
  }
}

function placement(results: readonly AppendResult[]): Placement {
  const index = (partition: PartitionKey): string => partition.slice(partition.lastIndexOf('/') + 1);
  return Object.fromEntries(
    results.map(({ partition, first, count }) => [index(partition), { first, count }]),
  );
}
