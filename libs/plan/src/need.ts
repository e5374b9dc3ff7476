import type { HotKeyShare, PartitionKey, ResourceVector } from '@foreshadow/domain';
import { type Backlog, backlogOf } from './backlog.ts';
import { type Demand, demandWithin, NO_DEMAND } from './forecast-window.ts';
import { type Footing, footingOf } from './ladder.ts';
import type { PartitionObservation, PoolObservation } from './observation.ts';
import type { PoolState } from './state.ts';
import { amounts } from './vector.ts';

/** A stretch of time from now for which capacity is provided. */
export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What one partition needs, in the stretches that matter. */
export interface PartitionNeed {
  readonly partition: PartitionKey;
  readonly footing: Footing;
  readonly backlog: Backlog;
  /** Demand of the present load, or the last one known. */
  readonly present: ResourceVector;
  /** Until the next plan takes effect on workers that run: what sizes are for. */
  readonly near: Demand;
  readonly hotKeys: readonly HotKeyShare[];
  /** From when a worker that is ordered now would work until the next order's would: what counts are for. */
  readonly far: Demand;
}

/** Resizing a worker that runs takes about this long. */
const RESIZE_MS = 1000;

export function nearWindow(planIntervalMs: number): Window {
  return { fromMs: 0, toMs: RESIZE_MS + planIntervalMs };
}

export function farWindow(leadTimeMs: number, planIntervalMs: number): Window {
  return { fromMs: leadTimeMs, toMs: leadTimeMs + planIntervalMs };
}

const missing = (partition: PartitionKey): PartitionObservation => ({
  partition,
  forecast: undefined,
  basis: 'forecast',
  presentDemand: undefined,
  lagRecords: undefined,
  lagSeconds: undefined,
  cpuSecondsPerRecord: undefined,
});

/** Needs of all partitions of the pool, in its order; those that were not observed are missing, not absent. */
export function needsOf(o: PoolObservation, state: PoolState, nowMs: number): readonly PartitionNeed[] {
  const observed = new Map(o.partitions.map((p) => [p.partition, p]));
  const near = nearWindow(o.planIntervalMs);
  const far = farWindow(o.leadTimeMs, o.planIntervalMs);
  return [...new Set(o.pool.partitions)].map((partition) => {
    const observation = observed.get(partition) ?? missing(partition);
    const footing = footingOf(observation, o.planIntervalMs, nowMs);
    const present = amounts(footing.present ?? state.known[partition]);
    return {
      partition,
      footing,
      backlog: backlogOf(observation),
      present,
      near: demandIn(footing, near, nowMs),
      far: demandIn(footing, far, nowMs),
      hotKeys: observation.hotKeys ?? [],
    };
  });
}

/** The same needs as if nothing waited. */
export function withoutBacklog(needs: readonly PartitionNeed[]): readonly PartitionNeed[] {
  return needs.map((need) => ({ ...need, backlog: { ...need.backlog, cpuSeconds: 0 } }));
}

export function demandIn(footing: Footing, window: Window, nowMs: number): Demand {
  if (footing.forecast === undefined) return NO_DEMAND;
  return demandWithin(footing.forecast, nowMs, window.fromMs, window.toMs);
}
