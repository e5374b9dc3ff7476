import type { Clock, PartitionKey, Utilization, WorkerPool, WorkerStatus } from '@foreshadow/domain';
import { type Orchestrator, PortError, type StreamLog, type WorkerRegistry } from '@foreshadow/ports';
import { statusesFromReports } from './worker-statuses.ts';

/** Records not yet committed by the pool's group. */
export interface PartitionLag {
  readonly records: number;
  /** Age of the oldest of them; 0 without lag. */
  readonly seconds: number;
}

/** What could be seen of one pool; what could not be read is missing. */
export interface PoolFacts {
  /** `undefined`: the orchestrator did not answer. */
  readonly workers: readonly WorkerStatus[] | undefined;
  readonly utilization: readonly Utilization[];
  readonly lags: ReadonlyMap<PartitionKey, PartitionLag>;
}

/** Where facts come from. */
export type FactSource = 'workers' | 'utilization' | 'lag' | 'log';

export interface CollectorOptions {
  readonly log: StreamLog;
  readonly registry: WorkerRegistry;
  /** Without one, workers are seen by their own reports. */
  readonly orchestrator: Orchestrator | undefined;
  readonly clock: Clock;
  /** Told of each source that could not be read. */
  readonly onFailure: (source: FactSource, subject: string, error: unknown) => void;
}

/** Utilization older than this says nothing of now. */
const MAX_UTILIZATION_AGE_MS = 5000;

/** Reads workers, utilization, lag and log positions. Never rejects: what fails is missing, and told. */
export class Collector {
  readonly #o: CollectorOptions;

  constructor(options: CollectorOptions) {
    this.#o = options;
  }

  async pool(pool: WorkerPool): Promise<PoolFacts> {
    const utilization = await this.#utilization(pool);
    return {
      workers: await this.#workers(pool, utilization),
      utilization,
      lags: await this.#perPartition('lag', pool.partitions, (p) => this.#lag(p, pool.group)),
    };
  }

  /** Positions that the next records will get. */
  async ends(partitions: readonly PartitionKey[]): Promise<Map<PartitionKey, number>> {
    return this.#perPartition('log', partitions, (p) => this.#o.log.endPosition(p));
  }

  async #workers(
    pool: WorkerPool,
    utilization: readonly Utilization[],
  ): Promise<readonly WorkerStatus[] | undefined> {
    const { orchestrator, registry, clock } = this.#o;
    try {
      if (orchestrator !== undefined) return await orchestrator.observe(pool);
      return statusesFromReports(await registry.reports(pool.name), utilization, clock.nowMs());
    } catch (error) {
      this.#o.onFailure('workers', pool.name, error);
      return undefined;
    }
  }

  async #utilization(pool: WorkerPool): Promise<readonly Utilization[]> {
    const { registry, clock } = this.#o;
    try {
      return await registry.latest(pool.name, clock.nowMs(), MAX_UTILIZATION_AGE_MS);
    } catch (error) {
      this.#o.onFailure('utilization', pool.name, error);
      return [];
    }
  }

  async #lag(partition: PartitionKey, group: string): Promise<PartitionLag> {
    const { records, oldestTimestampMs } = await this.#o.log.lag(partition, group);
    const ageMs = oldestTimestampMs === undefined ? 0 : this.#o.clock.nowMs() - oldestTimestampMs;
    return { records, seconds: Math.max(0, ageMs) / 1000 };
  }

  async #perPartition<T>(
    source: FactSource,
    partitions: readonly PartitionKey[],
    read: (partition: PartitionKey) => Promise<T>,
  ): Promise<Map<PartitionKey, T>> {
    const found = new Map<PartitionKey, T>();
    for (const partition of partitions) {
      try {
        found.set(partition, await read(partition));
      } catch (error) {
        // A stream that no edge has created yet has no lag and no positions: missing, and no failure.
        if (!(error instanceof PortError && error.code === 'UNKNOWN_STREAM')) {
          this.#o.onFailure(source, partition, error);
        }
      }
    }
    return found;
  }
}
