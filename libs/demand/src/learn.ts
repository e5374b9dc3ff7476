import type { ResourceVector, Utilization } from '@foreshadow/domain';
import { dot, FEATURES, type Features } from './features.ts';
import { type Fit, fit } from './fit.ts';
import { hintedCoefficients } from './hints.ts';
import { addObservation, type Moments } from './moments.ts';
import { priorOf } from './prior.ts';
import { isQuantity } from './quantity.ts';
import type { DemandState, PartitionCost, ResourceModel } from './state.ts';

/** Memory moves slowly: this many neighbouring ticks are worth one independent observation. */
const MEMORY_TICKS_PER_OBSERVATION = 20;

/** What was processed of one partition, and the CPU that its handler took. */
export interface Row {
  readonly partition: string;
  readonly features: Features;
  readonly cpuCores: number;
}

export function learnHandler(state: DemandState, rows: readonly Row[], weight: number): ResourceModel {
  if (rows.length === 0) return state.handler;
  const moments = rows.reduce(
    (m, row) => addObservation(m, row.features, row.cpuCores, weight),
    state.handler.moments,
  );
  const hinted = hintedCoefficients(state.hints, 'cpuCores');
  return { moments, fit: fitted('cpuCores', moments, hinted, undefined, state.handler.fit) };
}

export function learnModels(
  state: DemandState,
  handler: ResourceModel,
  features: Features,
  u: Utilization,
  weight: number,
): Record<keyof ResourceVector, ResourceModel> {
  const learn = (resource: keyof ResourceVector): ResourceModel => {
    const model = state.models[resource];
    if (!isQuantity(u.used[resource])) return model;
    const moments = addObservation(model.moments, features, u.used[resource], weight);
    const hinted = hintedCoefficients(state.hints, resource);
    const slopes = resource === 'cpuCores' ? (handler.fit ?? undefined) : undefined;
    return { moments, fit: fitted(resource, moments, hinted, slopes, model.fit) };
  };
  return {
    cpuCores: learn('cpuCores'),
    memoryBytes: learn('memoryBytes'),
    networkBytesPerSec: learn('networkBytesPerSec'),
    diskBytesPerSec: learn('diskBytesPerSec'),
  };
}

function fitted(
  resource: keyof ResourceVector,
  moments: Moments,
  hinted: readonly (number | undefined)[],
  handler: Fit | undefined,
  before: Fit | null,
): Fit | null {
  const meanFeatures = Array.from({ length: FEATURES }, (_, i) =>
    Math.sqrt(moments.xx[i * FEATURES + i]! / moments.weight),
  );
  const prior = priorOf(resource, hinted, handler, meanFeatures, moments.y / moments.weight);
  const noise = resource === 'memoryBytes' ? MEMORY_TICKS_PER_OBSERVATION : 1;
  return fit(moments, prior, noise, before ?? undefined) ?? null;
}

export function memoryPeak(state: DemandState, features: Features, usedBytes: number): number {
  const memory = state.models.memoryBytes.fit;
  if (memory === null || !isQuantity(usedBytes)) return state.memoryPeakBytes;
  return Math.max(state.memoryPeakBytes, usedBytes - dot(memory.coefficients, features));
}

export function learnPartitions(
  state: DemandState,
  rows: readonly Row[],
  weight: number,
): Readonly<Record<string, PartitionCost>> {
  const model = state.handler.fit;
  if (model === null || rows.length === 0) return state.partitions;
  const partitions = { ...state.partitions };
  for (const { partition, features, cpuCores } of rows) {
    const before = partitions[partition] ?? { observed: 0, expected: 0 };
    const expected = dot(model.coefficients, features);
    partitions[partition] = {
      observed: before.observed + weight * cpuCores,
      expected: before.expected + weight * expected,
    };
  }
  return partitions;
}
