import { type Allocation, mapResources, RESOURCES } from '@foreshadow/domain';
import { affordableWorkers } from './budget.ts';
import type { PoolObservation } from './observation.ts';
import type { Sizing } from './sizing.ts';

/** Workers that the pool's limit has room for at their smallest, and always the fewest that it may have. */
export function affordableCount(o: PoolObservation, sizing: Sizing): number {
  if (o.limit === undefined) return Infinity;
  return Math.max(o.pool.bounds.minWorkers, affordableWorkers(sizing.smallest, o.limit));
}

/** The same workers, no larger than the limit has room for and no smaller than the smallest. */
export function withinLimit(o: PoolObservation, sizing: Sizing, asked: Allocation): Allocation {
  const { limit = {} } = o;
  const { workers, perWorker } = asked;
  const room = mapResources((r) =>
    Math.max(sizing.smallest[r], (limit[r] ?? Infinity) / Math.max(1, workers)),
  );
  if (RESOURCES.every((r) => perWorker[r] <= room[r])) return asked;
  return { workers, perWorker: mapResources((r) => Math.min(perWorker[r], room[r])) };
}
