import type {
  Clock,
  PartitionKey,
  PoolPlan,
  ResourceVector,
  WorkerPhase,
  WorkerPool,
  WorkerStatus,
} from '@foreshadow/domain';
import { PortError } from './errors.ts';
import type { Orchestrator, OrchestratorCapabilities, WorkerEvent } from './orchestrator.ts';

export interface MemoryOrchestratorOptions {
  readonly clock: Clock;
  /** From start to ready. */
  readonly startDelayMs: number;
  /** From the order to drain until it is gone; 0 by default. */
  readonly drainMs?: number;
  readonly capabilities?: OrchestratorCapabilities;
}

interface FakeWorker {
  readonly id: string;
  readonly pool: string;
  readonly startedAtMs: number;
  readonly startedMonotonicMs: number;
  allowance: ResourceVector;
  owns: readonly PartitionKey[];
  readyAtMs: number | undefined;
  drainingSinceMs: number | undefined;
}

const EVERYTHING_LIVE: OrchestratorCapabilities = {
  horizontal: true,
  resize: { cpuCores: 'live', memoryBytes: 'live', networkBytesPerSec: 'live', diskBytesPerSec: 'live' },
};

/**
 * A fake cluster for tests: workers become ready after a delay and drain after another, on the given clock. It moves
 * on only when `apply` or `observe` is called; events come then.
 */
export class MemoryOrchestrator implements Orchestrator {
  readonly capabilities: OrchestratorCapabilities;
  readonly #clock: Clock;
  readonly #startDelayMs: number;
  readonly #drainMs: number;
  readonly #workers = new Map<string, FakeWorker>();
  readonly #listeners = new Set<(event: WorkerEvent) => void>();
  readonly #wanted = new Map<string, PoolPlan>();
  #started = 0;
  #closed = false;

  constructor(options: MemoryOrchestratorOptions) {
    this.capabilities = options.capabilities ?? EVERYTHING_LIVE;
    this.#clock = options.clock;
    this.#startDelayMs = options.startDelayMs;
    this.#drainMs = options.drainMs ?? 0;
  }

  async apply(pool: WorkerPool, plan: PoolPlan): Promise<void> {
    if (this.#closed) throw new PortError('CLOSED', 'the orchestrator is closed');
    this.#wanted.set(pool.name, plan);
    this.#progress(pool.name);
    for (const worker of this.#of(pool.name)) this.#direct(worker, plan);
  }

  async observe(pool: WorkerPool): Promise<readonly WorkerStatus[]> {
    this.#progress(pool.name);
    return this.#of(pool.name).map((w) => statusOf(w));
  }

  onEvent(listener: (event: WorkerEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(mode: 'drain' | 'leave'): Promise<void> {
    if (mode === 'drain') for (const worker of this.#workers.values()) this.#stop(worker);
    this.#closed = true;
  }

  /** Let a worker die, as by SIGKILL; the next `apply` or `observe` replaces it. */
  crash(id: string): void {
    const worker = this.#workers.get(id);
    if (worker === undefined) throw new PortError('INVALID_ARGUMENT', `no worker '${id}'`);
    this.#workers.delete(id);
    this.#emit(worker, 'crashed', 'killed by the test');
  }

  #of(pool: string): FakeWorker[] {
    return [...this.#workers.values()].filter((w) => w.pool === pool);
  }

  #progress(pool: string): void {
    const nowMs = this.#clock.monotonicMs();
    for (const worker of this.#of(pool)) {
      const isDrained =
        worker.drainingSinceMs !== undefined && nowMs - worker.drainingSinceMs >= this.#drainMs;
      if (isDrained) this.#stop(worker);
      else if (worker.readyAtMs === undefined && nowMs - worker.startedMonotonicMs >= this.#startDelayMs) {
        worker.readyAtMs = this.#clock.nowMs();
        this.#emit(worker, 'ready', 'started up');
      }
    }
    const plan = this.#wanted.get(pool);
    if (plan === undefined || this.#closed) return;
    const retiring = new Set(plan.retiring);
    const active = this.#of(pool).filter((w) => w.drainingSinceMs === undefined && !retiring.has(w.id));
    for (let i = active.length; i < plan.allocation.workers; i++) this.#start(pool, plan);
  }

  #start(pool: string, plan: PoolPlan): void {
    const worker: FakeWorker = {
      id: `${pool}-${++this.#started}`,
      pool,
      startedAtMs: this.#clock.nowMs(),
      startedMonotonicMs: this.#clock.monotonicMs(),
      allowance: plan.allocation.perWorker,
      owns: [],
      readyAtMs: undefined,
      drainingSinceMs: undefined,
    };
    this.#workers.set(worker.id, worker);
    this.#emit(worker, 'started', 'the plan asks for it');
  }

  #direct(worker: FakeWorker, plan: PoolPlan): void {
    if (plan.retiring.includes(worker.id) && worker.drainingSinceMs === undefined) {
      worker.drainingSinceMs = this.#clock.monotonicMs();
      this.#emit(worker, 'draining', 'the plan retires it');
    }
    const isWorking = worker.readyAtMs !== undefined && worker.drainingSinceMs === undefined;
    worker.owns = isWorking ? (plan.assignment.owners[worker.id] ?? []) : [];
    if (worker.drainingSinceMs !== undefined || sameResources(worker.allowance, plan.allocation.perWorker))
      return;
    worker.allowance = plan.allocation.perWorker;
    this.#emit(worker, 'resized', 'allowance changed');
  }

  #stop(worker: FakeWorker): void {
    this.#workers.delete(worker.id);
    this.#emit(worker, 'drained', 'nothing left in flight');
    this.#emit(worker, 'stopped', 'drained');
  }

  #emit(worker: FakeWorker, kind: WorkerEvent['kind'], message: string): void {
    const event = { atMs: this.#clock.nowMs(), pool: worker.pool, worker: worker.id, kind, message };
    for (const listener of this.#listeners) listener(event);
  }
}

function statusOf(worker: FakeWorker): WorkerStatus {
  const { id, pool, allowance, owns, startedAtMs, readyAtMs } = worker;
  return { id, pool, phase: phaseOf(worker), allowance, owns, startedAtMs, readyAtMs };
}

function phaseOf(worker: FakeWorker): WorkerPhase {
  if (worker.drainingSinceMs !== undefined) return 'draining';
  return worker.readyAtMs === undefined ? 'starting' : 'ready';
}

function sameResources(a: ResourceVector, b: ResourceVector): boolean {
  return (
    a.cpuCores === b.cpuCores &&
    a.memoryBytes === b.memoryBytes &&
    a.networkBytesPerSec === b.networkBytesPerSec &&
    a.diskBytesPerSec === b.diskBytesPerSec
  );
}
