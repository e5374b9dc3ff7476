import type { PartitionKey } from '@foreshadow/domain';
import type { WorkerReport } from '@foreshadow/ports';

/** Partitions to give up, and in which order to try for how many more. */
export interface OwnershipTarget {
  readonly release: readonly PartitionKey[];
  readonly candidates: readonly PartitionKey[];
  /** How many of the candidates to take. */
  readonly wanted: number;
}

/** Target of a worker that was told its partitions. */
export function assignedTarget(
  held: readonly PartitionKey[],
  assigned: readonly PartitionKey[],
  poolPartitions: readonly PartitionKey[],
): OwnershipTarget {
  const own = poolPartitions.filter((p) => assigned.includes(p));
  const candidates = own.filter((p) => !held.includes(p));
  return { release: held.filter((p) => !own.includes(p)), candidates, wanted: candidates.length };
}

/**
 * Target of a worker without an assignment: an equal share of the partitions among the workers that live. Keeps what
 * it holds up to its share; leases settle the rest, so the workers need not agree on who takes what.
 * @param rank place of this worker among those that live, 0 first; the first ones take what does not divide evenly.
 */
export function fairShareTarget(
  held: readonly PartitionKey[],
  partitions: readonly PartitionKey[],
  rank: number,
  workers: number,
): OwnershipTarget {
  const share = Math.floor(partitions.length / workers) + (rank < partitions.length % workers ? 1 : 0);
  const keep = held.filter((p) => partitions.includes(p)).slice(0, share);
  const free = partitions.filter((p) => !held.includes(p));
  // Everybody starts somewhere else, so that they seldom try for the same lease.
  const from = Math.floor((rank * free.length) / workers);
  return {
    release: held.filter((p) => !keep.includes(p)),
    candidates: [...free.slice(from), ...free.slice(0, from)],
    wanted: share - keep.length,
  };
}

/**
 * Place of a worker among those that are ready and not silent, and their number; itself always among them.
 * @param silentMs how long a worker has said nothing
 */
export function rankAmongLive(
  id: string,
  reports: readonly WorkerReport[],
  silentMs: (id: string) => number | undefined,
  maxSilentMs: number,
): { readonly rank: number; readonly workers: number } {
  const live = new Set([id]);
  for (const report of reports) {
    if (report.phase === 'ready' && (silentMs(report.id) ?? 0) <= maxSilentMs) live.add(report.id);
  }
  return { rank: [...live].sort().indexOf(id), workers: live.size };
}
