import {
  type Calibration,
  type HorizonStretch,
  initialCalibration,
  isCalibration,
  stretched,
} from '@foreshadow/calibrate';
import {
  type DemandForecast,
  type DemandPoint,
  mapResources,
  RESOURCES,
  type ResourceVector,
} from '@foreshadow/domain';
import { DemandError } from './errors.ts';
import type { AwaitedUse } from './scoring.ts';

/** How well demand quantiles hold at one horizon, and what they are stretched by for it. */
export interface DemandHorizon {
  readonly horizonMs: number;
  readonly resources: Readonly<Record<keyof ResourceVector, Calibration>>;
  /** At the newest forecast; `null` before the first. */
  readonly stretch: Readonly<Record<keyof ResourceVector, Omit<HorizonStretch, 'horizonMs'>>> | null;
}

/**
 * Calibration of one pool's demand quantiles against what its workers used, by resource, horizon and side: plain data
 * that survives JSON, NaN apart. Take it as opaque and pass it back.
 */
export interface DemandCalibration {
  readonly version: 1;
  /** In ascending order. */
  readonly horizons: readonly DemandHorizon[];
  /** What was issued and is not due yet. */
  readonly awaited: readonly AwaitedUse[];
  /** Newest forecast that is scored, per horizon; `null` before the first. */
  readonly issuedAtMs: readonly (number | null)[];
}

export function createDemandCalibration(horizonsMs: readonly number[]): DemandCalibration {
  const ascending = [...new Set(horizonsMs)].sort((a, b) => a - b);
  return {
    version: 1,
    horizons: ascending.map((horizonMs) => ({
      horizonMs,
      resources: mapEach(() => initialCalibration()),
      stretch: null,
    })),
    awaited: [],
    issuedAtMs: ascending.map(() => null),
  };
}

/** What of it survives a restart: what was awaited then is of no use later. */
export function lastingCalibration(c: DemandCalibration): DemandCalibration {
  return { ...c, awaited: [], issuedAtMs: c.horizons.map(() => null) };
}

/**
 * Take up a calibration that was saved as JSON. Horizons that are no longer asked for are dropped, new ones begin anew.
 * @throws {DemandError} `STATE_MISMATCH` if another version wrote it.
 */
export function restoreDemandCalibration(saved: unknown, horizonsMs: readonly number[]): DemandCalibration {
  const state = saved as Partial<DemandCalibration> | null;
  if (typeof state !== 'object' || state?.version !== 1 || !Array.isArray(state.horizons)) {
    throw new DemandError('STATE_MISMATCH', 'saved calibration is of another version; start from a new one');
  }
  const kept = new Map(state.horizons.filter(isHorizon).map((h) => [h.horizonMs, h]));
  const fresh = createDemandCalibration(horizonsMs);
  return { ...fresh, horizons: fresh.horizons.map((h) => kept.get(h.horizonMs) ?? h) };
}

function isHorizon(value: unknown): value is DemandHorizon {
  if (typeof value !== 'object' || value === null) return false;
  const { horizonMs, resources } = value as Partial<DemandHorizon>;
  return Number.isFinite(horizonMs) && RESOURCES.every((r) => isCalibration(resources?.[r]));
}

/** The forecast with its quantiles stretched by what was learned. `lower ≤ median ≤ upper`, and none below zero. */
export function calibrateDemand(c: DemandCalibration, f: DemandForecast): DemandForecast {
  const stretches = mapEach((r) =>
    c.horizons.flatMap(({ horizonMs, stretch }) => (stretch === null ? [] : [{ horizonMs, ...stretch[r] }])),
  );
  return { ...f, points: f.points.map((point) => calibratePoint(stretches, point)) };
}

function calibratePoint(
  stretches: Readonly<Record<keyof ResourceVector, readonly HorizonStretch[]>>,
  { horizonMs, median, lower, upper }: DemandPoint,
): DemandPoint {
  const made = mapEach((r) =>
    stretched(stretches[r], horizonMs, { mean: median[r], lower: lower[r], upper: upper[r] }, 0),
  );
  return {
    horizonMs,
    median,
    lower: mapResources((r) => made[r].lower),
    upper: mapResources((r) => made[r].upper),
  };
}

/** Build a record by asking for each resource in turn. */
export function mapEach<T>(value: (resource: keyof ResourceVector) => T): Record<keyof ResourceVector, T> {
  return {
    cpuCores: value('cpuCores'),
    memoryBytes: value('memoryBytes'),
    networkBytesPerSec: value('networkBytesPerSec'),
    diskBytesPerSec: value('diskBytesPerSec'),
  };
}
