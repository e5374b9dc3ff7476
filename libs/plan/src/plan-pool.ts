import {
  type Allocation,
  type Assignment,
  mapResources,
  type PoolPlan,
  type ResourceVector,
} from '@foreshadow/domain';
import { alignedCount } from './alignment.ts';
import { assign } from './assign.ts';
import { type CountInput, decideCount } from './count-decision.ts';
import { decideScheduledCount } from './scheduled-count.ts';
import { lookAhead } from './look-ahead.ts';
import { PlanError } from './errors.ts';
import { explain, type Facts } from './explain.ts';
import { peak, quantile95, rebase, remember } from './history.ts';
import { worstRung } from './ladder.ts';
import { Group } from './group.ts';
import { followSwings, isOscillating } from './oscillation.ts';
import { needsOf, type PartitionNeed } from './need.ts';
import type { PoolObservation } from './observation.ts';
import { byWeight, packFresh } from './packing.ts';
import { tellResizes } from './resizes.ts';
import { affordableCount, withinLimit } from './limit.ts';
import { chooseRetiring } from './retire.ts';
import { sanitize, timeOf } from './sanitize.ts';
import { decideSize } from './size-decision.ts';
import { baseShare, shareOf, type Sizing, sizingOf } from './sizing.ts';
import type { NeedSample, PoolState } from './state.ts';
import { projectBacklog, type Supply, supplyOf, withProjectedBacklog } from './supply.ts';
import { unfulfilledOf } from './unfulfilled.ts';
import { largest } from './vector.ts';

/** A count that oscillates falls only to the largest need of a window this many times as long. */
const DAMPING = 4;
/** Turns are remembered for so many times what an order and its taking back take. */
const MEMORY_OF_TURNS = 8;

/** A plan, and what the planner must remember for the next one. */
export interface PlanResult {
  readonly state: PoolState;
  readonly plan: PoolPlan;
  /** What it would take if there were no limit, all workers together. */
  readonly wanted: ResourceVector;
}

/**
 * Plan one pool: worker count, size and assignment, with the reason and the numbers behind it. A pure function, total
 * on any input but an unsupported mode: what is missing, NaN or stale holds capacity where it is.
 *
 * Call it once a plan interval, and at once when something happened; the same input again gives the same plan, with
 * `changed` false.
 * @throws {PlanError} `UNSUPPORTED_MODE` if the pool is not `ordered`.
 */
export function planPool(state: PoolState, observation: PoolObservation, nowMs: number): PlanResult {
  if (observation.pool.mode !== 'ordered') {
    throw new PlanError(
      'UNSUPPORTED_MODE',
      `pool ${observation.pool.name}: only mode 'ordered' can be planned`,
    );
  }
  const at = timeOf(nowMs, state);
  return decide(rebase(state, at), sanitize(observation), at);
}

