import { setTimeout as sleep } from 'node:timers/promises';
import type { Assignment, PoolPlan, WorkerPool, WorkerStatus } from '@foreshadow/domain';
import { assign, chooseRetiring } from '@foreshadow/plan';
import type { Orchestrator } from '@foreshadow/ports';

const INTERVAL_MS = 500;

/** Scales a pool to a number that it is told, by the planner's own choice of victims and owners. */
export class Scaler {
  readonly #pool: WorkerPool;
  readonly #orchestrator: Orchestrator;
  readonly #running: Promise<void>;
  #workers: number;
  #assignment: Assignment = { version: 0, owners: {} };
  #retiring: readonly string[] = [];
  #isStopping = false;

  constructor(pool: WorkerPool, orchestrator: Orchestrator, workers: number) {
    this.#pool = pool;
    this.#orchestrator = orchestrator;
    this.#workers = workers;
    this.#running = this.#run();
  }

  scaleTo(workers: number): void {
    this.#workers = workers;
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#running;
    await this.#orchestrator.close('drain');
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      await this.#orchestrator.apply(this.#pool, this.#plan(await this.#orchestrator.observe(this.#pool)));
      await sleep(INTERVAL_MS);
    }
  }

  #plan(statuses: readonly WorkerStatus[]): PoolPlan {
    const there = new Set(statuses.map((w) => w.id));
    this.#retiring = this.#retiring.filter((id) => there.has(id));
    const isStaying = (w: WorkerStatus): boolean =>
      !this.#retiring.includes(w.id) && (w.phase === 'starting' || w.phase === 'ready');
    const live = statuses.filter(isStaying);
    const victims = chooseRetiring(live, live.length - this.#workers, () => 0);
    this.#retiring = [...this.#retiring, ...victims];
    this.#assignment = assign({
      partitions: this.#pool.partitions.map((value) => ({ value, weight: 1 })),
      workers: live.filter((w) => w.phase === 'ready' && !victims.includes(w.id)),
      before: this.#assignment,
      baseShare: 0,
      mayBalance: true,
    });
    return this.#planOf();
  }

  #planOf(): PoolPlan {
    return {
      pool: this.#pool.name,
      decidedAtMs: 0,
      allocation: { workers: this.#workers, perWorker: this.#pool.bounds.maxWorker },
      assignment: this.#assignment,
      retiring: this.#retiring,
      reason: 'PAUSED',
      basis: 'hold',
      message: `${this.#workers} workers, as told`,
      ingredients: {},
      changed: true,
      unfulfilled: [],
    };
  }
}
