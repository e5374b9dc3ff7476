import { type PartitionKey, parsePartitionKey } from '@foreshadow/domain';
import type { Level } from '@foreshadow/forecast';
import type { SeriesEntry } from '../load/tick-series.ts';
import { StepSeries } from './step-series.ts';
import type { TrainingSeries } from './trainer.ts';

/** Partitions of a stream whose load is kept; a network learns from a sample of them as well as from all. */
const MAX_PARTITIONS = 64;
/** Steps kept at each resolution: 34 min, 3 h and 17 h at 1, 5 and 30 s; 8 kB each. */
const STEPS = 2048;

export interface LoadHistoryOptions {
  readonly tickMs: number;
  readonly levels: readonly Pick<Level, 'stepMs'>[];
  readonly streams: readonly { readonly name: string; readonly partitions: number }[];
}

/** Loads of some partitions of each stream at the resolutions of the forecasts: what networks are trained on. */
export class LoadHistory {
  readonly #partitions = new Map<PartitionKey, ReadonlyMap<number, StepSeries>>();

  constructor({ tickMs, levels, streams }: LoadHistoryOptions) {
    for (const { name, partitions } of streams) {
      const stride = Math.max(1, Math.ceil(partitions / MAX_PARTITIONS));
      for (let index = 0; index < partitions; index += stride) {
        const series = levels.map(({ stepMs }) => {
          return [stepMs, new StepSeries({ stepMs, tickMs, capacity: STEPS })] as const;
        });
        this.#partitions.set(`${name}/${index}`, new Map(series));
      }
    }
  }

  push(partition: PartitionKey, { atMs, recordsPerSec }: SeriesEntry): void {
    const levels = this.#partitions.get(partition);
    if (levels === undefined) return;
    for (const series of levels.values()) series.push(atMs, recordsPerSec);
  }

  /** Series of a stream at one resolution; those without any load are left out. */
  series(stream: string, stepMs: number): TrainingSeries[] {
    const found: TrainingSeries[] = [];
    for (const [partition, levels] of this.#partitions) {
      if (parsePartitionKey(partition).stream !== stream) continue;
      const series = levels.get(stepMs)?.series();
      if (series?.values.some((v) => v > 0)) found.push({ partition, ...series });
    }
    return found;
  }

  /** Time that the longest series of a stream spans. */
  spanMs(stream: string): number {
    let longest = 0;
    for (const [partition, levels] of this.#partitions) {
      if (parsePartitionKey(partition).stream !== stream) continue;
      for (const [stepMs, { size }] of levels) longest = Math.max(longest, size * stepMs);
    }
    return longest;
  }
}
