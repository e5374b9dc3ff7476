import {
  calibrated,
  combinedWidth,
  type Interval,
  type IssuedInterval,
  learned,
  stretchOf,
} from '@foreshadow/calibrate';
import {
  type DemandForecast,
  type DemandPoint,
  mapResources,
  NO_RESOURCES,
  RESOURCES,
  type ResourceVector,
  type Utilization,
} from '@foreshadow/domain';
import { type DemandCalibration, type DemandHorizon, mapEach } from './calibration.ts';
import { isThrottled } from './observe.ts';
import { isQuantity } from './quantity.ts';

/** What one worker is expected to use in a stretch of time, as it was issued. */
export interface AwaitedUse {
  readonly horizon: number;
  readonly worker: string;
  /** Partitions that it owned; with others its use says nothing. */
  readonly owns: string;
  readonly fromMs: number;
  readonly dueMs: number;
  /** `null` where nothing is known of a resource. */
  readonly issued: Readonly<Record<keyof ResourceVector, IssuedInterval | null>>;
  /** What it used so far: milliseconds observed, and the sums over them. */
  readonly observedMs: number;
  readonly used: ResourceVector;
}

/** What there is to learn from in one cycle. */
export interface DemandObservation {
  /** Newest demand forecast of each partition, not calibrated. */
  readonly forecasts: readonly DemandForecast[];
  /** What a worker uses without load, as fitted. */
  readonly base: ResourceVector;
  /** Newest utilization of each worker; none twice. */
  readonly utilization: readonly Utilization[];
}

/** Forecasts scored per length of the horizon; each against the mean use over such a part of it. */
const PARTS = 12;
/** Correlation that is assumed between the errors of partitions that share a worker; the planner's. */
const PARTITION_CORRELATION = 0.25;
/** Records wait this long at most in a worker that keeps up; beyond, what it uses is not what its load demands. */
const BACKLOGGED_SECONDS = 2;
/** Reports of a tick may come this late. */
const GRACE_MS = 2000;

/**
 * Score demand quantiles against use: what was issued for a worker's partitions, its base included, against what it
 * used when that was due, and not earlier. Ticks in which it was throttled or behind are left out: use is then not
 * demand. Then take in the newest forecasts, to be scored in turn.
 */
export function followDemand(c: DemandCalibration, o: DemandObservation, nowMs: number): DemandCalibration {
  const observed = o.utilization.reduce(observe, c);
  return issue(settle(observed, nowMs), o);
}

/** Add what a worker used to what is awaited of it; drop what can no longer be judged. */
function observe(c: DemandCalibration, u: Utilization): DemandCalibration {
  if (c.awaited.length === 0 || !(u.windowMs > 0)) return c;
  const owns = ownedBy(u);
  const isJudged = !isThrottled(u) && u.partitions.every((p) => !(p.lagSeconds > BACKLOGGED_SECONDS));
  const awaited = c.awaited.flatMap((a) => {
    if (a.worker !== u.worker || !(u.atMs > a.fromMs && u.atMs <= a.dueMs)) return [a];
    if (!isJudged || a.owns !== owns) return [];
    const used = mapResources((r) => a.used[r] + u.windowMs * (isQuantity(u.used[r]) ? u.used[r] : NaN));
    return [{ ...a, observedMs: a.observedMs + u.windowMs, used }];
  });
  return { ...c, awaited };
}

function ownedBy(u: Utilization): string {
  return u.partitions
    .map((p) => p.partition)
    .sort()
    .join(' ');
}

/** Learn from what is due. Less than half observed: it is missing. */
function settle(c: DemandCalibration, nowMs: number): DemandCalibration {
  const due = c.awaited.filter((a) => a.dueMs + GRACE_MS <= nowMs);
  if (due.length === 0) return c;
  const waiting = c.horizons.map((_, i) => c.awaited.filter((a) => a.horizon === i).length);
  const horizons = [...c.horizons];
  for (const a of due) {
    const horizon = horizons[a.horizon];
    if (horizon === undefined || 2 * a.observedMs < a.dueMs - a.fromMs) continue;
    horizons[a.horizon] = learnFrom(horizon, a, waiting[a.horizon] ?? 1);
  }
  return { ...c, horizons, awaited: c.awaited.filter((a) => a.dueMs + GRACE_MS > nowMs) };
}

function learnFrom(horizon: DemandHorizon, a: AwaitedUse, steps: number): DemandHorizon {
  const resources = mapEach((r) => {
    const issued = a.issued[r];
    const before = horizon.resources[r];
    return issued === null ? before : learned(before, issued, a.used[r] / a.observedMs, steps);
  });
  return { ...horizon, resources };
}

