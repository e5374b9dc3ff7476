import { hotPartitions, WorkerCount } from './count.ts';
import { countBounds, type CountDecision, type CountInput, isQuiet } from './count-decision.ts';
import type { Demand } from './forecast-window.ts';
import { type PartitionNeed, withoutBacklog } from './need.ts';
import { ORDINARY_IN_FLIGHT_SECONDS } from './backlog.ts';
import type { Scenario } from './scenarios.ts';
import { decideSchedule } from './schedule.ts';
import type { Sizing } from './sizing.ts';
import { type Speed, speedsOf } from './speeds.ts';
import type { NeedSample } from './state.ts';
import type { Supply } from './supply.ts';
import { lateShare } from './waiting.ts';

/** What a schedule rests on beside what every count does. */
export interface ScheduleInput extends CountInput {
  readonly scenarios: readonly Scenario[];
  readonly stepMs: number;
  /** Demand of the present load over the last two lead times. */
  readonly present: readonly NeedSample[];
}

/** Workers are not all as fast as they should be: this share of a worker is not counted on. */
const RESERVE = 0.05;
/** Time that a worker takes to leave. */
const DRAIN_SECONDS = 5;
/** Share of the recent load that present capacity must have served in time. */
const SERVED_IN_TIME = 0.95;

const far = (need: PartitionNeed): Demand => need.far;

/**
 * How many workers of a size that cannot change: those of the cheapest schedule, never fewer than would have served the load
 * of the last two lead times in time.
 */
export function decideScheduledCount(input: ScheduleInput): CountDecision {
  const { o, sizing, needs, supply, current, mayShrink } = input;
  const bounds = countBounds(o, isQuiet(input));
  const coresPerWorker = (1 - RESERVE) * Math.max(0, sizing.largest.cpuCores - sizing.base.cpuCores);
  const weights = needs.map((need) => Math.max(need.far.mean.cpuCores, need.present.cpuCores));
  const speeds = speedsOf(weights, bounds, coresPerWorker);
  const targetLagSeconds = o.policy.targetLagMs / 1000;
  const backlogCpuSeconds = worstBacklog(needs, weights);
  const { workers: scheduled, lateShareIfKept } = decideSchedule({
    scenarios: input.scenarios,
    stepSeconds: input.stepMs / 1000,
    speeds,
    supply: supplyUntil(supply, o.leadTimeMs, input.stepMs, input.nowMs),
    current,
    backlogCpuSeconds,
    coresPerWorker,
    latePrice: o.policy.latePrice,
    targetLagSeconds,
    leadSeconds: o.leadTimeMs / 1000,
    pauseSeconds: (o.rebalancePauseMs ?? 0) / 1000,
    drainSeconds: DRAIN_SECONDS,
    mayShrink,
  });
  const calm = withoutBacklog(needs);
  const others = workersForOthers(sizing, calm, bounds);
  const floor = Math.max(bounds.least, others, workersInTime(input.present, speeds, targetLagSeconds));
  const wanted = Math.min(bounds.most, Math.max(scheduled, floor));
  const ceiling = Math.min(current, bounds.most);
  const meanDemand = needs.reduce((sum, need) => sum + need.far.mean.cpuCores, 0);
  const facts = {
    forPresent: Math.min(bounds.most, floor),
    forBacklog: Math.min(
      bounds.most,
      fewestFor(speeds, meanDemand + backlogCpuSeconds / sizing.catchUpSeconds),
    ),
    forForecast: wanted,
    forPayback: NaN,
    lateShareIfKept,
    atMaximum: bounds.most > 0 && wanted === bounds.most && meanDemand > (speeds.at(-1)?.cores ?? 0),
    hot: hotPartitions(sizing, calm),
  };
  if (wanted >= ceiling) {
    const kept = mayShrink || wanted > current ? undefined : ('SHRINK_BARRED' as const);
    return { ...facts, workers: wanted > current ? wanted : ceiling, held: kept };
  }
  if (!mayShrink) return { ...facts, workers: ceiling, held: 'SHRINK_BARRED' };
  const stable = Math.min(ceiling, Math.max(wanted, input.stabilized));
  return { ...facts, workers: stable, held: stable > wanted ? 'STABILIZING' : undefined };
}

/** Backlog of the pool if all partitions were as far behind as the worst: averages hide skew. */
function worstBacklog(needs: readonly PartitionNeed[], weights: readonly number[]): number {
  const total = weights.reduce((a, b) => a + b, 0);
  let worst = 0;
  for (const [i, { backlog, present }] of needs.entries()) {
    const waiting = backlog.cpuSeconds - ORDINARY_IN_FLIGHT_SECONDS * present.cpuCores;
    if (waiting > 0 && weights[i]! > 0) worst = Math.max(worst, (waiting * total) / weights[i]!);
  }
  return worst;
}

/** Workers that serve in each step of the lead time if nothing changes: those that start count from when they are due. */
function supplyUntil(supply: Supply, leadTimeMs: number, stepMs: number, nowMs: number): readonly number[] {
  const dueMs = supply.starting.map((w) => Math.max(0, w.startedAtMs + leadTimeMs - nowMs));
  return Array.from(
    { length: Math.ceil(leadTimeMs / stepMs) },
    (_, step) => supply.ready.length + dueMs.filter((due) => due <= step * stepMs).length,
  );
}

/** Fewest workers with which the recent load would have been served in time, but for a few per cent. */
function workersInTime(
  present: readonly NeedSample[],
  speeds: readonly Speed[],
  targetLagSeconds: number,
): number {
  return (
    speeds.find(({ cores }) => isInTime(present, cores, targetLagSeconds))?.workers ??
    speeds.at(-1)?.workers ??
    0
  );
}

function isInTime(present: readonly NeedSample[], cores: number, targetLagSeconds: number): boolean {
  let waiting = 0;
  let late = 0;
  let all = 0;
  for (let i = 1; i < present.length; i++) {
    const seconds = (present[i]!.atMs - present[i - 1]!.atMs) / 1000;
    const asked = present[i]!.demand.cpuCores * seconds;
    const after = Math.max(0, waiting + asked - cores * seconds);
    late += asked * lateShare(waiting / cores, after / cores, targetLagSeconds);
    all += asked;
    waiting = after;
  }
  return all === 0 ? (present.at(-1)?.demand.cpuCores ?? 0) <= cores : late <= (1 - SERVED_IN_TIME) * all;
}

function fewestFor(speeds: readonly Speed[], cores: number): number {
  return speeds.find((speed) => speed.cores >= cores)?.workers ?? speeds.at(-1)?.workers ?? 0;
}

/** Workers that memory, network and disk take, CPU left out. */
function workersForOthers(
  sizing: Sizing,
  calm: readonly PartitionNeed[],
  bounds: { readonly least: number; readonly most: number },
): number {
  const boundless = { ...sizing, largest: { ...sizing.largest, cpuCores: Infinity } };
  return new WorkerCount({ sizing: boundless, needs: calm, of: far }).fewest(bounds, 1);
}
