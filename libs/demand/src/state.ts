import type { ResourceVector } from '@foreshadow/domain';
import { DemandError } from './errors.ts';
import type { PerRecord } from './features.ts';
import type { Fit } from './fit.ts';
import { checkHints, type DemandHints } from './hints.ts';
import { type Moments, NO_MOMENTS } from './moments.ts';

/** Evidence and fit of one resource. */
export interface ResourceModel {
  readonly moments: Moments;
  readonly fit: Fit | null;
}

/** How a partition's handler cost compares with what the pool's model expects of it. */
export interface PartitionCost {
  readonly observed: number;
  readonly expected: number;
}

/** Two-sided cumulative sum of standardised residuals: tells that the cost has changed (Page 1954). */
export interface ChangeDetector {
  readonly up: number;
  readonly down: number;
}

/**
 * Demand model of one pool: plain data that survives JSON. Take it as opaque and pass it back.
 */
export interface DemandState {
  readonly version: 1;
  readonly hints: DemandHints;
  /** Newest observation; `null` before the first. */
  readonly atMs: number | null;
  readonly models: Readonly<Record<keyof ResourceVector, ResourceModel>>;
  /** CPU inside the handler, per partition: slopes without the base. */
  readonly handler: ResourceModel;
  readonly partitions: Readonly<Record<string, PartitionCost>>;
  /** Memory above the fit at its peaks, slowly forgotten. */
  readonly memoryPeakBytes: number;
  readonly change: ChangeDetector;
  /** Observations that were used, and those left out because a value was missing, negative or not finite. */
  readonly observed: number;
  readonly rejected: number;
  /** Changes of cost detected. */
  readonly changes: number;
}

const EMPTY: ResourceModel = { moments: NO_MOMENTS, fit: null };

/**
 * A model without evidence.
 * @throws {DemandError} `INVALID_HINT` if a hint is negative or not finite.
 */
export function createDemandState(options: { readonly hints?: DemandHints } = {}): DemandState {
  const hints = options.hints ?? {};
  checkHints(hints);
  return {
    version: 1,
    hints,
    atMs: null,
    models: { cpuCores: EMPTY, memoryBytes: EMPTY, networkBytesPerSec: EMPTY, diskBytesPerSec: EMPTY },
    handler: EMPTY,
    partitions: {},
    memoryPeakBytes: 0,
    change: { up: 0, down: 0 },
    observed: 0,
    rejected: 0,
    changes: 0,
  };
}

/**
 * Take up a state that was saved as JSON.
 * @throws {DemandError} `STATE_MISMATCH` if another version wrote it.
 */
export function restoreDemandState(saved: unknown): DemandState {
  const state = saved as Partial<DemandState> | null;
  if (typeof state !== 'object' || state?.version !== 1 || state.models === undefined) {
    throw new DemandError('STATE_MISMATCH', 'saved demand state is of another version; start from a new one');
  }
  return state as DemandState;
}

/** Mean bytes and work of a record over the evidence. */
export function perRecordOf(state: DemandState): PerRecord {
  // Row of the constant: Σ w·x.
  const [, records, bytes, work] = state.models.cpuCores.moments.xx;
  if (records === undefined || !(records > 0)) return { bytes: undefined, work: undefined };
  return { bytes: bytes! / records, work: work! > 0 ? work! / records : undefined };
}
