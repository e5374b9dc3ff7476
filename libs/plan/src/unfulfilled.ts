import { type Allocation, RESOURCES, type ResourceVector } from '@foreshadow/domain';
import type { PoolObservation } from './observation.ts';

/** What was asked for and cannot be carried out, one line each. */
export function unfulfilledOf(
  o: PoolObservation,
  wanted: ResourceVector,
  { workers, perWorker: given }: Allocation,
): readonly string[] {
  return RESOURCES.flatMap((r) => {
    const how = o.resizable[r];
    if (how === 'none') return [`${r}: the orchestrator cannot limit it`];
    const most = o.pool.bounds.maxWorker[r];
    if (how === 'restart' && wanted[r] > given[r] && given[r] < most) {
      return [`${r}: workers must restart to get more of it`];
    }
    // With fewer workers than may be, another one helps, or none does: then the plan says so (`HOT_PARTITION`).
    const isShort = wanted[r] > most && workers >= o.pool.bounds.maxWorkers;
    return isShort ? [`${r}: a worker needs more than maxWorker, and there are maxWorkers`] : [];
  });
}
