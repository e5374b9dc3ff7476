import type { PartitionKey, Utilization } from '@foreshadow/domain';
import type { PartitionLoad } from '../load/partition-track.ts';

/**
 * What workers processed, with the work that a probe at the edge measures in such records now; what workers report
 * themselves stands. A backlog is of older records: while it lasts, their work is that of a moment ago.
 */
export function withWork(u: Utilization, loads: ReadonlyMap<PartitionKey, PartitionLoad>): Utilization {
  return {
    ...u,
    partitions: u.partitions.map((part) => {
      const work = loads.get(part.partition)?.forecast?.ratios.workPerRecord?.value;
      if (part.processedWorkPerSec !== undefined || work === undefined) return part;
      return { ...part, processedWorkPerSec: part.processedRecordsPerSec * work };
    }),
  };
}
