/**
 * Demand to plans: worker counts, sizes and assignment, as one pure function.
 * @module
 */
export { assign, type AssignInput } from './assign.ts';
export { type Budget, type Claim, shareBudget } from './budget.ts';
export { PlanError, type PlanErrorCode } from './errors.ts';
export { splitAdvice } from './hot-advice.ts';
export { initialLeadTimes, type LeadTimes, leadTimeMs, recordLeadTime } from './lead-times.ts';
export type { PartitionObservation, PlanPolicy, PoolObservation, Resizable } from './observation.ts';
export { planPool, type PlanResult } from './plan-pool.ts';
export { chooseRetiring } from './retire.ts';
export { initialPoolState, type NeedSample, type PoolState, restorePoolState } from './state.ts';
export { lateShare } from './waiting.ts';
