import {
  type DemandForecast,
  type DemandPoint,
  type Estimate,
  type Load,
  type LoadForecast,
  mapResources,
  type PartitionKey,
  type ResourceVector,
} from '@foreshadow/domain';
import { dot, type Features, featuresOf } from './features.ts';
import { type Fit, varianceOf } from './fit.ts';
import { hintedCoefficients } from './hints.ts';
import { type DemandState, perRecordOf } from './state.ts';

/** Demand of one partition without the base cost of the worker that it runs on. */
export interface DemandEstimate {
  readonly mean: ResourceVector;
  /** Of the demand in one tick: uncertain coefficients and what scatters about them. */
  readonly standardDeviation: ResourceVector;
}

/** Effective loaded ticks before the model says anything; hints speak at once. */
const LEAST_EVIDENCE = 2;
/** Loaded ticks' worth of trust that a partition costs what the pool's model says. */
const PARTITION_PRIOR_TICKS = 10;
const PARTITION_FACTOR_MIN = 0.25;
const PARTITION_FACTOR_MAX = 4;
/** 95 % quantile of the normal distribution. */
const Z95 = 1.6448536269514722;

/** Fixed cost of one worker; counts once a worker. Memory includes what its peaks stood above the fit. */
export function workerBase(state: DemandState): ResourceVector {
  const base = fittedBase(state);
  return { ...base, memoryBytes: base.memoryBytes + state.memoryPeakBytes };
}

/** What a worker uses on average without load: its base without room for peaks. */
export function fittedBase(state: DemandState): ResourceVector {
  return mapResources((resource) => {
    const fitted = state.models[resource].fit?.coefficients[0];
    return fitted ?? hintedCoefficients(state.hints, resource)[0] ?? 0;
  });
}

/**
 * What a load costs beyond a worker's base. `partition` brings in how that partition's cost differs from its pool's.
 * A dimension of the load that is NaN follows from records by the learned ratio. `undefined` without evidence or
 * hints, or if records/s are not known. A resource that was never measured is NaN.
 */
export function demandOf(
  state: DemandState,
  load: Load,
  partition?: PartitionKey,
): DemandEstimate | undefined {
  const features = featuresOf(load, perRecordOf(state));
  if (features === undefined || !hasEvidence(state)) return undefined;
  const factor = partition === undefined ? 1 : partitionFactor(state, partition);
  const estimate = mapResourcesPair((r) => marginal(state, r, features, r === 'cpuCores' ? factor : 1));
  return Number.isFinite(estimate.mean.cpuCores) ? estimate : undefined;
}

function hasEvidence(state: DemandState): boolean {
  const { moments, fit } = state.models.cpuCores;
  const hinted = hintedCoefficients(state.hints, 'cpuCores').slice(1);
  const loaded = (moments.xx[1] ?? 0) > 0;
  return hinted.some((h) => h !== undefined) || (fit !== null && loaded && state.observed >= LEAST_EVIDENCE);
}

interface Marginal {
  readonly mean: number;
  readonly standardDeviation: number;
}

function marginal(
  state: DemandState,
  resource: keyof ResourceVector,
  features: Features,
  factor: number,
): Marginal {
  const { fit } = state.models[resource];
  if (fit === null) return hintedMarginal(state, resource, features);
  const mean = factor * dot(fit.coefficients, features);
  return { mean, standardDeviation: factor * scatter(fit, features) };
}

/** Scatter about the fit grows with the root of the share of use, so that a worker's partitions add up to its own. */
function scatter(fit: Fit, features: Features): number {
  const share = fit.meanUse > 0 ? dot(fit.coefficients, features) / fit.meanUse : 0;
  return Math.sqrt(varianceOf(fit, features) + fit.residualVariance * share);
}

/** A hint is taken to be right within half its value. */
function hintedMarginal(state: DemandState, resource: keyof ResourceVector, features: Features): Marginal {
  const hinted = hintedCoefficients(state.hints, resource);
  if (hinted.slice(1).every((h) => h === undefined)) return { mean: NaN, standardDeviation: NaN };
  const mean = hinted.reduce<number>((sum, h, i) => sum + (h ?? 0) * features[i]!, 0);
  return { mean, standardDeviation: mean / 2 };
}

