import type { Utilization } from '@foreshadow/domain';

/** Where the actuator reads what workers used. */
export interface UtilizationSource {
  /** The newest report of each worker of the pool that is not older than `maxAgeMs`. */
  latest(pool: string, nowMs: number, maxAgeMs: number): Promise<readonly Utilization[]>;
}

/** Where a worker reports what it used. */
export interface UtilizationSink {
  report(utilization: Utilization): Promise<void>;
}
