import { RESOURCES } from '@foreshadow/domain';
import type { Facts } from './explain.ts';

/** What was asked for and cannot be carried out, one line each. */
export function unfulfilledOf({ o, size, allocation, cutFrom }: Facts): readonly string[] {
  const { wanted } = size;
  const { workers, perWorker: given } = allocation;
  return RESOURCES.flatMap((r) => {
    const how = o.resizable[r];
    const total = workers * given[r];
    if (cutFrom !== undefined && cutFrom[r] > total) {
      return [`${r}: ${amount(cutFrom[r])} asked for, ${amount(total)} within the budget`];
    }
    if (how === 'none') return [`${r}: the orchestrator cannot limit it`];
    const most = o.pool.bounds.maxWorker[r];
    if (how === 'restart' && wanted[r] > given[r] && given[r] < most) {
      return [`${r}: workers must restart to get more of it`];
    }
    // With fewer workers than may be, another one helps, or none does: then the plan says so (`HOT_PARTITION`).
    const isShort = wanted[r] > most && workers >= o.pool.bounds.maxWorkers;
    return isShort ? [`${r}: a worker needs more than maxWorker, and there are maxWorkers`] : [];
  });
}

const amount = (value: number): string =>
  value < 1000 ? String(Number(value.toPrecision(3))) : String(Math.round(value));
