import {
  Z95,
  type DemandForecast,
  type DemandPoint,
  mapResources,
  NO_RESOURCES,
  type ResourceVector,
} from '@foreshadow/domain';
import { isAmount } from './vector.ts';

/** Demand as a distribution: mean and standard deviation upward of it, per resource. */
export interface Demand {
  readonly mean: ResourceVector;
  readonly deviation: ResourceVector;
}

export const NO_DEMAND: Demand = { mean: NO_RESOURCES, deviation: NO_RESOURCES };

const usable = (point: DemandPoint): boolean =>
  Number.isFinite(point.horizonMs) && isAmount(point.median.cpuCores);

/** How old a forecast is; one from the future (clocks differ) is taken as new. */
export function ageMs(f: DemandForecast, nowMs: number): number {
  return Math.max(0, nowMs - f.issuedAtMs);
}

/** Whether the forecast still says something about now: it has usable points and its horizon is not over. */
export function isAlive(f: DemandForecast, nowMs: number): boolean {
  if (!Number.isFinite(f.issuedAtMs)) return false;
  const age = ageMs(f, nowMs);
  return f.points.some((point) => usable(point) && point.horizonMs >= age);
}

/**
 * Largest demand between `fromMs` and `toMs` from now, medians and 95 % quantiles each by itself. Each point stands
 * for the step that ends at its horizon. A forecast that has aged is read further along its path; beyond its end the
 * last point goes on. Call only while the forecast is alive.
 */
export function demandWithin(f: DemandForecast, nowMs: number, fromMs: number, toMs: number): Demand {
  const age = ageMs(f, nowMs);
  const covering = pointsWithin(f.points, age + fromMs, age + toMs);
  const mean = peakOf(covering.map((point) => point.median));
  const upper = peakOf(covering.map((point) => point.upper));
  const deviation = (r: keyof ResourceVector): number => Math.max(0, (upper[r] - mean[r]) / Z95);
  return { mean, deviation: mapResources(deviation) };
}

/** The same of CPU alone, for whoever looks at many windows. */
export function cpuWithin(
  f: DemandForecast,
  nowMs: number,
  fromMs: number,
  toMs: number,
): { readonly mean: number; readonly deviation: number } {
  const age = ageMs(f, nowMs);
  let mean = 0;
  let upper = 0;
  for (const point of pointsWithin(f.points, age + fromMs, age + toMs)) {
    mean = larger(mean, point.median.cpuCores);
    upper = larger(upper, point.upper.cpuCores);
  }
  return { mean, deviation: Math.max(0, (upper - mean) / Z95) };
}

/**
 * CPU seconds that are asked for from now until `toMs` from now: mean and standard deviation upward of it. `undefined`
 * where the forecast does not say how its errors add up over time. Quantiles of a sum are not sums of quantiles: a lag
 * is a matter of what has come in altogether.
 */
export function cumulativeCpuSeconds(
  f: DemandForecast,
  nowMs: number,
  toMs: number,
): { readonly mean: number; readonly deviation: number } | undefined {
  const points = (f.cumulative ?? []).filter(
    (p) => p.horizonMs > 0 && isAmount(p.median.cpuCores) && isAmount(p.upper.cpuCores),
  );
  const age = ageMs(f, nowMs);
  const last = points.at(-1);
  if (last === undefined || last.horizonMs < age) return undefined;
  const mean = (ms: number): number => cumulativeAt(points, ms, (p) => p.median.cpuCores);
  const margin = cumulativeAt(points, age + toMs, (p) => Math.max(0, p.upper.cpuCores - p.median.cpuCores));
  return { mean: Math.max(0, mean(age + toMs) - mean(age)), deviation: margin / Z95 };
}

/** A mean rate until each point, times the time until `ms`: between points the sum grows evenly, beyond as before. */
function cumulativeAt(points: readonly DemandPoint[], ms: number, of: (p: DemandPoint) => number): number {
  const after = points.findIndex((p) => p.horizonMs >= ms);
  const next = points[after < 0 ? points.length - 1 : after]!;
  const before = points[after - 1];
  const sum = (p: DemandPoint): number => (of(p) * p.horizonMs) / 1000;
  if (after < 0 || before === undefined) return (of(next) * ms) / 1000;
  const share = (ms - before.horizonMs) / (next.horizonMs - before.horizonMs);
  return sum(before) + share * (sum(next) - sum(before));
}

/** Largest amount of each resource; what is not an amount does not count. */
function peakOf(vectors: readonly ResourceVector[]): ResourceVector {
  let [cpuCores, memoryBytes, networkBytesPerSec, diskBytesPerSec] = [0, 0, 0, 0];
  for (const v of vectors) {
    cpuCores = larger(cpuCores, v.cpuCores);
    memoryBytes = larger(memoryBytes, v.memoryBytes);
    networkBytesPerSec = larger(networkBytesPerSec, v.networkBytesPerSec);
    diskBytesPerSec = larger(diskBytesPerSec, v.diskBytesPerSec);
  }
  return { cpuCores, memoryBytes, networkBytesPerSec, diskBytesPerSec };
}

const larger = (top: number, value: number): number => (isAmount(value) && value > top ? value : top);

/** Usable points whose steps meet the window `(fromMs, toMs]` of horizons; the last one if all end before it. */
function pointsWithin(points: readonly DemandPoint[], fromMs: number, toMs: number): readonly DemandPoint[] {
  const within: DemandPoint[] = [];
  let startMs = -Infinity;
  let last: DemandPoint | undefined;
  for (const point of points) {
    if (!usable(point)) continue;
    if (point.horizonMs >= fromMs && startMs < toMs) within.push(point);
    startMs = point.horizonMs;
    last = point;
  }
  return within.length > 0 || last === undefined ? within : [last];
}
