import {
  normalQuantile,
  mapResources,
  NO_RESOURCES,
  RESOURCES,
  type ResourceVector,
} from '@foreshadow/domain';
import type { Demand } from './forecast-window.ts';
import { Group } from './group.ts';
import type { PartitionNeed } from './need.ts';
import type { PoolObservation } from './observation.ts';
import type { PoolState } from './state.ts';
import { amounts, isAmount } from './vector.ts';

/** Everything that turns demand into sizes of workers. */
export interface Sizing {
  /** Standard normal quantile that capacity must meet. */
  readonly z: number;
  /** Capacity for each unit of demand. */
  readonly headroom: ResourceVector;
  readonly base: ResourceVector;
  readonly smallest: ResourceVector;
  readonly largest: ResourceVector;
  readonly catchUpSeconds: number;
}

/** Memory is a stock that must never be exceeded: it gets a margin above its peaks instead of a target. */
const MEMORY_MARGIN = 1.2;
/** Steps in which allowances change: small enough to waste nothing, large enough to be stable. */
const STEP: ResourceVector = {
  cpuCores: 0.001,
  memoryBytes: 1024 * 1024,
  networkBytesPerSec: 1024,
  diskBytesPerSec: 1024,
};

/**
 * Bounds of a worker's size. Where the orchestrator cannot resize a worker in place, the size stays what it was (at
 * first the largest), and the count of workers does the rest.
 */
export function sizingOf(o: PoolObservation, state: PoolState): Sizing {
  const { minWorker, maxWorker } = o.pool.bounds;
  const most = mapResources((r) =>
    isAmount(maxWorker[r]) ? maxWorker[r] : (state.allocation?.perWorker[r] ?? 0),
  );
  const fixed = (r: keyof ResourceVector): number => state.allocation?.perWorker[r] ?? most[r];
  const live = (r: keyof ResourceVector): boolean => o.resizable[r] === 'live';
  const headroom = 1 / o.policy.targetUtilization;
  return {
    z: normalQuantile(o.policy.quantile),
    headroom: mapResources((r) => (r === 'memoryBytes' ? MEMORY_MARGIN : headroom)),
    base: amounts(o.workerBase),
    smallest: mapResources((r) => (live(r) ? Math.min(most[r], amounts(minWorker)[r]) : fixed(r))),
    largest: mapResources((r) => (live(r) ? most[r] : fixed(r))),
    catchUpSeconds: o.policy.catchUpMs / 1000,
  };
}

/**
 * Size of a worker that serves `demand` beyond its base, and works off `backlogCores` beside it. What waits takes network
 * and disk as today's load does: an allowance for the load alone would hold the catching up back.
 */
export function sizeFor(sizing: Sizing, demand: ResourceVector, backlogCores: number): ResourceVector {
  const share = demand.cpuCores > 0 ? backlogCores / demand.cpuCores : 0;
  const backlog: ResourceVector = {
    cpuCores: backlogCores,
    memoryBytes: 0,
    networkBytesPerSec: share * demand.networkBytesPerSec,
    diskBytesPerSec: share * demand.diskBytesPerSec,
  };
  return mapResources((r) => sizing.headroom[r] * (sizing.base[r] + demand[r]) + backlog[r]);
}

/** Size that a worker needs for a group of partitions. */
export function sizeOf(sizing: Sizing, group: Group): ResourceVector {
  return sizeFor(sizing, group.toMeet(sizing.z), group.backlogCpuSeconds / sizing.catchUpSeconds);
}

/** The same for partitions in one stretch of time. */
export function sizeOfGroup(
  sizing: Sizing,
  needs: readonly PartitionNeed[],
  of: (need: PartitionNeed) => Demand,
): ResourceVector {
  return sizeOf(sizing, Group.of(needs, of));
}

/** Whether a size is within the largest one, stretched by `factor`. */
export function fits(sizing: Sizing, size: ResourceVector, factor: number): boolean {
  return RESOURCES.every((r) => size[r] <= sizing.largest[r] * factor + 1e-9);
}

/** Round up to whole steps, within the bounds of a worker. */
export function boundSize(sizing: Sizing, size: ResourceVector): ResourceVector {
  return mapResources((r) => {
    const stepped = Math.ceil(size[r] / STEP[r] - 1e-9) * STEP[r];
    // Multiples of 0.001 are not exact in binary; milli-cores are.
    const rounded = r === 'cpuCores' ? Math.round(stepped * 1000) / 1000 : stepped;
    return Math.min(sizing.largest[r], Math.max(sizing.smallest[r], rounded));
  });
}

/** Share of the largest worker that a partition's demand takes, in the resource where it takes most. */
export function shareOf(sizing: Sizing, need: PartitionNeed, demand: Demand): number {
  const backlogCores = need.backlog.cpuSeconds / sizing.catchUpSeconds;
  const size = mapResources((r) => {
    const toMeet = Math.max(demand.mean[r] + sizing.z * demand.deviation[r], need.present[r]);
    return sizing.headroom[r] * toMeet + (r === 'cpuCores' ? backlogCores : 0);
  });
  return shareOfSize(sizing, size);
}

export function shareOfSize(sizing: Sizing, size: ResourceVector): number {
  return RESOURCES.reduce((top, r) => {
    if (!(size[r] > 0)) return top;
    return Math.max(top, sizing.largest[r] > 0 ? size[r] / sizing.largest[r] : 1e6);
  }, 0);
}

/** Share of the largest worker that its own base takes. */
export function baseShare(sizing: Sizing): number {
  return shareOfSize(sizing, sizeFor(sizing, NO_RESOURCES, 0));
}
