import type { PartitionKey, ResourceVector, WorkerStatus } from '@foreshadow/domain';
import type { Evaluation } from './evaluate.ts';

type Cost = Pick<Evaluation, 'partition' | 'demand' | 'cpuSecondsPerRecord'>;

/**
 * Records/s that each partition's owner can process for it. The owner's allowance, less what a worker costs by
 * itself, is split over its partitions in proportion to what they demand now (equally where that is unknown or
 * nothing), and divided by the CPU of a record. Partitions without owner or cost are left out.
 */
export function partitionCapacities(
  workers: readonly WorkerStatus[],
  base: ResourceVector,
  costs: readonly Cost[],
): Map<PartitionKey, number> {
  const costOf = new Map(costs.map((c) => [c.partition, c]));
  const capacities = new Map<PartitionKey, number>();
  for (const worker of workers) {
    const cpuCores = Math.max(0, worker.allowance.cpuCores - base.cpuCores);
    const shares = sharesOf(worker.owns, costOf);
    for (const [partition, share] of shares) {
      const perRecord = costOf.get(partition)?.cpuSecondsPerRecord ?? NaN;
      if (perRecord > 0) capacities.set(partition, (cpuCores * share) / perRecord);
    }
  }
  return capacities;
}

function sharesOf(
  partitions: readonly PartitionKey[],
  costOf: ReadonlyMap<PartitionKey, Cost>,
): Map<PartitionKey, number> {
  const demands = partitions.map((p) => costOf.get(p)?.demand?.cpuCores ?? NaN);
  const total = demands.reduce((sum, d) => sum + d, 0);
  return new Map(
    partitions.map((p, i) => [p, total > 0 ? (demands[i] ?? 0) / total : 1 / partitions.length]),
  );
}
