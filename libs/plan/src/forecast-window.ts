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
  const mean = mapResources((r) => peakOf(covering, 'median', r));
  const deviation = mapResources((r) => Math.max(0, (peakOf(covering, 'upper', r) - mean[r]) / Z95));
  return { mean, deviation };
}

function peakOf(points: readonly DemandPoint[], which: 'median' | 'upper', r: keyof ResourceVector): number {
  let top = 0;
  for (const point of points) if (isAmount(point[which][r])) top = Math.max(top, point[which][r]);
  return top;
}

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
