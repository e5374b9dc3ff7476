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
    const most = o.pool.bounds.maxWorker[r];
    if (how === 'restart' && wanted[r] > given[r] && given[r] < most) {
      return [`${r}: workers must restart to get more of it`];
    }
    const share = wanted[r] / most;
    return share > 1
      ? [`${r}: the neediest worker wants ${share.toFixed(1)} times what maxWorker allows`]
      : [];
  });
}
