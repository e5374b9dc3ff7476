import type { PartitionKey } from './partition.ts';

/** A value with the standard error of its estimation; 0 where it was counted exactly. */
export interface Estimate {
  readonly value: number;
  readonly standardError: number;
}

/** The dimensions of load. */
export type LoadDimension = 'recordsPerSec' | 'bytesPerSec' | 'workPerSec' | 'distinctKeys';

/**
 * One tick of one partition at the ingest edge. A dimension that was not observed is `undefined`: missing is
 * never zero. `distinctKeys` is a count within the tick; `workPerSec` is in work units (CPU seconds of the
 * probe, or bytes where nothing measures work).
 */
export interface LoadSample {
  readonly partition: PartitionKey;
  /** End of the tick, wall-clock. */
  readonly atMs: number;
  readonly windowMs: number;
  readonly recordsPerSec: Estimate | undefined;
  readonly bytesPerSec: Estimate | undefined;
  readonly workPerSec: Estimate | undefined;
  readonly distinctKeys: Estimate | undefined;
  /** Records that the shadow sampled in this tick. */
  readonly sampled: number;
  /** Sampled records that the shadow had to drop (its ring was full). */
  readonly dropped: number;
  /** Records offered but not appended (refused or held back); demand all the same. */
  readonly refused: number;
}

/** Load of one partition at one instant, as numbers; the shape that demand models take. */
export interface Load {
  readonly recordsPerSec: number;
  readonly bytesPerSec: number;
  readonly workPerSec: number;
  readonly distinctKeys: number;
}
