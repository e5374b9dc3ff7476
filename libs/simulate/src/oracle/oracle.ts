import { Xoshiro128 } from '@foreshadow/domain';
import type { Policy } from '../policy.ts';
import type { Stage } from '../run.ts';
import { gauss } from '../world/gauss.ts';
import { cheapestSchedule, type ScheduleProblem } from './dp.ts';

/** Steps of a schedule. */
const STEP_SECONDS = 5;
/** Prices of a late worker-second of work, in worker-seconds: from lateness that hardly matters to none at any cost. */
const PRICES = [0.2, 0.7, 2, 6, 20, 100] as const;
/** Delays and speeds are drawn for the oracle as for all others: it may plan on the rated ones or keep a reserve. */
const RESERVES = [0, 0.05, 0.12] as const;

/**
 * The cheapest schedule that knows the future, with the same lead time and billing as all others: workers are ordered a lead
 * time ahead, paid for while they start and drain, and work rests while owners change.
 * @param latePrice worker-seconds that a late worker-second of work is worth
 * @param reserve share of the workers' rated speed that is not counted on, and of the lead time that is added to it twice
 */
export function oracle(stage: Stage, latePrice: number, reserve = 0, name = 'oracle'): Policy {
  const schedule = cheapestSchedule(problemOf(stage, latePrice, reserve));
  const ahead = Math.ceil((stage.context.leadTimeSeconds * (1 + 2 * reserve)) / STEP_SECONDS);
  return {
    name,
    syncSeconds: STEP_SECONDS,
    metricDelaySeconds: 0,
    start: () => (o) => {
      const step = Math.floor(o.nowSeconds / STEP_SECONDS);
      // What is needed until a worker ordered now would work: none is given up that is needed again before.
      let workers = 0;
      for (let k = step; k <= step + ahead && k < schedule.length; k++)
        workers = Math.max(workers, schedule[k]!);
      return { workers };
    },
  };
}

function problemOf(stage: Stage, latePrice: number, reserve: number): ScheduleProblem {
  const { context, scenario } = stage;
  const { trace, settings } = scenario;
  const steps = Math.ceil(trace.seconds / STEP_SECONDS);
  const arrivals = Float64Array.from({ length: steps }, (_, k) => {
    const to = Math.min(trace.seconds, (k + 1) * STEP_SECONDS);
    return (trace.total[to]! - trace.total[k * STEP_SECONDS]!) / context.recordsPerSecPerWorker;
  });
  const most = Math.min(255, context.maxWorkers);
  return {
    stepSeconds: STEP_SECONDS,
    arrivals,
    speed: Array.from(
      { length: most + 1 },
      (_, n) => (1 - reserve) * effectiveWorkers(n, context.sharing, trace.shares, settings.capacityNoise),
    ),
    minWorkers: context.minWorkers,
    sloSeconds: context.sloSeconds,
    startCost: context.leadTimeSeconds,
    stopCost: context.drainSeconds,
    pauseSeconds: Math.min(STEP_SECONDS, context.rebalancePauseSeconds),
    latePrice,
    initialWorkers: Math.min(most, context.initialWorkers),
  };
}

/** Draws of speeds that an expectation is taken over. */
const DRAWS = 200;

/**
 * How many workers' speed `count` workers have together: all of it where they share all partitions; else as much as lets
 * the slowest for its part keep up, partitions being spread evenly by count. Workers with a part to spare may be slow.
 * @param noise standard deviation of the workers' speeds; the mean over draws counts
 */
export function effectiveWorkers(
  count: number,
  sharing: 'ordered' | 'pooled',
  shares: ArrayLike<number>,
  noise = 0,
): number {
  if (sharing === 'pooled' || count === 0) return count;
  const loads = new Float64Array(Math.min(count, shares.length));
  for (let p = 0; p < shares.length; p++) loads[p % loads.length]! += shares[p]!;
  if (noise === 0) return 1 / Math.max(...loads);
  const rng = new Xoshiro128(count);
  let sum = 0;
  for (let draw = 0; draw < DRAWS; draw++) {
    let slowest = Infinity;
    for (const load of loads) slowest = Math.min(slowest, (1 + noise * gauss(rng)) / load);
    sum += slowest;
  }
  return sum / DRAWS;
}

/** Cost for the least lateness that it buys; both fall to the right. */
export interface OracleFront {
  /** Points of the lower convex hull, latePct ascending. */
  readonly points: readonly { readonly latePct: number; readonly cost: number }[];
  /** Least cost with at most so many late records; of the point with the fewest where not even it is that good. */
  costAt(latePct: number): number;
}

/**
 * Play oracles of several prices and reserves and keep what no mixture of two others beats.
 * @param others outcomes of other policies on the stage: whoever knows the future could have done the same
 */
export function oracleFront(stage: Stage, others: readonly Point[] = []): OracleFront {
  const outcomes = RESERVES.flatMap((reserve) =>
    PRICES.map((price) => stage.play(oracle(stage, price, reserve))),
  );
  const points = lowerHull([...outcomes, ...others]);
  return { points, costAt: (latePct) => costOn(points, latePct) };
}

function lowerHull(outcomes: readonly Point[]): OracleFront['points'] {
  const sorted = outcomes
    .map(({ latePct, cost }) => ({ latePct, cost }))
    .sort((a, b) => a.latePct - b.latePct || a.cost - b.cost);
  const hull: { latePct: number; cost: number }[] = [];
  for (const point of sorted) {
    if (hull.length > 0 && point.cost >= hull.at(-1)!.cost) continue;
    while (hull.length > 1 && !turnsUp(hull.at(-2)!, hull.at(-1)!, point)) hull.pop();
    hull.push(point);
  }
  return hull;
}

type Point = { readonly latePct: number; readonly cost: number };

function turnsUp(a: Point, b: Point, c: Point): boolean {
  return (b.cost - a.cost) * (c.latePct - a.latePct) < (c.cost - a.cost) * (b.latePct - a.latePct);
}

function costOn(points: readonly Point[], latePct: number): number {
  const [first] = points;
  if (first === undefined) return NaN;
  if (latePct <= first.latePct) return first.cost;
  for (let i = 1; i < points.length; i++) {
    const a = points[i - 1]!;
    const b = points[i]!;
    if (latePct > b.latePct) continue;
    const share = (latePct - a.latePct) / (b.latePct - a.latePct);
    return a.cost + share * (b.cost - a.cost);
  }
  return points.at(-1)!.cost;
}
