import { NO_RESOURCES, type WorkerStatus } from '@foreshadow/domain';
import { cpuWithin, cumulativeCpuSeconds, type Demand } from './forecast-window.ts';
import { Group } from './group.ts';
import type { PartitionNeed } from './need.ts';
import type { PoolObservation } from './observation.ts';
import { isLive, stillRetiring } from './retire.ts';
import { sizeFor, type Sizing } from './sizing.ts';
import type { PoolState } from './state.ts';

/** The workers of a pool, by what they are good for. */
export interface Supply {
  readonly live: readonly WorkerStatus[];
  readonly ready: readonly WorkerStatus[];
  readonly starting: readonly WorkerStatus[];
  /** Told to drain, still there. */
  readonly retiring: readonly string[];
}

const byId = (a: WorkerStatus, b: WorkerStatus): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

export function supplyOf(o: PoolObservation, state: PoolState): Supply {
  const workers = [...new Map(o.workers.map((w) => [w.id, w])).values()].sort(byId);
  const retiring = stillRetiring(state.retiring, workers);
  const gone = new Set(retiring);
  const live = workers.filter((w) => isLive(w, gone));
  return {
    live,
    ready: live.filter((w) => w.phase === 'ready'),
    starting: live.filter((w) => w.phase === 'starting'),
    retiring,
  };
}

const STEPS = 8;

/**
 * CPU seconds that will wait when an order given now is ready: today's backlog, and what demand exceeds supply by
 * until then. Workers that start count from their start plus the lead time. Demand is the policy's quantile of what
 * comes in altogether, where the forecasts say it, else the mean of what comes in each step.
 */
export function projectBacklog(
  o: PoolObservation,
  sizing: Sizing,
  needs: readonly PartitionNeed[],
  supply: Supply,
  nowMs: number,
): number {
  const overhead = sizeFor(sizing, NO_RESOURCES, 0).cpuCores / sizing.headroom.cpuCores;
  const perWorker = Math.max(0, sizing.largest.cpuCores - overhead);
  const stepMs = o.leadTimeMs / STEPS;
  let waiting = needs.reduce((sum, need) => sum + need.backlog.cpuSeconds, 0);
  // Nobody works yet: the first workers are sized by demand, not by what piles up until they come.
  if (supply.live.length === 0) return waiting;
  const isKnown = ({ footing }: PartitionNeed): boolean =>
    footing.forecast !== undefined && cumulativeCpuSeconds(footing.forecast, nowMs, stepMs) !== undefined;
  const known = needs.filter(isKnown);
  const others = needs.filter((need) => !isKnown(need));
  for (let i = 0; i < STEPS; i++) {
    const window = { fromMs: i * stepMs, toMs: (i + 1) * stepMs };
    const started = supply.starting.filter((w) => w.startedAtMs + o.leadTimeMs <= nowMs + window.fromMs);
    const cores = (supply.ready.length + started.length) * perWorker;
    const demand = others.reduce((sum, need) => sum + meanCores(need, window, nowMs), 0);
    const cumulative =
      cumulativeDemand(known, sizing, nowMs, window.toMs) -
      cumulativeDemand(known, sizing, nowMs, window.fromMs);
    waiting = Math.max(0, waiting + cumulative + ((demand - cores) * stepMs) / 1000);
  }
  return waiting;
}

/** CPU seconds that some partitions ask for from now until a time, at the policy's quantile. */
function cumulativeDemand(
  needs: readonly PartitionNeed[],
  sizing: Sizing,
  nowMs: number,
  toMs: number,
): number {
  if (!(toMs > 0)) return 0;
  const group = Group.of(needs, ({ footing }) => {
    const known = footing.forecast && cumulativeCpuSeconds(footing.forecast, nowMs, toMs);
    return cpuSeconds(known?.mean ?? 0, known?.deviation ?? 0);
  });
  return group.quantile(sizing.z).cpuCores;
}

const cpuSeconds = (mean: number, deviation: number): Demand => ({
  mean: { ...NO_RESOURCES, cpuCores: mean },
  deviation: { ...NO_RESOURCES, cpuCores: deviation },
});

function meanCores(need: PartitionNeed, window: { fromMs: number; toMs: number }, nowMs: number): number {
  if (need.footing.forecast === undefined) return need.present.cpuCores;
  return cpuWithin(need.footing.forecast, nowMs, window.fromMs, window.toMs).mean;
}

/** Needs with the backlog that is projected: today's shrunk in proportion, what comes on top shared by demand. */
export function withProjectedBacklog(
  needs: readonly PartitionNeed[],
  waiting: number,
): readonly PartitionNeed[] {
  const today = needs.reduce((sum, need) => sum + need.backlog.cpuSeconds, 0);
  const demand = needs.reduce((sum, need) => sum + need.far.mean.cpuCores, 0);
  const remains = today > 0 ? Math.min(1, waiting / today) : 0;
  const added = demand > 0 ? Math.max(0, waiting - today) / demand : 0;
  return needs.map((need) => ({
    ...need,
    backlog: {
      ...need.backlog,
      cpuSeconds: need.backlog.cpuSeconds * remains + need.far.mean.cpuCores * added,
    },
  }));
}
