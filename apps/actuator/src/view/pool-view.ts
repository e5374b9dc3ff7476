import type { PoolView, WorkerPhase } from '@foreshadow/domain';
import type { PoolSituation } from '../control/situation.ts';
import { sumResources } from './resources.ts';

/** A pool as the page and the terminal show it. */
export function poolView(s: PoolSituation): PoolView {
  const count = (phase: WorkerPhase): number => s.workers.filter((w) => w.phase === phase).length;
  const ready = s.workers.filter((w) => w.phase === 'ready');
  return {
    name: s.pool.name,
    stream: s.pool.stream,
    workers: { starting: count('starting'), ready: ready.length, draining: count('draining') },
    capacity: sumResources(ready.map((w) => w.allowance)),
    demand: s.demand ?? null,
    planned: s.plan?.allocation ?? null,
    used: s.utilization.length === 0 ? null : sumResources(s.utilization.map((u) => u.used)),
    leadTimeMs: s.leadTimeMs,
    lastDecision: s.plan ?? null,
  };
}