/** Await what the newest forecasts say of each worker, a dozen times in the length of each horizon. */
function issue(c: DemandCalibration, { forecasts, base, utilization }: DemandObservation): DemandCalibration {
  const newestMs = Math.max(...forecasts.map((f) => f.issuedAtMs));
  if (!Number.isFinite(newestMs)) return c;
  const byPartition = new Map<string, DemandForecast>(forecasts.map((f) => [f.partition, f]));
  const awaited = [...c.awaited];
  const issuedAtMs = [...c.issuedAtMs];
  const horizons = c.horizons.map((horizon, i) => {
    const { horizonMs } = horizon;
    const partMs = horizonMs / PARTS;
    const before = issuedAtMs[i] ?? -Infinity;
    // A clock that was set back begins anew.
    if (newestMs < before + partMs && newestMs >= before - horizonMs) return horizon;
    issuedAtMs[i] = newestMs;
    const made: Issued[] = [];
    for (const u of utilization) {
      const issued = issuedFor(horizon, u, byPartition, base);
      if (issued === undefined) continue;
      made.push(issued);
      const dueMs = newestMs + horizonMs;
      const fromMs = dueMs - Math.max(partMs, u.windowMs);
      const fresh = { observedMs: 0, used: NO_RESOURCES };
      awaited.push({ horizon: i, worker: u.worker, owns: ownedBy(u), fromMs, dueMs, issued, ...fresh });
    }
    return made.length === 0 ? horizon : { ...horizon, stretch: mapEach((r) => stretchFor(made, r)) };
  });
  return { ...c, horizons, awaited, issuedAtMs };
}

type Issued = AwaitedUse['issued'];

/** What is issued for a worker's partitions together; `undefined` if one of them has no forecast so far ahead. */
function issuedFor(
  horizon: DemandHorizon,
  u: Utilization,
  forecasts: ReadonlyMap<string, DemandForecast>,
  base: ResourceVector,
): Issued | undefined {
  const points: DemandPoint[] = [];
  for (const { partition } of u.partitions) {
    const point = forecasts.get(partition)?.points.find((p) => p.horizonMs >= horizon.horizonMs);
    if (point === undefined) return undefined;
    points.push(point);
  }
  if (points.length === 0) return undefined;
  return mapEach((r) => {
    const given = sumOf(points, base[r], r);
    return Number.isFinite(given.mean) ? calibrated(horizon.resources[r], given, 0) : null;
  });
}

function sumOf(points: readonly DemandPoint[], base: number, r: keyof ResourceVector): Interval {
  const mean = points.reduce((sum, p) => sum + p.median[r], base);
  const below = points.map((p) => p.median[r] - p.lower[r]);
  const above = points.map((p) => p.upper[r] - p.median[r]);
  return {
    mean,
    lower: mean - combinedWidth(below, PARTITION_CORRELATION),
    upper: mean + combinedWidth(above, PARTITION_CORRELATION),
  };
}

/** What calibration does to the margins of all workers together; workers whose margin is zero have no say. */
function stretchFor(
  made: readonly Issued[],
  r: keyof ResourceVector,
): NonNullable<DemandHorizon['stretch']>[typeof r] {
  const of = (side: 'below' | 'above'): ReturnType<typeof stretchOf> => {
    let given = 0;
    let margin = 0;
    for (const issued of made) {
      const bound = issued[r]?.[side];
      if (bound === undefined || !(bound.scales[0]! > 0)) continue;
      given += bound.scales[0]!;
      margin += bound.margin;
    }
    return given > 0
      ? stretchOf({ scales: [given], distance: margin, made: margin, margin })
      : { ratio: 1, extra: 0 };
  };
  return { below: of('below'), above: of('above') };
}

/** How the quantiles of each resource did at each horizon. */
export interface DemandScore {
  readonly horizonMs: number;
  readonly resource: keyof ResourceVector;
  readonly scored: number;
  /** Share of uses inside the 90 % interval over about the last 500 scores, as issued and before calibration. */
  readonly coverage90: number;
  readonly coverage90Given: number;
}

/** Scores so far; a resource that was never scored is left out. */
export function demandScores(c: DemandCalibration): readonly DemandScore[] {
  return c.horizons.flatMap(({ horizonMs, resources }) =>
    RESOURCES.filter((r) => resources[r].scored > 0).map((resource) => {
      const { scored, issued, given } = resources[resource];
      return { horizonMs, resource, scored, coverage90: issued.coverage, coverage90Given: given.coverage };
    }),
  );
}
