import { inRange, SimulateError, wholeInRange } from './errors.ts';

/**
 * How the partitions of the pool are worked on: `ordered`, each by the one worker that owns it; `pooled`, by all workers
 * together, as a shared queue is.
 */
export type PoolSharing = 'ordered' | 'pooled';

/** The world in which every policy is played. Times in seconds. */
export interface PoolSettings {
  readonly sharing: PoolSharing;
  readonly minWorkers: number;
  readonly maxWorkers: number;
  /** Records that a worker works off in a second at its rated speed. */
  readonly recordsPerSecPerWorker: number;
  /** 90 % of workers work within this time of being ordered: what a policy may take the start-up delay to be. */
  readonly leadTimeSeconds: number;
  /** Standard deviation of the logarithm of the start-up delay. */
  readonly leadTimeSpread: number;
  /** A worker that leaves stops working at once and is paid for this long: it commits, releases, exits. */
  readonly drainSeconds: number;
  /** Work rests while owners change. */
  readonly rebalancePauseSeconds: number;
  /** What rests: the whole group (`eager`), or the partitions that change hands (`cooperative`). */
  readonly rebalance: 'eager' | 'cooperative';
  /** Standard deviation of the workers' speeds about the rated one. */
  readonly capacityNoise: number;
  /** A record is late when its work is not done this long after its arrival. */
  readonly sloSeconds: number;
  /** Seconds at the beginning that are played but not judged. */
  readonly warmUpSeconds: number;
  /** Workers that are ready at the beginning; by default those that the first minute needs. */
  readonly initialWorkers: number | undefined;
}

export const DEFAULT_SETTINGS: PoolSettings = {
  sharing: 'ordered',
  minWorkers: 1,
  maxWorkers: 24,
  recordsPerSecPerWorker: 100,
  leadTimeSeconds: 30,
  leadTimeSpread: 0.15,
  drainSeconds: 5,
  rebalancePauseSeconds: 3,
  rebalance: 'eager',
  capacityNoise: 0.03,
  sloSeconds: 10,
  warmUpSeconds: 0,
  initialWorkers: undefined,
};

/** @throws {SimulateError} `INVALID_SETTING` with key, value and range. */
export function checkSettings(s: PoolSettings): PoolSettings {
  wholeInRange('minWorkers', s.minWorkers, 0, 100_000);
  wholeInRange('maxWorkers', s.maxWorkers, 1, 100_000);
  if (s.minWorkers > s.maxWorkers) {
    throw new SimulateError(
      'INVALID_SETTING',
      `minWorkers: must be at most maxWorkers (${s.maxWorkers}); got ${s.minWorkers}`,
    );
  }
  positive('recordsPerSecPerWorker', s.recordsPerSecPerWorker);
  inRange('leadTimeSeconds', s.leadTimeSeconds, 0, 86_400);
  inRange('leadTimeSpread', s.leadTimeSpread, 0, 2);
  inRange('drainSeconds', s.drainSeconds, 0, 86_400);
  wholeInRange('rebalancePauseSeconds', s.rebalancePauseSeconds, 0, 3600);
  inRange('capacityNoise', s.capacityNoise, 0, 0.5);
  wholeInRange('sloSeconds', s.sloSeconds, 1, 86_400);
  wholeInRange('warmUpSeconds', s.warmUpSeconds, 0, 1e9);
  if (s.initialWorkers !== undefined) wholeInRange('initialWorkers', s.initialWorkers, 0, s.maxWorkers);
  return s;
}

function positive(key: string, value: number): void {
  if (value > 0 && Number.isFinite(value)) return;
  throw new SimulateError('INVALID_SETTING', `${key}: must be above 0 and finite; got ${value}`);
}
