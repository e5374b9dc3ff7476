import type { LiveSnapshot, PartitionKey, PoolPlan } from '@foreshadow/domain';

/** What the summary needs of one second. */
export interface Moment {
  readonly atMs: number;
  readonly workersReady: number;
  readonly workersStarting: number;
  /** Sum of the allowances of the workers that are ready. */
  readonly capacityCores: number;
  /** CPU that the present load needs by the demand model, base of the workers included; NaN before there is evidence. */
  readonly demandCores: number;
  readonly partitions: readonly PartitionMoment[];
}

export interface PartitionMoment {
  readonly partition: PartitionKey;
  /** NaN where missing. */
  readonly recordsPerSec: number;
  /** Records/s that its owner can process for it; NaN where unknown. */
  readonly capacityRecordsPerSec: number;
  readonly lagSeconds: number;
}

/** Decision that raised the number of workers. */
export interface ScaleUpDecision {
  readonly pool: string;
  readonly decidedAtMs: number;
  /** Since when the pool had been planned with the workers before it. */
  readonly sinceMs: number;
  readonly workersBefore: number;
  readonly workersAfter: number;
}

/** Seconds and scale-ups of one pool, as the live stream told them. */
export class RunHistory {
  readonly pool: string;
  readonly moments: Moment[] = [];
  readonly scaleUps: ScaleUpDecision[] = [];
  #workersPlanned = Number.NaN;
  #plannedSinceMs = Number.NEGATIVE_INFINITY;

  constructor(pool: string) {
    this.pool = pool;
  }

  addSnapshot(snapshot: LiveSnapshot): void {
    const pool = snapshot.pools.find((p) => p.name === this.pool);
    if (pool === undefined) return;
    // Decisions made before the stream was followed, or while it was cut off, show here alone.
    if (pool.lastDecision !== null) this.addDecision(pool.lastDecision);
    this.moments.push({
      atMs: snapshot.atMs,
      workersReady: pool.workers.ready,
      workersStarting: pool.workers.starting,
      capacityCores: pool.capacity.cpuCores,
      demandCores: pool.demand?.cpuCores ?? Number.NaN,
      partitions: snapshot.partitions
        .filter((p) => p.partition.startsWith(`${pool.stream}/`))
        .map((p) => ({
          partition: p.partition,
          recordsPerSec: p.recordsPerSec ?? Number.NaN,
          capacityRecordsPerSec: p.capacityRecordsPerSec ?? Number.NaN,
          lagSeconds: p.lagSeconds ?? Number.NaN,
        })),
    });
  }

  addDecision(decision: PoolPlan): void {
    if (decision.pool !== this.pool) return;
    const workersAfter = decision.allocation.workers;
    const workersBefore = this.#workersPlanned;
    const sinceMs = this.#plannedSinceMs;
    const { decidedAtMs } = decision;
    if (workersAfter === workersBefore) return;
    this.#workersPlanned = workersAfter;
    this.#plannedSinceMs = decidedAtMs;
    if (!(workersAfter > workersBefore)) return;
    this.scaleUps.push({ pool: this.pool, decidedAtMs, sinceMs, workersBefore, workersAfter });
  }
}
