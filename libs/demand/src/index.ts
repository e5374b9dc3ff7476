/**
 * Load to resources: a non-negative linear demand model, learned online from utilization.
 * @module
 */
export { type DemandEstimate, demandForecast, demandOf, workerBase } from './demand.ts';
export { DemandError, type DemandErrorCode } from './errors.ts';
export type { DemandHints } from './hints.ts';
export { observeUtilization } from './observe.ts';
export { createDemandState, type DemandState, restoreDemandState } from './state.ts';
