import type {
  Allocation,
  Basis,
  PartitionKey,
  PoolPlan,
  ReasonCode,
  ResourceVector,
  SplitAdvice,
} from '@foreshadow/domain';
import type { CountDecision } from './count-decision.ts';
import { ageMs } from './forecast-window.ts';
import { Group } from './group.ts';
import { adviceText, splitAdvice } from './hot-advice.ts';
import type { PartitionNeed } from './need.ts';
import type { PoolObservation } from './observation.ts';
import type { SizeDecision } from './size-decision.ts';
import { sizeOfGroup, type Sizing } from './sizing.ts';
import type { Supply } from './supply.ts';

/** All that a plan was made of. */
export interface Facts {
  readonly o: PoolObservation;
  readonly nowMs: number;
  readonly needs: readonly PartitionNeed[];
  readonly sizing: Sizing;
  readonly supply: Supply;
  readonly count: CountDecision;
  readonly size: SizeDecision;
  /** Whether the count has gone up and down while the load did not: it falls more slowly then. */
  readonly oscillates: boolean;
  /** What the pool would take without the limit that the plan was cut to; `undefined` if it was not. */
  readonly cutFrom: ResourceVector | undefined;
  readonly presentNeed: ResourceVector;
  /** Allocation of the last plan. */
  readonly before: Allocation | null;
  /** Workers that the plan started from. */
  readonly current: number;
  readonly allocation: Allocation;
  /** Whether the assignment changed. */
  readonly moved: boolean;
  /** CPU seconds of backlog that are projected for when an order given now is ready. */
  readonly waiting: number;
  readonly basis: Basis;
}

type Explanation = Pick<PoolPlan, 'reason' | 'basis' | 'message' | 'ingredients' | 'hot'>;

export function explain(facts: Facts): Explanation {
  const reason = reasonOf(facts);
  const ingredients = ingredientsOf(facts);
  const hot = hotOf(facts);
  const advised = hot.flatMap(({ partition, advice }) =>
    advice === undefined ? [] : [{ partition, advice }],
  );
  return {
    reason,
    basis: facts.basis,
    message: messageOf(facts, reason, ingredients, hot),
    ...(advised.length > 0 && { hot: advised }),
    ingredients,
  };
}

function reasonOf(facts: Facts): ReasonCode {
  const { o, before, allocation, current, count } = facts;
  if (o.paused === true) return 'PAUSED';
  if (facts.cutFrom !== undefined) return 'OVER_BUDGET';
  if (before === null) return 'INITIAL';
  if (allocation.workers > current) return scaleUpReason(facts);
  if (allocation.workers < current) return 'FORECAST_SCALE_DOWN';
  if (count.hot.length > 0) return 'HOT_PARTITION';
  if (count.atMaximum) return 'AT_MAXIMUM';
  const change = allocation.perWorker.cpuCores - before.perWorker.cpuCores;
  if (change > 0) return 'VERTICAL_UP';
  if (change < 0) return 'VERTICAL_DOWN';
  if (facts.moved) return 'REBALANCE';
  return heldReason(facts);
}

function scaleUpReason({ o, count, current }: Facts): ReasonCode {
  if (count.forPresent > current) {
    return current < o.pool.bounds.minWorkers && count.forPresent <= o.pool.bounds.minWorkers
      ? 'BELOW_MINIMUM'
      : 'REACTIVE_SCALE_UP';
  }
  return count.forBacklog > current ? 'BACKLOG_SCALE_UP' : 'FORECAST_SCALE_UP';
}

function heldReason({ needs, count, size }: Facts): ReasonCode {
  if (needs.some((need) => need.footing.present === undefined && need.footing.forecast === undefined)) {
    return 'NO_DATA';
  }
  const held = count.held ?? size.held;
  if (held === undefined) return 'WITHIN_TOLERANCE';
  if (held !== 'SHRINK_BARRED') return held;
  return needs.some((need) => need.backlog.behind) ? 'BACKLOGGED' : 'NO_DATA';
}

function ingredientsOf(facts: Facts): Readonly<Record<string, number>> {
  const { o, needs, sizing, supply, count, size, nowMs } = facts;
  const near = Group.of(needs, (need) => need.near);
  const far = Group.of(needs, (need) => need.far);
  const forecasts = needs.flatMap((need) => need.footing.forecast ?? []);
  const unknown = (value: number): number => (forecasts.length === 0 ? NaN : value);
  const heaviest = Math.max(
    0,
    needs.reduce((top, n) => Math.max(top, sizeOfGroup(sizing, [n], (x) => x.far).cpuCores), 0),
  );
  return {
    workersBefore: facts.current,
    workersReady: supply.ready.length,
    workersStarting: supply.starting.length,
    workersForPresent: count.forPresent,
    workersForForecast: count.forForecast,
    workersForPayback: count.forPayback,
    expectedLateShare: count.lateShareIfKept,
    presentDemandCpuCores: near.present().cpuCores,
    presentNeedCpuCores: facts.presentNeed.cpuCores,
    nearDemandMedianCpuCores: unknown(near.quantile(0).cpuCores),
    nearDemandQuantileCpuCores: unknown(near.quantile(sizing.z).cpuCores),
    leadDemandMedianCpuCores: unknown(far.quantile(0).cpuCores),
    leadDemandQuantileCpuCores: unknown(far.quantile(sizing.z).cpuCores),
    largestPartitionCpuCores: heaviest,
    backlogRecords: needs.reduce((sum, need) => sum + need.backlog.records, 0),
    backlogSeconds: needs.reduce((top, need) => Math.max(top, need.backlog.seconds), 0),
    backlogCpuCores: near.backlogCpuSeconds / sizing.catchUpSeconds,
    projectedBacklogCpuSeconds: facts.waiting,
    wantedCpuCoresPerWorker: size.wanted.cpuCores,
    cpuCoresPerWorkerBefore: facts.before?.perWorker.cpuCores ?? NaN,
    cpuCoresPerWorker: facts.allocation.perWorker.cpuCores,
    capacityCpuCores: facts.allocation.workers * facts.allocation.perWorker.cpuCores,
    workerBaseCpuCores: sizing.base.cpuCores,
    leadTimeMs: o.leadTimeMs,
    forecastAgeMs: unknown(forecasts.reduce((top, f) => Math.max(top, ageMs(f, nowMs)), 0)),
    quantile: o.policy.quantile,
    targetUtilization: o.policy.targetUtilization,
    latePrice: o.policy.latePrice,
    unlimitedCpuCores: facts.cutFrom?.cpuCores ?? NaN,
    oscillates: facts.oscillates ? 1 : 0,
    limitCpuCores: o.limit?.cpuCores ?? NaN,
    partitionsMissing: needs.filter((need) => need.footing.rung === 'hold').length,
    hotPartitions: count.hot.length,
  };
}

