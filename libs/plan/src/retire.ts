import type { PartitionKey, WorkerStatus } from '@foreshadow/domain';

/** Workers that serve or will: told to stay and not failed. */
export function isLive(worker: WorkerStatus, retiring: ReadonlySet<string>): boolean {
  return (worker.phase === 'starting' || worker.phase === 'ready') && !retiring.has(worker.id);
}

/** Workers already told to drain that are still there; a drain is never taken back. */
export function stillRetiring(
  before: readonly string[],
  workers: readonly WorkerStatus[],
): readonly string[] {
  const there = new Set(workers.filter((w) => w.phase !== 'failed').map((w) => w.id));
  return before.filter((id) => there.has(id));
}

/**
 * Who goes when `surplus` workers must: those that have not begun to work, youngest first; then by least lag, fewest
 * partitions to hand over, and youth (the old have warm caches).
 */
export function chooseRetiring(
  live: readonly WorkerStatus[],
  surplus: number,
  lagSecondsOf: (partition: PartitionKey) => number,
): readonly string[] {
  if (surplus <= 0) return [];
  const ranked = live.map((worker) => ({
    worker,
    started: worker.phase === 'starting' ? 0 : 1,
    lagSeconds: Math.floor(worker.owns.reduce((top, p) => Math.max(top, lagSecondsOf(p)), 0)),
    owned: worker.owns.length,
  }));
  ranked.sort(
    (a, b) =>
      a.started - b.started ||
      compare(a.lagSeconds, b.lagSeconds) ||
      a.owned - b.owned ||
      compare(b.worker.startedAtMs, a.worker.startedAtMs) ||
      (a.worker.id < b.worker.id ? -1 : 1),
  );
  return ranked.slice(0, surplus).map(({ worker }) => worker.id);
}

/** Total order over numbers, NaN last. */
function compare(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a === b ? 0 : a < b ? -1 : 1;
}
