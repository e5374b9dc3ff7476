import { type DemandForecast, type DemandPoint, Z95 } from '@foreshadow/domain';
import { ageMs } from './forecast-window.ts';
import { combinedDeviation } from './group.ts';
import type { PartitionNeed } from './need.ts';
import { isAmount } from './vector.ts';

/** CPU cores that a pool's load asks for in each of the next steps of equal length. */
export interface StepForecast {
  readonly mean: Float64Array;
  /** Standard deviations of the errors upward and downward. */
  readonly up: Float64Array;
  readonly down: Float64Array;
}

/** More cores than any pool has: sums and squares of what is beyond stay finite. */
const MOST_CORES = 1e9;

/**
 * Forecast of the pool's CPU demand, its partitions' put together. `undefined` if that of a partition is missing: what is
 * not known is not nothing.
 */
export function stepForecastOf(
  needs: readonly PartitionNeed[],
  grid: { readonly stepMs: number; readonly steps: number },
  nowMs: number,
): StepForecast | undefined {
  const { stepMs, steps } = grid;
  const mean = new Float64Array(steps);
  const sides = [new Deviations(steps), new Deviations(steps)] as const;
  for (const { footing } of needs) {
    if (footing.forecast === undefined) return undefined;
    addPartition(footing.forecast, ageMs(footing.forecast, nowMs), stepMs, mean, sides);
  }
  return { mean, up: sides[0].combined(), down: sides[1].combined() };
}

/** Each step is told by the first point that reaches its end; beyond the last one that goes on. */
function addPartition(
  forecast: DemandForecast,
  age: number,
  stepMs: number,
  mean: Float64Array,
  [up, down]: readonly [Deviations, Deviations],
): void {
  const points = forecast.points.filter(isUsable);
  let at = 0;
  for (let k = 0; k < mean.length; k++) {
    const endMs = age + (k + 1) * stepMs;
    while (at < points.length - 1 && points[at]!.horizonMs < endMs) at++;
    const point = points[at];
    if (point === undefined) return;
    const median = Math.min(MOST_CORES, point.median.cpuCores);
    mean[k]! += median;
    up.add(k, distance(point.upper.cpuCores, median));
    down.add(k, distance(median, point.lower.cpuCores));
  }
}

const isUsable = (point: DemandPoint): boolean =>
  Number.isFinite(point.horizonMs) && isAmount(point.median.cpuCores);

const distance = (high: number, low: number): number =>
  isAmount(high) && isAmount(low) ? Math.min(MOST_CORES, Math.max(0, high - low)) / Z95 : 0;

class Deviations {
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;

  constructor(steps: number) {
    this.#sums = new Float64Array(steps);
    this.#squares = new Float64Array(steps);
  }

  add(step: number, deviation: number): void {
    this.#sums[step]! += deviation;
    this.#squares[step]! += deviation * deviation;
  }

  combined(): Float64Array {
    return this.#sums.map((sum, k) => combinedDeviation(sum, this.#squares[k]!));
  }
}