const cores = (value: number | undefined): string =>
  value === undefined || !Number.isFinite(value) ? 'unknown' : `${value.toFixed(value < 10 ? 3 : 1)} cores`;

function messageOf(
  facts: Facts,
  reason: ReasonCode,
  n: Readonly<Record<string, number>>,
  hot: readonly Hot[],
): string {
  const { allocation, current } = facts;
  const size = cores(allocation.perWorker.cpuCores);
  const head =
    allocation.workers === current || facts.before === null
      ? `${allocation.workers} workers of ${size}`
      : `${current} → ${allocation.workers} workers of ${size}`;
  return `${head}: ${because(facts, reason, n)}${hotText(hot)}`;
}

function because(facts: Facts, reason: ReasonCode, n: Readonly<Record<string, number>>): string {
  const lead = `${Math.round(facts.o.leadTimeMs / 1000)} s`;
  const ahead = cores(n['leadDemandQuantileCpuCores']);
  const missing = facts.needs.filter((need) => !need.footing.firm || !need.backlog.known).length;
  const texts: Record<ReasonCode, () => string> = {
    INITIAL: () => 'first plan',
    FORECAST_SCALE_UP: () => `in ${lead} the forecast asks for ${ahead}`,
    REACTIVE_SCALE_UP: () => `the present load needs ${cores(n['presentNeedCpuCores'])}`,
    BACKLOG_SCALE_UP: () =>
      `${n['backlogRecords']} records wait, the oldest for ${n['backlogSeconds']?.toFixed(0)} s`,
    BELOW_MINIMUM: () => `the pool has at least ${facts.o.pool.bounds.minWorkers}`,
    FORECAST_SCALE_DOWN: () => `two lead times ahead ${facts.allocation.workers} are enough`,
    VERTICAL_UP: () => `until the next plan the load asks for ${cores(n['nearDemandQuantileCpuCores'])}`,
    VERTICAL_DOWN: () => `the load asks for less, ${cores(n['nearDemandQuantileCpuCores'])}`,
    REBALANCE: () => 'partitions move to balance the workers',
    WITHIN_TOLERANCE: () => 'what is there is enough and not too much',
    STABILIZING: () => 'less would do now, but not within the stabilisation window',
    DEMAND_RETURNS: () => 'less would do now, but the forecast wants it back within two lead times',
    BACKLOGGED: () => `nothing shrinks while ${n['backlogRecords']} records wait`,
    NO_DATA: () => `held: ${missing} of ${facts.needs.length} partitions lack fresh data`,
    AT_MAXIMUM: () => `the demand of ${ahead} exceeds what bounds and partitions allow`,
    HOT_PARTITION: () => 'no count of workers helps a partition that exceeds the largest worker',
    OVER_BUDGET: () =>
      `${cores(n['unlimitedCpuCores'])} would be enough, the pool's share of the budget is ${cores(n['limitCpuCores'])}`,
    PAUSED: () => 'planning is paused',
  };
  return texts[reason]();
}

const NAMED = 3;

interface Hot {
  readonly partition: PartitionKey;
  /** Cores that it asks for, and that the largest worker has for it. */
  readonly cores: number;
  readonly room: number;
  /** `undefined` where it is not CPU that it lacks. */
  readonly advice: SplitAdvice | undefined;
}

/** Partitions that no count of workers helps, and what would. */
function hotOf({ count, sizing }: Facts): readonly Hot[] {
  const room = sizing.largest.cpuCores - sizing.base.cpuCores;
  return count.hot.map(({ partition, far, near, present, hotKeys }) => {
    const asked = Math.max(far.mean.cpuCores, near.mean.cpuCores, present.cpuCores);
    return {
      partition,
      cores: asked,
      room,
      advice: asked > room ? splitAdvice(asked, room, hotKeys) : undefined,
    };
  });
}

function hotText(all: readonly Hot[]): string {
  const texts = all.slice(0, NAMED).map((hot) => {
    const lacks = `${hot.partition} needs more than the largest worker`;
    if (hot.advice === undefined) return `${lacks}: allow larger workers`;
    return `${lacks} (${cores(hot.cores)}, room for ${cores(hot.room)}): ${adviceText(hot.advice)}`;
  });
  if (all.length > NAMED) texts.push(`${all.length - NAMED} more partitions likewise`);
  return texts.map((text) => `; ${text}`).join('');
}
