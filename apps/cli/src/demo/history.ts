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
  /** As a probe measures it; NaN without one. */
  readonly workPerRecord: number;
}

/** Decision that gave a pool more: more workers, or, by as many, larger ones. */
export interface ScaleUpDecision {
  readonly kind: 'workers' | 'size';
  readonly pool: string;
  readonly decidedAtMs: number;
  /** Since when the pool had been planned as before it. */
  readonly sinceMs: number;
  readonly workersBefore: number;
  readonly workersAfter: number;
  /** CPU allowance of each worker. */
  readonly coresBefore: number;
  readonly coresAfter: number;
}

/** When workers and size were last planned otherwise. */
interface Planned {
  readonly workers: number;
  readonly cores: number;
  readonly workersSinceMs: number;
  readonly sinceMs: number;
}

/** Seconds and scale-ups of one pool, as the live stream told them. */
export class RunHistory {
  readonly pool: string;
  readonly moments: Moment[] = [];
  readonly scaleUps: ScaleUpDecision[] = [];
  #planned: Planned | undefined;

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
          workPerRecord: p.workPerRecord ?? Number.NaN,
        })),
    });
  }

  addDecision(decision: PoolPlan): void {
    if (decision.pool !== this.pool) return;
    const { decidedAtMs } = decision;
    const workers = decision.allocation.workers;
    const cores = decision.allocation.perWorker.cpuCores;
    const before = this.#planned;
    const now = { workers, cores, workersSinceMs: decidedAtMs, sinceMs: decidedAtMs };
    if (before === undefined) {
      this.#planned = now;
      return;
    }
    // A snapshot may still tell of a decision after the next one was told.
    if (decidedAtMs < before.sinceMs) return;
    if (workers === before.workers && cores === before.cores) return;
    this.#planned = workers === before.workers ? { ...now, workersSinceMs: before.workersSinceMs } : now;
    const isMore = workers > before.workers;
    if (!isMore && !(workers === before.workers && cores > before.cores)) return;
    this.scaleUps.push({
      kind: isMore ? 'workers' : 'size',
      pool: this.pool,
      decidedAtMs,
      sinceMs: isMore ? before.workersSinceMs : before.sinceMs,
      workersBefore: before.workers,
      workersAfter: workers,
      coresBefore: before.cores,
      coresAfter: cores,
    });
  }
}