function decide(state: PoolState, o: PoolObservation, nowMs: number): PlanResult {
  const needs = needsOf(o, state, nowMs);
  const sizing = sizingOf(o, state);
  const supply = supplyOf(o, state);
  // Workers found without any memory of why they are there stay for a stabilisation window at least.
  const found = state.atMs === null ? supply.live.length : 0;
  const mayShrink = isFirm(needs) && o.paused !== true && found === 0;
  const presentSample = { atMs: nowMs, demand: Group.of(needs, (need) => need.near).present(), workers: 0 };
  const present = remember(state.present, presentSample, 2 * o.leadTimeMs);
  const presentNeed = quantile95(present);
  const dampingMs = DAMPING * o.policy.stabilizationMs;
  const stableMs = isOscillating(state.swings) ? dampingMs : o.policy.stabilizationMs;
  const before = peak(state.needs.filter((s) => nowMs - s.atMs <= stableMs));
  const waiting = projectBacklog(o, sizing, needs, supply, nowMs);
  const current = currentWorkers(state, supply);
  const ahead = lookAhead(o, state, needs, nowMs);
  const input: CountInput = {
    o,
    sizing,
    needs,
    supply,
    current,
    presentNeed,
    stabilized: Math.max(found, before.workers),
    mayShrink,
    nowMs,
  };
  const count =
    ahead.scenarios === undefined
      ? decideCount(input, withProjectedBacklog(needs, waiting))
      : decideScheduledCount({
          ...input,
          // A second plan of the same instant has nothing to take back.
          mayShrink: mayShrink && nowMs !== state.atMs,
          scenarios: ahead.scenarios,
          stepMs: ahead.stepMs,
          present,
        });
  const sample = needSample(needs, sizing, Math.max(found, count.forForecast), nowMs);
  const affordable = affordableCount(o, sizing);
  const asked = count.workers === current ? current : aligned(o, count.workers);
  const workers = o.paused ? current : Math.min(asked, affordable);
  const retiring = retire(supply, needs, workers);
  const assignment = assignmentOf(o, state, needs, sizing, supply, retiring, nowMs);
  const size = decideSize({
    o,
    sizing,
    groups: groupsOf(assignment, needs, sizing, workers),
    current: state.allocation?.perWorker ?? allowanceOf(supply),
    presentNeed,
    stabilized: before.demand,
    mayShrink,
  });
  const held = o.paused ? state.allocation : null;
  const given = withinLimit(o, sizing, { workers, perWorker: size.perWorker });
  const allocation: Allocation = held ?? given;
  const isCut = held === null && (asked > workers || given.perWorker !== size.perWorker);
  const wanted = mapResources((r) => asked * size.perWorker[r]);
  const facts: Facts = {
    o,
    nowMs,
    needs,
    sizing,
    supply,
    count,
    size,
    oscillates: isOscillating(state.swings),
    cutFrom: isCut ? wanted : undefined,
    presentNeed,
    before: state.allocation,
    current,
    allocation,
    moved: assignment.version !== state.assignment.version,
    waiting,
    basis: worstRung(needs.map((need) => need.footing.rung)),
  };
  const next: PoolState = {
    version: 1,
    atMs: nowMs,
    allocation,
    assignment,
    retiring,
    present,
    needs: remember(state.needs, sample, dampingMs),
    known: Object.fromEntries(
      needs.flatMap((n) => (isRemembered(n, state) ? [[n.partition, n.present]] : [])),
    ),
    rebalancedAtMs: facts.moved ? nowMs : state.rebalancedAtMs,
    errors: ahead.errors,
    swings: followSwings(
      state.swings,
      state.allocation === null ? 0 : allocation.workers - state.allocation.workers,
      { atMs: nowMs, cores: presentNeed.cpuCores },
      MEMORY_OF_TURNS * (o.leadTimeMs + stableMs),
    ),
  };
  return { state: next, plan: planOf(facts, next, state), wanted };
}

function planOf(facts: Facts, next: PoolState, before: PoolState): PoolPlan {
  const { allocation, assignment, retiring } = next;
  return {
    pool: facts.o.pool.name,
    decidedAtMs: facts.nowMs,
    allocation: allocation ?? facts.allocation,
    assignment,
    retiring,
    ...tellResizes(explain(facts), before.allocation, facts.allocation),
    changed:
      facts.moved ||
      !sameAllocation(before.allocation, facts.allocation) ||
      retiring.some((id) => !before.retiring.includes(id)),
    unfulfilled: unfulfilledOf(facts),
  };
}

/** A count that changes is brought to one that is of use; never below the fewest that the pool may have. */
function aligned({ pool, policy }: PoolObservation, workers: number): number {
  const partitions = new Set(pool.partitions).size;
  const { minWorkers, maxWorkers } = pool.bounds;
  const count = alignedCount(
    policy.alignment ?? 'free',
    workers,
    partitions,
    Math.min(maxWorkers, partitions),
  );
  return Math.max(Math.min(workers, minWorkers), count);
}

