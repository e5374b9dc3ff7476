import type { PartitionView } from '@foreshadow/domain';
import { isPresent } from '../format/number.ts';
import { formatDuration } from '../format/time.ts';

/** How a partition stands against its capacity, worst first. */
export type OutlookLevel = 'over' | 'expected' | 'possible' | 'within' | 'unknown';

export interface Outlook {
  readonly level: OutlookLevel;
  /** For people, e.g. `outgrows capacity in 35 s`. */
  readonly words: string;
}

const RANKS: Readonly<Record<OutlookLevel, number>> = {
  over: 0,
  expected: 1,
  possible: 2,
  unknown: 3,
  within: 4,
};

/**
 * Compare load and forecast of a partition with what its owner can process. `expected`: the mean crosses the
 * capacity within the horizon; `possible`: only the upper bound of the 90 % interval does.
 */
export function outlookOf(view: PartitionView): Outlook {
  const capacity = view.capacityRecordsPerSec;
  if (view.stale) return { level: 'unknown', words: 'no fresh data' };
  if (!isPresent(capacity)) return { level: 'unknown', words: 'capacity not known yet' };
  if (isPresent(view.recordsPerSec) && view.recordsPerSec > capacity) {
    return { level: 'over', words: 'over capacity now' };
  }
  const path = view.path.length > 0 ? view.path : view.forecast;
  const expected = path.find((point) => isPresent(point.mean) && point.mean > capacity);
  if (expected !== undefined) {
    return { level: 'expected', words: `outgrows capacity in ${formatDuration(expected.horizonMs)}` };
  }
  const possible = path.find((point) => isPresent(point.upper) && point.upper > capacity);
  if (possible !== undefined) {
    return { level: 'possible', words: `may outgrow capacity in ${formatDuration(possible.horizonMs)}` };
  }
  if (!isPresent(view.recordsPerSec)) return { level: 'unknown', words: 'load not known' };
  return { level: 'within', words: 'within capacity' };
}

/** Smaller is more urgent. */
export function urgency(view: PartitionView): number {
  return RANKS[outlookOf(view).level];
}
