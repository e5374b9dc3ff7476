/**
 * Load to resources: a non-negative linear demand model, learned online from utilization.
 * @module
 */
export {
  calibrateDemand,
  createDemandCalibration,
  type DemandCalibration,
  type DemandHorizon,
  lastingCalibration,
  restoreDemandCalibration,
} from './calibration.ts';
export { type DemandEstimate, demandForecast, demandOf, fittedBase, workerBase } from './demand.ts';
export { DemandError, type DemandErrorCode } from './errors.ts';
export type { DemandHints } from './hints.ts';
export { observeUtilization } from './observe.ts';
export {
  type AwaitedUse,
  type DemandObservation,
  type DemandScore,
  demandScores,
  followDemand,
} from './scoring.ts';
export { createDemandState, type DemandState, restoreDemandState } from './state.ts';