function partitionFactor(state: DemandState, partition: PartitionKey): number {
  const cost = state.partitions[partition];
  if (cost === undefined || !(cost.expected > 0)) return 1;
  const { y, weight } = state.handler.moments;
  const prior = weight > 0 ? (PARTITION_PRIOR_TICKS * y) / weight : 0;
  const factor = (cost.observed + prior) / (cost.expected + prior);
  return Math.min(PARTITION_FACTOR_MAX, Math.max(PARTITION_FACTOR_MIN, factor));
}

function mapResourcesPair(value: (resource: keyof ResourceVector) => Marginal): DemandEstimate {
  const cells = {
    cpuCores: value('cpuCores'),
    memoryBytes: value('memoryBytes'),
    networkBytesPerSec: value('networkBytesPerSec'),
    diskBytesPerSec: value('diskBytesPerSec'),
  };
  return {
    mean: mapResources((r) => cells[r].mean),
    standardDeviation: mapResources((r) => cells[r].standardDeviation),
  };
}

/**
 * Demand over a load forecast's path: median and 5 % and 95 % quantiles per point, with the uncertainty of the load,
 * of the mapping and of the ratios (bytes and work per record) combined as independent. Points whose rate is not
 * known are left out; `undefined` without evidence or without any point.
 */
export function demandForecast(state: DemandState, f: LoadForecast): DemandForecast | undefined {
  const points: DemandPoint[] = [];
  for (let i = 0; i < f.path.horizonsMs.length; i++) {
    const point = pointOf(state, f, i);
    if (point !== undefined) points.push(point);
  }
  if (points.length === 0) return undefined;
  return { partition: f.partition, issuedAtMs: f.issuedAtMs, points };
}

function pointOf(state: DemandState, f: LoadForecast, i: number): DemandPoint | undefined {
  const horizonMs = f.path.horizonsMs[i]!;
  const mean = f.path.mean[i] ?? NaN;
  const at = demandAt(state, f, mean);
  if (at === undefined || !Number.isFinite(horizonMs)) return undefined;
  const low = demandAt(state, f, Math.min(mean, orElse(f.path.lower[i], mean))) ?? at;
  const high = demandAt(state, f, Math.max(mean, orElse(f.path.upper[i], mean))) ?? at;
  const ratios = ratioDeviation(state, f, mean);
  const mapping = (r: keyof ResourceVector): number => Z95 * Math.hypot(at.standardDeviation[r], ratios[r]);
  return {
    horizonMs,
    median: at.mean,
    lower: mapResources((r) => Math.max(0, at.mean[r] - Math.hypot(at.mean[r] - low.mean[r], mapping(r)))),
    upper: mapResources((r) => at.mean[r] + Math.hypot(high.mean[r] - at.mean[r], mapping(r))),
  };
}

const orElse = (value: number | undefined, otherwise: number): number =>
  value !== undefined && Number.isFinite(value) ? value : otherwise;

function demandAt(state: DemandState, f: LoadForecast, recordsPerSec: number): DemandEstimate | undefined {
  const { bytesPerRecord, workPerRecord } = f.ratios;
  const load: Load = {
    recordsPerSec,
    bytesPerSec: recordsPerSec * (bytesPerRecord?.value ?? NaN),
    workPerSec: recordsPerSec * (workPerRecord?.value ?? NaN),
    distinctKeys: NaN,
  };
  return demandOf(state, load, f.partition);
}

function ratioDeviation(state: DemandState, f: LoadForecast, recordsPerSec: number): ResourceVector {
  const error = (ratio: Estimate | undefined): number => recordsPerSec * orElse(ratio?.standardError, 0);
  const bytes = error(f.ratios.bytesPerRecord);
  const work = error(f.ratios.workPerRecord);
  return mapResources((resource) => {
    const coefficients = state.models[resource].fit?.coefficients;
    return coefficients === undefined ? 0 : Math.hypot(coefficients[2]! * bytes, coefficients[3]! * work);
  });
}
