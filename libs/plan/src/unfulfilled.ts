import { RESOURCES, type ResourceVector } from '@foreshadow/domain';
import type { PoolObservation } from './observation.ts';

/** What was asked for and cannot be carried out, one line each. */
export function unfulfilledOf(
  o: PoolObservation,
  wanted: ResourceVector,
  given: ResourceVector,
): readonly string[] {
  return RESOURCES.flatMap((r) => {
    const how = o.resizable[r];
    if (how === 'none') return [`${r}: the orchestrator cannot limit it`];
    const short = wanted[r] > given[r] && given[r] < o.pool.bounds.maxWorker[r];
    return how === 'restart' && short ? [`${r}: workers must restart to get more of it`] : [];
  });
}
