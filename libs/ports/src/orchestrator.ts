import type { PoolPlan, ResourceVector, WorkerPool, WorkerStatus } from '@foreshadow/domain';

/** How a change of an allowance reaches a worker that runs. */
export type ResizeCapability = 'live' | 'restart' | 'none';

export interface OrchestratorCapabilities {
  readonly horizontal: boolean;
  readonly resize: Readonly<Record<keyof ResourceVector, ResizeCapability>>;
}

/** Something that happened to a worker. */
export interface WorkerEvent {
  readonly atMs: number;
  readonly pool: string;
  readonly worker: string;
  readonly kind: 'started' | 'ready' | 'draining' | 'drained' | 'stopped' | 'crashed' | 'resized';
  readonly message: string;
}

/** Carries plans out and reports what is there. Level-triggered: applying the same plan again changes nothing. */
export interface Orchestrator {
  readonly capabilities: OrchestratorCapabilities;
  /**
   * Bring the pool toward the plan: start what is missing, pass on allowances and assignment, drain and stop what
   * retires. Returns soon, without waiting for workers; `observe` shows the progress.
   */
  apply(pool: WorkerPool, plan: PoolPlan): Promise<void>;
  observe(pool: WorkerPool): Promise<readonly WorkerStatus[]>;
  /** Register for events; returns the function that ends it. */
  onEvent(listener: (event: WorkerEvent) => void): () => void;
  /** Drain and stop every worker (`drain`), or leave them running for a successor (`leave`). */
  close(mode: 'drain' | 'leave'): Promise<void>;
}
