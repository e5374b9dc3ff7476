import type { Load, PartitionUtilization } from '@foreshadow/domain';
import { isQuantity } from './quantity.ts';

/** Regressors of a worker's or partition's use: a constant 1, records/s, bytes/s, work/s. */
export type Features = readonly [constant: number, records: number, bytes: number, work: number];

export const FEATURES = 4;

/** Load carried by one record, as learned; `undefined` where never observed. */
export interface PerRecord {
  readonly bytes: number | undefined;
  readonly work: number | undefined;
}

/**
 * Features of a load without the constant (a partition has no base cost). A dimension that is missing follows from
 * records by the learned ratio, so that missing never counts as zero. `undefined` if records are not known.
 */
export function featuresOf(load: Load, perRecord: PerRecord): Features | undefined {
  const records = load.recordsPerSec;
  if (!isQuantity(records)) return undefined;
  const bytes = isQuantity(load.bytesPerSec) ? load.bytesPerSec : records * (perRecord.bytes ?? 0);
  // Work that no worker has ever reported has no coefficient, whatever unit the edge measures it in.
  const work = isQuantity(load.workPerSec) ? load.workPerSec : records * (perRecord.work ?? 0);
  return [0, records, bytes, perRecord.work === undefined ? 0 : work];
}

/** Features of what was processed of one partition; `undefined` if a count is missing or negative. */
export function processedFeatures(u: PartitionUtilization, perRecord: PerRecord): Features | undefined {
  if (!isQuantity(u.processedRecordsPerSec) || !isQuantity(u.processedBytesPerSec)) return undefined;
  const reported = u.processedWorkPerSec;
  if (reported !== undefined && !isQuantity(reported)) return undefined;
  const work = reported ?? u.processedRecordsPerSec * (perRecord.work ?? 0);
  return [0, u.processedRecordsPerSec, u.processedBytesPerSec, work];
}

/** Features of a whole worker: the constant, and the sum over its partitions. */
export function workerFeatures(parts: readonly Features[]): Features {
  const sum = (i: 1 | 2 | 3): number => parts.reduce((total, part) => total + part[i], 0);
  return [1, sum(1), sum(2), sum(3)];
}

export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
