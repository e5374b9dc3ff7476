import { mapResources, NO_RESOURCES, type ResourceVector } from '@foreshadow/domain';
import type { NeedSample, PoolState } from './state.ts';
import { shiftedSwings } from './oscillation.ts';
import { shiftedErrors } from './scenarios.ts';
import { largest } from './vector.ts';

/** A window is kept in at most about this many samples, however often plans are made. */
const SAMPLES = 64;

/**
 * Add a sample and drop what is older than the window. Samples closer together than a 64th of it are merged to their
 * maximum, so that memory is bounded and no peak is lost.
 */
export function remember(
  history: readonly NeedSample[],
  sample: NeedSample,
  windowMs: number,
): readonly NeedSample[] {
  const kept = history.filter((s) => sample.atMs - s.atMs <= windowMs);
  const last = kept.at(-1);
  const sinceMs = last === undefined ? Infinity : sample.atMs - last.atMs;
  if (last === undefined || (sinceMs > 0 && sinceMs >= windowMs / SAMPLES)) return [...kept, sample];
  const merged = {
    atMs: last.atMs,
    demand: largest(last.demand, sample.demand),
    workers: Math.max(last.workers, sample.workers),
  };
  return [...kept.slice(0, -1), merged];
}

/** 95 % quantile (nearest rank) of each resource's demand over the samples; zero without any. */
export function quantile95(history: readonly NeedSample[]): ResourceVector {
  if (history.length === 0) return NO_RESOURCES;
  const rank = Math.ceil(history.length * 0.95) - 1;
  return mapResources((r) => history.map((s) => s.demand[r]).sort((a, b) => a - b)[rank]!);
}

/** Largest demand and largest worker count over the samples. */
export function peak(history: readonly NeedSample[]): { demand: ResourceVector; workers: number } {
  return history.reduce<{ demand: ResourceVector; workers: number }>(
    (top, s) => ({ demand: largest(top.demand, s.demand), workers: Math.max(top.workers, s.workers) }),
    { demand: NO_RESOURCES, workers: 0 },
  );
}

/**
 * State on the time scale of `nowMs`: when the clock went back, the past is shifted along, as if no time had passed,
 * so that windows neither empty nor freeze.
 */
export function rebase(state: PoolState, nowMs: number): PoolState {
  if (state.atMs === null || nowMs >= state.atMs) return state;
  const shift = state.atMs - nowMs;
  const shifted = (samples: readonly NeedSample[]): readonly NeedSample[] =>
    samples.map((s) => ({ ...s, atMs: s.atMs - shift }));
  const { rebalancedAtMs } = state;
  return {
    ...state,
    atMs: nowMs,
    present: shifted(state.present),
    needs: shifted(state.needs),
    errors: state.errors && shiftedErrors(state.errors, shift),
    swings: shiftedSwings(state.swings, shift),
    rebalancedAtMs: rebalancedAtMs === null ? null : rebalancedAtMs - shift,
  };
}
