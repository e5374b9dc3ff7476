import type { Utilization } from '@foreshadow/domain';
import { forget } from './moments.ts';
import type { DemandState, PartitionCost, ResourceModel } from './state.ts';

/** Evidence counts e⁻¹ after this much observed time; changes of cost are found faster (`change.ts`). */
const MEMORY_MS = 120_000;
const PEAK_MEMORY_MS = 600_000;

/** Forget by observed time: a pause, a gap or a clock that goes back costs no evidence. */
export function age(state: DemandState, u: Utilization): DemandState {
  const at = state.atMs ?? u.atMs;
  const window = u.windowMs > 0 ? u.windowMs : 0;
  const elapsedMs = Math.min(Math.max(0, u.atMs - at), 2 * window);
  // After a clock that went back, time is counted from there.
  const atMs = u.atMs < at - 2 * window ? u.atMs : Math.max(at, u.atMs);
  const factor = Math.exp(-elapsedMs / MEMORY_MS);
  return {
    ...forgetAll(state, factor),
    atMs,
    memoryPeakBytes: state.memoryPeakBytes * Math.exp(-elapsedMs / PEAK_MEMORY_MS),
  };
}

/** Let all evidence count less; the fits stand until the next observation. */
export function forgetAll(state: DemandState, factor: number): DemandState {
  if (factor === 1) return state;
  const less = (model: ResourceModel): ResourceModel => ({
    ...model,
    moments: forget(model.moments, factor),
  });
  const { cpuCores, memoryBytes, networkBytesPerSec, diskBytesPerSec } = state.models;
  const partitions: Record<string, PartitionCost> = {};
  for (const [key, { observed, expected }] of Object.entries(state.partitions)) {
    if (expected * factor > 1e-9)
      partitions[key] = { observed: observed * factor, expected: expected * factor };
  }
  return {
    ...state,
    models: {
      cpuCores: less(cpuCores),
      memoryBytes: less(memoryBytes),
      networkBytesPerSec: less(networkBytesPerSec),
      diskBytesPerSec: less(diskBytesPerSec),
    },
    handler: less(state.handler),
    partitions,
  };
}
