import type { PoolPlan } from '@foreshadow/domain';
import type { WorkerDirective } from '@foreshadow/ports';

/** What the decision needs to know of a worker. */
export interface WorkerView {
  readonly id: string;
  readonly isDraining: boolean;
}

/** What brings a pool toward its plan. */
export interface Reconciliation {
  /** Workers to start now. */
  readonly start: number;
  /** Crashed workers of which the replacement waits. */
  readonly waiting: number;
  /** Workers to drain. */
  readonly drain: readonly string[];
}

/**
 * Compare the workers of a pool with its plan. Only what the plan names is retired: which worker is spared best, the
 * planner knows. `crashed` is the number of workers that ended unasked and were not replaced yet; their replacements
 * start only if `mayReplace`, while workers that the plan adds start at once.
 */
export function reconcile(
  workers: readonly WorkerView[],
  plan: PoolPlan,
  crashed: number,
  mayReplace: boolean,
): Reconciliation {
  const retiring = new Set(plan.retiring);
  const drain = workers.filter((w) => !w.isDraining && retiring.has(w.id)).map((w) => w.id);
  const staying = workers.filter((w) => !w.isDraining && !retiring.has(w.id)).length;
  const missing = Math.max(0, plan.allocation.workers - staying);
  const waiting = mayReplace ? 0 : Math.min(missing, crashed);
  return { start: missing - waiting, waiting, drain };
}

/**
 * What a worker that stays is told. Once the plan assigns partitions at all, a worker that it does not name (it is not
 * ready yet) owns none; before, workers share them fairly.
 */
export function directiveOf(id: string, plan: PoolPlan): WorkerDirective {
  const { owners } = plan.assignment;
  const isAssigned = Object.keys(owners).length > 0;
  return {
    allowance: plan.allocation.perWorker,
    partitions: owners[id] ?? (isAssigned ? [] : undefined),
    drain: false,
  };
}

/** Number of the worker `<pool>-<n>`; `undefined` for any other id. */
export function workerNumber(pool: string, id: string): number | undefined {
  const digits = id.startsWith(`${pool}-`) ? id.slice(pool.length + 1) : '';
  return /^[1-9][0-9]{0,14}$/.test(digits) ? Number(digits) : undefined;
}
