import { mapResources, type ResourceVector } from '@foreshadow/domain';
import { hotPartitions, unservable, WorkerCount, workersForTotal } from './count.ts';
import { cpuWithin, type Demand, NO_DEMAND } from './forecast-window.ts';
import { combinedDeviation } from './group.ts';
import { demandIn, type PartitionNeed, type Window, withoutBacklog } from './need.ts';
import type { PoolObservation } from './observation.ts';
import type { Sizing } from './sizing.ts';
import type { Supply } from './supply.ts';

/** What the worker count rests on. */
export interface CountInput {
  readonly o: PoolObservation;
  readonly sizing: Sizing;
  readonly needs: readonly PartitionNeed[];
  readonly supply: Supply;
  /** Workers of the last plan, or those found. */
  readonly current: number;
  /** 95 % quantile of present demand over the last two lead times. */
  readonly presentNeed: ResourceVector;
  /** Largest worker count that was needed within the stabilisation window, before this plan. */
  readonly stabilized: number;
  readonly mayShrink: boolean;
  readonly nowMs: number;
}

export interface CountDecision {
  readonly workers: number;
  /** Workers that the present load needs, without and with its backlog. */
  readonly forPresent: number;
  readonly forBacklog: number;
  /** Workers that the forecast asks for at the lead time. */
  readonly forForecast: number;
  /** Workers that the forecast wants back within two lead times; NaN where that was not asked. */
  readonly forPayback: number;
  /** Share of work expected to be late with the workers there are; NaN where counts are not scheduled. */
  readonly lateShareIfKept: number;
  /** What keeps it from falling, or from falling further. */
  readonly held: 'STABILIZING' | 'DEMAND_RETURNS' | 'SHRINK_BARRED' | undefined;
  /** More would be needed than bounds or partitions allow. */
  readonly atMaximum: boolean;
  readonly hot: readonly PartitionNeed[];
}

const none = (): Demand => NO_DEMAND;
const far = (need: PartitionNeed): Demand => need.far;

/** Fewest and most workers: bounds of the pool, never more than partitions, zero only when all is quiet. */
export function countBounds(o: PoolObservation, quiet: boolean): { least: number; most: number } {
  const most = Math.min(o.pool.bounds.maxWorkers, new Set(o.pool.partitions).size);
  const least = Math.min(most, o.pool.bounds.minWorkers);
  return { least: quiet ? least : Math.min(most, Math.max(1, least)), most };
}

/**
 * How many workers: enough for the forecast when an order given now would be ready, never fewer than the present load
 * needs; fewer than now only after the stabilisation window and if the forecast does not want them back within two
 * lead times.
 * @param projected the needs with the backlog projected to when an order given now would be ready
 */
export function decideCount(input: CountInput, projected: readonly PartitionNeed[]): CountDecision {
  const { o, sizing, needs, current, mayShrink } = input;
  const bounds = countBounds(o, isQuiet(input));
  const { tolerance } = o.policy;
  const beyond = unservable(sizing, needs);
  const servable = mapResources((r) => Math.max(0, input.presentNeed[r] - beyond[r]));
  const floor = Math.max(bounds.least, workersForTotal(sizing, servable, bounds.most));
  const within = { least: floor, most: bounds.most };
  const calm = withoutBacklog(needs);
  const ahead = new WorkerCount({ sizing, needs: projected, of: far });
  const forForecast = ahead.fewest(bounds, 1);
  const facts = {
    forPresent: new WorkerCount({ sizing, needs: calm, of: none }).fewest(within, 1),
    forBacklog: new WorkerCount({ sizing, needs: projected, of: none }).fewest(within, 1),
    forForecast,
    forPayback: NaN,
    lateShareIfKept: NaN,
    atMaximum: bounds.most > 0 && forForecast === bounds.most && !ahead.isEnough(bounds.most, 1),
    hot: hotPartitions(sizing, calm),
  };
  const least = Math.max(floor, ahead.fewest(bounds, 1 + tolerance));
  if (least > current) return { ...facts, workers: Math.max(floor, forForecast), held: undefined };
  // Bounds rule even where nothing else may shrink.
  const ceiling = Math.min(current, bounds.most);
  const relaxed = ahead.fewest(bounds, 1 - tolerance);
  if (relaxed >= current) return { ...facts, workers: ceiling, held: undefined };
  if (!mayShrink) return { ...facts, workers: ceiling, held: 'SHRINK_BARRED' };
  const stable = Math.min(ceiling, Math.max(relaxed, floor, input.stabilized));
  if (stable >= ceiling) return { ...facts, workers: ceiling, held: 'STABILIZING' };
  const forPayback = new WorkerCount({ sizing, needs, of: paybackDemand(input) }).fewest(within, 1);
  const workers = Math.min(ceiling, Math.max(stable, forPayback));
  return { ...facts, forPayback, workers, held: 'DEMAND_RETURNS' };
}

const PAYBACK_STEPS = 8;

/**
 * Demand of each partition at the time within the next two lead times when the pool as a whole needs most: to give
 * up a worker that is wanted back sooner costs more than to keep it.
 */
function paybackDemand({ o, sizing, needs, nowMs }: CountInput): (need: PartitionNeed) => Demand {
  const lengthMs = 2 * o.leadTimeMs + o.planIntervalMs;
  const present = needs.reduce((sum, need) => sum + need.present.cpuCores, 0);
  let worst: Window = { fromMs: 0, toMs: lengthMs / PAYBACK_STEPS };
  let most = -1;
  for (let i = 0; i < PAYBACK_STEPS; i++) {
    const window = { fromMs: (i * lengthMs) / PAYBACK_STEPS, toMs: ((i + 1) * lengthMs) / PAYBACK_STEPS };
    const cores = Math.max(present, poolCores(needs, window, nowMs, sizing.z));
    if (cores <= most) continue;
    most = cores;
    worst = window;
  }
  const found = new Map(needs.map((need) => [need.partition, demandIn(need.footing, worst, nowMs)]));
  return (need) => found.get(need.partition) ?? NO_DEMAND;
}

/** Cores that the forecasts of all partitions ask for in a window, at the standard normal quantile `z`. */
function poolCores(needs: readonly PartitionNeed[], window: Window, nowMs: number, z: number): number {
  let mean = 0;
  let sum = 0;
  let squares = 0;
  for (const { footing } of needs) {
    if (footing.forecast === undefined) continue;
    const cpu = cpuWithin(footing.forecast, nowMs, window.fromMs, window.toMs);
    mean += cpu.mean;
    sum += cpu.deviation;
    squares += cpu.deviation * cpu.deviation;
  }
  return mean + z * combinedDeviation(sum, squares);
}

/** Nothing comes, nothing waits, and nothing is forecast, for certain: only then may a pool rest at zero. */
export function isQuiet(input: CountInput): boolean {
  const { needs, presentNeed, nowMs, o } = input;
  if (!input.mayShrink || presentNeed.cpuCores > 0 || input.stabilized > 0) return false;
  const ahead = { fromMs: 0, toMs: 2 * o.leadTimeMs + o.planIntervalMs };
  return needs.every((need) => {
    const { mean, deviation } = demandIn(need.footing, ahead, nowMs);
    return need.backlog.records === 0 && mean.cpuCores === 0 && deviation.cpuCores === 0;
  });
}
