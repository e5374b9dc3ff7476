import type { PoolPlan, WorkerStatus } from '@foreshadow/domain';

/** A start that comes longer than this after the decision was not caused by it, even if one is still awaited. */
const SAME_CAUSE_MS = 60_000;

/** A worker that became ready, and when it was decided to start it. */
export interface MeasuredStart {
  readonly decidedAtMs: number;
  readonly readyAtMs: number;
}

/**
 * Measures how long new capacity takes: from the decision that asked for more workers to the worker's being ready.
 * A worker that replaces a crashed one has no such decision; it counts from its own start. Workers that were there
 * when the measuring began do not count.
 */
export class LeadTracker {
  #decidedAtMs = -Infinity;
  #plannedWorkers = Infinity;
  /** Starts that the decision asked for and that were not seen yet; more than those are replacements. */
  #awaited = 0;
  #begun = false;
  readonly #starting = new Map<string, number>();
  #known = new Set<string>();

  /** Note a plan; what counts is that it asks for more workers than the one before. */
  plan(plan: PoolPlan): void {
    const added = plan.allocation.workers - this.#plannedWorkers;
    if (added > 0) this.#decidedAtMs = plan.decidedAtMs;
    // Fewer than before: what has not started by now will not.
    this.#awaited = Number.isFinite(added) ? Math.max(0, this.#awaited + added) : 0;
    this.#plannedWorkers = plan.allocation.workers;
  }

  /** Take the workers in as they are now; gives those that became ready since. */
  observe(workers: readonly WorkerStatus[]): MeasuredStart[] {
    const measured: MeasuredStart[] = [];
    for (const worker of workers) {
      if (!this.#known.has(worker.id) && this.#begun) this.#starting.set(worker.id, this.#decisionOf(worker));
      const decidedAtMs = this.#starting.get(worker.id);
      if (worker.readyAtMs === undefined || decidedAtMs === undefined) continue;
      this.#starting.delete(worker.id);
      measured.push({ decidedAtMs, readyAtMs: worker.readyAtMs });
    }
    this.#begun = true;
    this.#known = new Set(workers.map((w) => w.id));
    for (const id of this.#starting.keys()) if (!this.#known.has(id)) this.#starting.delete(id);
    return measured;
  }

  #decisionOf({ startedAtMs }: WorkerStatus): number {
    const sinceMs = startedAtMs - this.#decidedAtMs;
    if (this.#awaited === 0 || sinceMs < 0 || sinceMs > SAME_CAUSE_MS) return startedAtMs;
    this.#awaited--;
    return this.#decidedAtMs;
  }
}
