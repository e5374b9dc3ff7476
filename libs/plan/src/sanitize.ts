import { mapResources, type ResourceVector } from '@foreshadow/domain';
import type { Budget } from './budget.ts';
import type { PoolObservation } from './observation.ts';
import type { PoolState } from './state.ts';
import { isAmount } from './vector.ts';

/** What is used where a setting is not a number; the defaults of the configuration schema. */
const DEFAULTS = {
  leadTimeMs: 30_000,
  planIntervalMs: 5000,
  quantile: 0.9,
  targetUtilization: 0.85,
  tolerance: 0.1,
  stabilizationMs: 30_000,
  catchUpMs: 30_000,
  targetLagMs: 10_000,
  latePrice: 10,
  rebalancePauseMs: 3000,
} as const;

const within = (value: number, low: number, high: number, otherwise: number): number =>
  Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : otherwise;

/** An observation whose settings are usable numbers, so that no NaN of theirs reaches a plan. */
export function sanitize(o: PoolObservation): PoolObservation {
  const { policy, pool } = o;
  const count = (value: number, otherwise: number): number => Math.floor(within(value, 0, 1e6, otherwise));
  const maxWorkers = count(pool.bounds.maxWorkers, 1);
  return {
    ...o,
    leadTimeMs: within(o.leadTimeMs, 0, 3_600_000, DEFAULTS.leadTimeMs),
    planIntervalMs: within(o.planIntervalMs, 10, 86_400_000, DEFAULTS.planIntervalMs),
    askedCpuSeconds: isAmount(o.askedCpuSeconds) ? o.askedCpuSeconds + 0 : undefined,
    rebalancePauseMs: within(o.rebalancePauseMs ?? NaN, 0, 3_600_000, DEFAULTS.rebalancePauseMs),
    policy: {
      quantile: within(policy.quantile, 0.5, 0.9999, DEFAULTS.quantile),
      targetUtilization: within(policy.targetUtilization, 0.05, 1, DEFAULTS.targetUtilization),
      tolerance: within(policy.tolerance, 0, 0.9, DEFAULTS.tolerance),
      stabilizationMs: within(policy.stabilizationMs, 0, 86_400_000, DEFAULTS.stabilizationMs),
      catchUpMs: within(policy.catchUpMs, 1000, 86_400_000, DEFAULTS.catchUpMs),
      targetLagMs: within(policy.targetLagMs, 100, 86_400_000, DEFAULTS.targetLagMs),
      latePrice: within(policy.latePrice, 0.01, 1e6, DEFAULTS.latePrice),
      alignment: policy.alignment ?? 'free',
    },
    pool: {
      ...pool,
      bounds: {
        ...pool.bounds,
        maxWorkers,
        minWorkers: Math.min(maxWorkers, count(pool.bounds.minWorkers, 1)),
        minWorker: clean(pool.bounds.minWorker),
        maxWorker: mapResources((r) => pool.bounds.maxWorker[r] + 0),
      },
    },
    ...(o.limit !== undefined && { limit: amountsOnly(o.limit) }),
    workers: o.workers.map((worker) => ({ ...worker, allowance: clean(worker.allowance) })),
  };
}

/** A limit that is no amount is none. */
function amountsOnly(limit: Budget): Budget {
  return Object.fromEntries(Object.entries(limit).filter(([, value]) => isAmount(value)));
}

/** Amounts only, and no −0, which JSON does not know. */
const clean = (v: ResourceVector): ResourceVector => mapResources((r) => (isAmount(v[r]) ? v[r] + 0 : 0));

/** Time to plan for; a clock that says nothing leaves it where it was. */
export function timeOf(nowMs: number, state: PoolState): number {
  return Number.isFinite(nowMs) ? nowMs + 0 : (state.atMs ?? 0);
}
