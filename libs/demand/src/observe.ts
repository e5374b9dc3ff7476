import { type PartitionUtilization, RESOURCES, type Utilization } from '@foreshadow/domain';
import { detectChange } from './change.ts';
import { type PerRecord, processedFeatures, workerFeatures } from './features.ts';
import { age } from './forgetting.ts';
import { learnHandler, learnModels, learnPartitions, memoryPeak, type Row } from './learn.ts';
import { isQuantity } from './quantity.ts';
import { type DemandState, perRecordOf } from './state.ts';

/** Above this throttled share a tick says little of the base: overhead and load are held back unequally. */
const THROTTLED = 0.02;
/**
 * Throttled ticks would best be left out, but a pool that is too small is throttled all the time and would never
 * show what a record costs. They count a little, so that any free tick soon outweighs them.
 */
const THROTTLED_WEIGHT = 0.1;

/** Whether a tick was held back so much that use is not demand. */
export function isThrottled(u: Utilization): boolean {
  return u.throttledFraction > THROTTLED;
}

/**
 * Learn from one tick of one worker: what it used against what it **processed** (not what arrived: under backlog the
 * two differ). Values that are missing, negative or not finite are left out and counted, each resource by itself.
 */
export function observeUtilization(state: DemandState, u: Utilization): DemandState {
  const rows = rowsOf(u, perRecordOf(state));
  if (rows === undefined || !Number.isFinite(u.atMs)) return { ...state, rejected: state.rejected + 1 };
  const aged = age(state, u);
  const features = workerFeatures(rows.map((row) => row.features));
  const weight = isThrottled(u) ? THROTTLED_WEIGHT : 1;
  const handlerRows = attributed(rows);
  const detected = detectChange(aged, features, u.used.cpuCores, weight);
  const handler = learnHandler(detected, handlerRows, weight);
  const learned = { ...detected, handler, models: learnModels(detected, handler, features, u, weight) };
  const incomplete = RESOURCES.some((resource) => !isQuantity(u.used[resource]));
  return {
    ...learned,
    memoryPeakBytes: memoryPeak(learned, features, u.used.memoryBytes),
    partitions: learnPartitions(learned, handlerRows, weight),
    observed: state.observed + 1,
    rejected: state.rejected + (incomplete ? 1 : 0),
  };
}

function rowsOf(u: Utilization, perRecord: PerRecord): Row[] | undefined {
  const rows: Row[] = [];
  for (const part of u.partitions) {
    const row = rowOf(part, perRecord);
    // A part that is unknown makes the worker's total unknown too.
    if (row === undefined) return undefined;
    rows.push(row);
  }
  return rows;
}

function rowOf(part: PartitionUtilization, perRecord: PerRecord): Row | undefined {
  const features = processedFeatures(part, perRecord);
  return features && { partition: part.partition, features, cpuCores: part.cpuCores };
}

/** Rows whose handler CPU could be told apart; all zero while records went through means that it was not measured. */
function attributed(rows: readonly Row[]): readonly Row[] {
  const good = rows.filter((row) => isQuantity(row.cpuCores) && row.features[1] > 0);
  return good.some((row) => row.cpuCores > 0) ? good : [];
}
