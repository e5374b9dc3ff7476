import type { Allocation, DecisionView } from '@foreshadow/domain';
import { formatCores, formatCount } from '../format/number.ts';

/** What a pool had before and what it is to have: `3 × 0.25 cores`. */
export interface Change {
  readonly from: string | undefined;
  readonly to: string;
}

/** Worker count and size in words. */
export function allocationWords(allocation: Allocation): string {
  return `${formatCount(allocation.workers)} × ${formatCores(allocation.perWorker.cpuCores)}`;
}

/**
 * From what to what a decision leads. The state before is the allocation of the pool's decision before it;
 * `undefined` where that is not known.
 * @param rows decisions, newest first, that `decision` is one of
 */
export function changeOf(decision: DecisionView, rows: readonly DecisionView[]): Change {
  const index = rows.indexOf(decision);
  const before = rows.slice(index + 1).find((row) => row.pool === decision.pool);
  return {
    from: before === undefined ? undefined : allocationWords(before.allocation),
    to: allocationWords(decision.allocation),
  };
}
