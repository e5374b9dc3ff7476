import type { PartitionKey, ResourceVector, WorkerStatus } from '@foreshadow/domain';

/** What a partition costs. */
export interface PartitionCost {
  /** CPU of its present load, without any worker's base; `undefined` where unknown. */
  readonly cpuCores: number | undefined;
  readonly cpuSecondsPerRecord: number | undefined;
}

/**
 * Records/s that each partition's owner can process for it. The owner's allowance, less what a worker costs by
 * itself, is split over its partitions in proportion to what they demand now (equally where that is unknown or
 * nothing), and divided by the CPU of a record. Partitions without owner or cost are left out.
 */
export function partitionCapacities(
  workers: readonly WorkerStatus[],
  base: ResourceVector,
  costs: ReadonlyMap<PartitionKey, PartitionCost>,
): Map<PartitionKey, number> {
  const capacities = new Map<PartitionKey, number>();
  for (const worker of workers) {
    const cpuCores = Math.max(0, worker.allowance.cpuCores - base.cpuCores);
    const shares = sharesOf(worker.owns, costs);
    for (const [partition, share] of shares) {
      const perRecord = costs.get(partition)?.cpuSecondsPerRecord ?? NaN;
      if (perRecord > 0) capacities.set(partition, (cpuCores * share) / perRecord);
    }
  }
  return capacities;
}

function sharesOf(
  partitions: readonly PartitionKey[],
  costs: ReadonlyMap<PartitionKey, PartitionCost>,
): Map<PartitionKey, number> {
  const demands = partitions.map((p) => costs.get(p)?.cpuCores ?? NaN);
  const total = demands.reduce((sum, d) => sum + d, 0);
  return new Map(
    partitions.map((p, i) => [p, total > 0 ? (demands[i] ?? 0) / total : 1 / partitions.length]),
  );
}