/** Capacity may fall only where a fresh forecast, the present load and the lag are known, and nothing waits. */
function isFirm(needs: readonly PartitionNeed[]): boolean {
  return needs.length > 0 && needs.every((n) => n.footing.firm && n.backlog.known && !n.backlog.behind);
}

const isRemembered = (need: PartitionNeed, state: PoolState): boolean =>
  need.footing.present !== undefined || state.known[need.partition] !== undefined;

/** Workers of the last plan; more if more are there (found after a restart without state). */
function currentWorkers(state: PoolState, supply: Supply): number {
  return Math.max(state.allocation?.workers ?? 0, supply.live.length);
}

/** Largest allowance among the workers that were found; `undefined` without any. */
function allowanceOf(supply: Supply): ResourceVector | undefined {
  const [first, ...rest] = supply.live.map((worker) => worker.allowance);
  return first && rest.reduce(largest, first);
}

function needSample(
  needs: readonly PartitionNeed[],
  sizing: Sizing,
  workers: number,
  nowMs: number,
): NeedSample {
  const demand = Group.of(needs, (need) => need.near).toMeet(sizing.z);
  const far = Group.of(needs, (need) => need.far).toMeet(sizing.z);
  const idle = demand.cpuCores === 0 && far.cpuCores === 0;
  return { atMs: nowMs, demand, workers: idle ? 0 : workers };
}

function retire(supply: Supply, needs: readonly PartitionNeed[], workers: number): readonly string[] {
  const lag = new Map(needs.map((need) => [need.partition, need.backlog.seconds]));
  const chosen = chooseRetiring(supply.live, supply.live.length - workers, (p) => lag.get(p) ?? 0);
  return [...supply.retiring, ...chosen];
}

function assignmentOf(
  o: PoolObservation,
  state: PoolState,
  needs: readonly PartitionNeed[],
  sizing: Sizing,
  supply: Supply,
  retiring: readonly string[],
  nowMs: number,
): Assignment {
  const leaving = new Set(retiring);
  const settled = state.rebalancedAtMs === null || nowMs - state.rebalancedAtMs >= o.leadTimeMs;
  return assign({
    partitions: needs.map((need) => ({
      value: need.partition,
      weight: o.paused ? 0 : weightOf(sizing, need),
    })),
    workers: supply.ready.filter((w) => !leaving.has(w.id)),
    before: state.assignment,
    baseShare: o.paused ? 0 : Math.min(1, baseShare(sizing)),
    mayBalance: settled && o.paused !== true,
  });
}

/** A partition weighs what it needs now or will when the next order is ready, whichever is more. */
function weightOf(sizing: Sizing, need: PartitionNeed): number {
  return Math.max(shareOf(sizing, need, need.near), shareOf(sizing, need, need.far));
}

/** Partitions by owner; while nobody is ready, as a fresh packing would share them. */
function groupsOf(
  assignment: Assignment,
  needs: readonly PartitionNeed[],
  sizing: Sizing,
  workers: number,
): readonly (readonly PartitionNeed[])[] {
  const owners = Object.values(assignment.owners);
  if (owners.length === 0) {
    const items = byWeight(needs.map((need) => ({ value: need, weight: weightOf(sizing, need) })));
    return packFresh(items, Math.max(1, workers)).map((bin) => bin.map((item) => item.value));
  }
  const needOf = new Map<string, PartitionNeed>(needs.map((need) => [need.partition, need]));
  return owners.map((owned) => owned.flatMap((partition) => needOf.get(partition) ?? []));
}

function sameAllocation(a: Allocation | null, b: Allocation): boolean {
  return a !== null && a.workers === b.workers && sameVector(a.perWorker, b.perWorker);
}

function sameVector(a: ResourceVector, b: ResourceVector): boolean {
  return (
    a.cpuCores === b.cpuCores &&
    a.memoryBytes === b.memoryBytes &&
    a.networkBytesPerSec === b.networkBytesPerSec &&
    a.diskBytesPerSec === b.diskBytesPerSec
  );
}
