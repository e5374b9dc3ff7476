import type { Estimate } from '@foreshadow/domain';

/** Work of the records of one partition that were probed in one tick. */
export interface ProbedWork {
  readonly partition: number;
  readonly count: number;
  readonly sum: number;
  readonly squares: number;
}

/** Half of the weight lies in the last so many ticks. */
const HALF_LIFE_TICKS = 8;
const DECAY = 2 ** (-1 / HALF_LIFE_TICKS);
/** A partition is taken to be like its stream with the weight of so many records. */
const PRIOR_RECORDS = 20;
/** Probed records before anything is said. */
const LEAST_RECORDS = 10;

class Sums {
  count = 0;
  sum = 0;
  squares = 0;

  decay(): void {
    this.count *= DECAY;
    this.sum *= DECAY;
    this.squares *= DECAY;
  }

  add({ count, sum, squares }: ProbedWork): void {
    this.count += count;
    this.sum += sum;
    this.squares += squares;
  }
}

/**
 * Work per record of each partition, smoothed: a noisy ratio, multiplied by an exact rate, would bias what demand learns
 * of it (attenuation; Fuller, Measurement Error Models, 1987, section 1.1). Partitions that few records were probed of
 * lean on their stream.
 */
export class WorkTracker {
  readonly #stream = new Sums();
  readonly #partitions: readonly Sums[];

  constructor(partitions: number) {
    this.#partitions = Array.from({ length: partitions }, () => new Sums());
  }

  add(work: ProbedWork): void {
    this.#partitions[work.partition]?.add(work);
    this.#stream.add(work);
  }

  /** A tick went by. */
  tick(): void {
    for (const sums of [this.#stream, ...this.#partitions]) sums.decay();
  }

  /** `undefined` while too few records of the stream were probed lately. */
  workPerRecord(partition: number): Estimate | undefined {
    const own = this.#partitions[partition];
    const { count, sum, squares } = this.#stream;
    if (own === undefined || count < LEAST_RECORDS) return undefined;
    const mean = sum / count;
    const variance = Math.max(0, squares / count - mean * mean);
    const weight = own.count + PRIOR_RECORDS;
    const value = (own.sum + PRIOR_RECORDS * mean) / weight;
    return { value, standardError: Math.sqrt(variance / Math.min(weight, count)) };
  }
}
