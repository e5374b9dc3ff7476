import type { PartitionDetail, PartitionView } from '@foreshadow/domain';
import { isPresent } from '../format/number.ts';
import { ColumnRing } from './column-ring.ts';

/** Ten minutes at one row a second, with slack for jitter. */
const CAPACITY = 660;
/** A clock that goes back by more than this starts the history anew. */
const CLOCK_STEP_MS = 5_000;

const number = (value: number | null | undefined): number => (isPresent(value) ? value : Number.NaN);

/** Columns of `PartitionHistory.actual`. */
export const ACTUAL = { atMs: 0, recordsPerSec: 1, capacityRecordsPerSec: 2 } as const;
/** Columns of `PartitionHistory.issued(horizonMs)`; `targetMs` is the time that the forecast was for. */
export const ISSUED = { targetMs: 0, mean: 1, lower: 2, upper: 3 } as const;

/**
 * What one partition did over the last ten minutes, and what was forecast for that time while the page was open.
 * A stale partition leaves a gap, not its last value.
 */
export class PartitionHistory {
  readonly actual = new ColumnRing(3, CAPACITY);
  readonly #issued = new Map<number, ColumnRing>();

  /** Forecasts that were made `horizonMs` ahead, by the time that they were for. `undefined` if there are none. */
  issued(horizonMs: number): ColumnRing | undefined {
    return this.#issued.get(horizonMs);
  }

  /** Take the state of one snapshot, which was made at `snapshotAtMs`. */
  observe(view: PartitionView, snapshotAtMs: number): void {
    const atMs = view.stale ? snapshotAtMs : view.atMs;
    if (atMs < this.actual.lastTimeMs - CLOCK_STEP_MS) this.#restart();
    const rate = view.stale ? Number.NaN : number(view.recordsPerSec);
    this.actual.push([atMs, rate, number(view.capacityRecordsPerSec)]);
    if (!view.stale) this.#remember(view);
  }

  /** Put in what the actuator kept; it wins over own rows in the time that it covers. */
  seed(series: PartitionDetail['series']): void {
    const first = series[0]?.atMs;
    const last = series.at(-1)?.atMs;
    if (first === undefined || last === undefined) return;
    const own = Array.from({ length: this.actual.length }, (_, index) => this.actual.row(index));
    const kept = series.map((entry) => [
      entry.atMs,
      number(entry.recordsPerSec),
      number(entry.capacityRecordsPerSec),
    ]);
    this.actual.clear();
    const before = own.filter(([atMs]) => atMs !== undefined && atMs < first);
    const after = own.filter(([atMs]) => atMs !== undefined && atMs > last);
    for (const row of [...before, ...kept, ...after]) this.actual.push(row);
  }

  #remember(view: PartitionView): void {
    for (const point of view.forecast) {
      let ring = this.#issued.get(point.horizonMs);
      if (ring === undefined) {
        ring = new ColumnRing(4, CAPACITY);
        this.#issued.set(point.horizonMs, ring);
      }
      const targetMs = view.atMs + point.horizonMs;
      ring.push([targetMs, number(point.mean), number(point.lower), number(point.upper)]);
    }
  }

  #restart(): void {
    this.actual.clear();
    this.#issued.clear();
  }
}
