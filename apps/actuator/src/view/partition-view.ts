import type { PartitionView } from '@foreshadow/domain';
import type { PoolSituation } from '../control/situation.ts';
import { type PartitionLoad, pointsAt } from '../load/partition-track.ts';
import { orNull } from './resources.ts';

/**
 * A partition as the page and the terminal show it.
 * @param situation of the pool that serves it; without one nobody owns it and its lag is unknown.
 */
export function partitionView(
  load: PartitionLoad,
  situation: PoolSituation | undefined,
  horizonsMs: readonly number[],
  nowMs: number,
): PartitionView {
  const { partition, forecast, sample } = load;
  const lag = situation?.lags.get(partition);
  return {
    partition,
    atMs: orNull(sample?.atMs) ?? nowMs,
    recordsPerSec: orNull(sample?.recordsPerSec?.value),
    forecast: forecast === undefined ? [] : pointsAt(forecast.path, horizonsMs),
    path: forecast === undefined ? [] : pointsAt(forecast.path),
    capacityRecordsPerSec: orNull(situation?.capacities.get(partition)),
    owner: situation?.owners.get(partition) ?? null,
    lagRecords: orNull(lag?.records),
    lagSeconds: orNull(lag?.seconds),
    leadingExpert: forecast?.leadingExpert ?? null,
    workPerRecord: orNull(forecast?.ratios.workPerRecord?.value),
    stale: load.stale,
  };
}
