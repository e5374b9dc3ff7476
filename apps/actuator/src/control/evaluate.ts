import {
  calibrateDemand,
  type DemandCalibration,
  demandForecast,
  demandOf,
  type DemandState,
} from '@foreshadow/demand';
import type {
  DemandForecast,
  HotKeyShare,
  ForecastPath,
  Load,
  LoadForecast,
  PartitionKey,
  ResourceVector,
} from '@foreshadow/domain';
import type { PartitionObservation } from '@foreshadow/plan';
import type { PartitionLoad } from '../load/partition-track.ts';
import { scaleResources, sumResources } from '../view/resources.ts';
import type { PartitionLag } from './collector.ts';
import { atHorizons, peakUntil, presentLoad, unitLoad } from './loads.ts';

/** A partition's load and what it costs; what is unknown is `undefined`. */
export interface Evaluation {
  readonly partition: PartitionKey;
  readonly load: PartitionLoad | undefined;
  /** Of the present load, without any worker's base. */
  readonly demand: ResourceVector | undefined;
  readonly cpuSecondsPerRecord: number | undefined;
}

/** What load costs, and how far that can be trusted. */
export interface CalibratedDemand {
  readonly demand: DemandState;
  readonly calibration: DemandCalibration;
}

export function evaluatePartition(
  model: DemandState,
  partition: PartitionKey,
  load: PartitionLoad | undefined,
): Evaluation {
  const demandFor = (l: Load | undefined): ResourceVector | undefined =>
    l && demandOf(model, l, partition)?.mean;
  return {
    partition,
    load,
    demand: demandFor(load && presentLoad(load)),
    cpuSecondsPerRecord: demandFor(load && unitLoad(load))?.cpuCores,
  };
}

/** What the planner is told of a partition. */
export function observationOf(
  model: CalibratedDemand,
  { partition, load, demand, cpuSecondsPerRecord }: Evaluation,
  lag: PartitionLag | undefined,
  hotKeys?: readonly HotKeyShare[],
): PartitionObservation {
  return {
    partition,
    forecast: load?.forecast && calibratedForecast(model, load.forecast, load.cumulative),
    basis: load?.basis ?? 'forecast',
    presentDemand: demand,
    lagRecords: lag?.records,
    lagSeconds: lag?.seconds,
    cpuSecondsPerRecord,
    ...(hotKeys !== undefined && { hotKeys }),
  };
}

function calibratedForecast(
  { demand, calibration }: CalibratedDemand,
  forecast: LoadForecast,
  cumulative?: ForecastPath,
): DemandForecast | undefined {
  const given = demandForecast(demand, forecast);
  if (given === undefined) return undefined;
  const sums = cumulative && demandForecast(demand, { ...forecast, path: cumulative });
  return { ...calibrateDemand(calibration, given), ...(sums && { cumulative: sums.points }) };
}

/** Demand that the newest forecasts ask for at some horizons, to be scored; not calibrated. */
export function forecastsAt(
  model: DemandState,
  evaluations: readonly Evaluation[],
  horizonsMs: readonly number[],
): readonly DemandForecast[] {
  return evaluations.flatMap(({ load }) => {
    const forecast = load?.forecast && demandForecast(model, atHorizons(load.forecast, horizonsMs));
    return forecast ?? [];
  });
}

/** Demand of all partitions and of the workers themselves; unknown if that of one partition is. */
export function presentDemand(
  evaluations: readonly Evaluation[],
  base: ResourceVector,
  workers: number,
): ResourceVector | undefined {
  const demands = [scaleResources(base, workers)];
  for (const { demand } of evaluations) {
    if (demand === undefined) return undefined;
    demands.push(demand);
  }
  return sumResources(demands);
}

/**
 * CPU that the forecasts ask for at most within `windowMs` from now, workers' base left out: the sum of the medians
 * and, of independent errors, the root of the squared distances to the upper bounds. NaN if that of one partition is
 * unknown.
 */
export function forecastCpuCores(
  model: CalibratedDemand,
  evaluations: readonly Evaluation[],
  nowMs: number,
  windowMs: number,
): number {
  let median = 0;
  let variance = 0;
  for (const { load } of evaluations) {
    const forecast = load?.forecast;
    if (forecast === undefined) return NaN;
    const ageMs = Math.max(0, nowMs - forecast.issuedAtMs);
    const peak = peakUntil(forecast, ageMs + windowMs);
    const [point] = (peak && calibratedForecast(model, peak)?.points) ?? [];
    if (point === undefined) return NaN;
    median += point.median.cpuCores;
    variance += (point.upper.cpuCores - point.median.cpuCores) ** 2;
  }
  return median + Math.sqrt(variance);
}
