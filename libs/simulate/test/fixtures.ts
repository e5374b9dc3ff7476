import {
  DEFAULT_SETTINGS,
  type Fault,
  type Policy,
  type PolicyDecision,
  type PolicyObservation,
  type PoolSettings,
  Stage,
  traceOf,
} from '../src/index.ts';

/** A world without chance: exact delays and speeds, no pauses. */
export const EXACT: PoolSettings = {
  ...DEFAULT_SETTINGS,
  leadTimeSeconds: 30,
  leadTimeSpread: 0,
  capacityNoise: 0,
  rebalancePauseSeconds: 0,
  drainSeconds: 0,
  initialWorkers: 1,
};

export const constant = (count: number, value: number): number[] => new Array<number>(count).fill(value);

export const fixed = (workers: number, syncSeconds = 5): Policy => ({
  name: `fixed ${workers}`,
  syncSeconds,
  metricDelaySeconds: 0,
  start: () => () => ({ workers }),
});

/** A policy of a function of what is seen. */
export function seeing(
  decide: (o: PolicyObservation) => PolicyDecision,
  timing: Partial<Pick<Policy, 'syncSeconds' | 'metricDelaySeconds'>> = {},
): Policy {
  return { name: 'seeing', syncSeconds: 5, metricDelaySeconds: 0, ...timing, start: () => decide };
}

export interface StageOptions {
  readonly perSecond: readonly number[];
  readonly partitions?: number;
  readonly skew?: number;
  readonly settings?: Partial<PoolSettings>;
  readonly seed?: number;
  readonly timeScale?: number;
  readonly faults?: readonly Fault[];
}

export function stageOf(o: StageOptions): Stage {
  return new Stage({
    trace: traceOf({ name: 'test', partitions: 4, ...o }),
    settings: { ...EXACT, ...o.settings },
    seed: o.seed ?? 1,
    faults: o.faults ?? [],
  });
}
