import { type Estimate, type LoadSample, partitionKey, type Rng } from '@foreshadow/domain';
import type { StreamLog } from '@foreshadow/ports';

export interface LogTapOptions {
  readonly log: StreamLog;
  readonly stream: string;
  readonly partitions: number;
  readonly rng: Rng;
  /** Ranges that are read of a partition's tick, and the records of each. Default 8 of 8; 0 ranges read nothing. */
  readonly ranges?: number;
  readonly rangeRecords?: number;
}

export interface LogTapStats {
  readonly ticks: number;
  /** Records that were read as a sample. */
  readonly sampled: number;
  /** Partitions' ticks that the log did not answer for. */
  readonly failures: number;
}

/**
 * A tap behind the log, for streams whose producers cannot be rerouted. Rates are exact, from the log's own positions; bytes
 * are told from short ranges of the tick's records at random places. What never reached the log it cannot see.
 */
export class LogTap {
  readonly #options: Required<LogTapOptions>;
  readonly #ends: (number | undefined)[];
  #ticks = 0;
  #sampled = 0;
  #failures = 0;

  constructor(options: LogTapOptions) {
    this.#options = { ranges: 8, rangeRecords: 8, ...options };
    this.#ends = new Array<number | undefined>(options.partitions).fill(undefined);
  }

  /**
   * The tick that ends at `atMs` and lasted `windowMs`: one sample a partition, in order. Loads are undefined in the first
   * tick, where the log does not answer, and where its positions went back (the stream was made anew).
   */
  async tick(atMs: number, windowMs: number): Promise<LoadSample[]> {
    this.#ticks += 1;
    const partitions = Array.from({ length: this.#options.partitions }, (_, p) => p);
    return Promise.all(partitions.map((p) => this.#tickOf(p, atMs, windowMs)));
  }

  stats(): LogTapStats {
    return { ticks: this.#ticks, sampled: this.#sampled, failures: this.#failures };
  }

  async #tickOf(p: number, atMs: number, windowMs: number): Promise<LoadSample> {
    const { log, stream } = this.#options;
    const partition = partitionKey(stream, p);
    const before = this.#ends[p];
    const none = {
      recordsPerSec: undefined,
      bytesPerSec: undefined,
      workPerSec: undefined,
      distinctKeys: undefined,
    };
    const empty: LoadSample = { partition, atMs, windowMs, ...none, sampled: 0, dropped: 0, refused: 0 };
    try {
      const end = await log.endPosition(partition);
      this.#ends[p] = end;
      if (before === undefined || end < before || !(windowMs > 0 && Number.isFinite(windowMs))) return empty;
      const perSec = 1000 / windowMs;
      const recordsPerSec = { value: (end - before) * perSec, standardError: 0 };
      const { bytes, sampled } = await this.#bytes(p, before, end);
      this.#sampled += sampled;
      const bytesPerSec = bytes && {
        value: bytes.value * perSec,
        standardError: bytes.standardError * perSec,
      };
      return { ...empty, recordsPerSec, bytesPerSec, sampled };
    } catch {
      this.#failures += 1;
      // What came meanwhile is more than one tick's: the next tick begins anew.
      this.#ends[p] = undefined;
      return empty;
    }
  }

  /**
   * Bytes of the positions `[from, end)`: all of them if they are few, else from ranges that start anywhere and go round, so
   * that each record is as likely; the error is that between the ranges' means (Cochran 1977, §9A, clusters of one size).
   */
  async #bytes(
    p: number,
    from: number,
    end: number,
  ): Promise<{ bytes: Estimate | undefined; sampled: number }> {
    const { ranges, rangeRecords, rng } = this.#options;
    const records = end - from;
    if (records <= ranges * rangeRecords) {
      const sizes = await this.#sizes(p, from, records);
      const whole = sizes.length === records;
      return {
        bytes: whole ? { value: sizes.reduce((a, b) => a + b, 0), standardError: 0 } : undefined,
        sampled: sizes.length,
      };
    }
    if (ranges === 0) return { bytes: undefined, sampled: 0 };
    const means: number[] = [];
    let sampled = 0;
    for (let range = 0; range < ranges; range++) {
      const start = from + Math.floor(rng.next() * records);
      const first = await this.#sizes(p, start, Math.min(rangeRecords, end - start));
      const rest = first.length < rangeRecords ? await this.#sizes(p, from, rangeRecords - first.length) : [];
      const sizes = [...first, ...rest];
      sampled += sizes.length;
      // Trimmed meanwhile: nothing of this range is left.
      if (sizes.length === rangeRecords) means.push(sizes.reduce((a, b) => a + b, 0) / rangeRecords);
    }
    return { bytes: totalOf(means, records), sampled };
  }

  async #sizes(p: number, from: number, count: number): Promise<number[]> {
    const { log, stream } = this.#options;
    const read = await log.read(partitionKey(stream, p), from, count, 0);
    return read.filter(({ position }) => position < from + count).map(({ value }) => value.length);
  }
}

function totalOf(means: readonly number[], records: number): Estimate | undefined {
  const m = means.length;
  if (m < 2) return undefined;
  const mean = means.reduce((a, b) => a + b, 0) / m;
  const variance = means.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (m - 1);
  return { value: mean * records, standardError: records * Math.sqrt(variance / m) };
}
