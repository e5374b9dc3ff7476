import type { Allocation, Assignment, ResourceVector } from '@foreshadow/domain';
import { PlanError } from './errors.ts';
import { NO_SWINGS, type Swings } from './oscillation.ts';
import type { ErrorPaths } from './scenarios.ts';

/** What a pool needed at one time. */
export interface NeedSample {
  readonly atMs: number;
  /** Demand beyond the workers' base. */
  readonly demand: ResourceVector;
  /** Workers that it takes. */
  readonly workers: number;
}

/**
 * What the planner remembers of one pool: plain data that survives JSON. Take it as opaque and pass it back.
 */
export interface PoolState {
  readonly version: 1;
  /** Time of the last plan; `null` before the first. */
  readonly atMs: number | null;
  readonly allocation: Allocation | null;
  readonly assignment: Assignment;
  /** Workers told to drain that are still there. */
  readonly retiring: readonly string[];
  /** Demand of the present load over the last two lead times, oldest first. */
  readonly present: readonly NeedSample[];
  /** What was needed, forecast included, over the stabilisation window, oldest first. */
  readonly needs: readonly NeedSample[];
  /** Last known demand of each partition, for when its data go missing. */
  readonly known: Readonly<Record<string, ResourceVector>>;
  readonly rebalancedAtMs: number | null;
  /** How the forecasts of the pool's demand have erred; `null` before there was one. */
  readonly errors: ErrorPaths | null;
  /** How the count has moved of late. */
  readonly swings: Swings;
}

export function initialPoolState(): PoolState {
  return {
    version: 1,
    atMs: null,
    allocation: null,
    assignment: { version: 0, owners: {} },
    retiring: [],
    present: [],
    needs: [],
    known: {},
    rebalancedAtMs: null,
    errors: null,
    swings: NO_SWINGS,
  };
}

/**
 * Take up a state that was saved as JSON.
 * @throws {PlanError} `STATE_MISMATCH` if another version wrote it.
 */
export function restorePoolState(saved: unknown): PoolState {
  const state = saved as Partial<PoolState> | null;
  if (typeof state !== 'object' || state?.version !== 1 || state.needs === undefined) {
    throw new PlanError('STATE_MISMATCH', 'saved plan state is of another version; start from a new one');
  }
  // What was saved before errors and swings were remembered begins without any.
  return { ...(state as PoolState), errors: state.errors ?? null, swings: state.swings ?? NO_SWINGS };
}
