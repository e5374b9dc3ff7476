/**
 * Scaling policies played against recorded load: a deterministic simulator, published autoscalers, elasticity metrics.
 * @module
 */
export {
  buildPolicy,
  combinations,
  FAMILIES,
  familyOf,
  type Params,
  type PolicyFamily,
} from './catalogue.ts';
export {
  ALL_POLICIES,
  checkFamily,
  type Contender,
  contendersOf,
  type Forecasts,
  OWN_FAMILIES,
  playContender,
  POLICIES,
  tunedContender,
} from './compare/contenders.ts';
export { type CostPoint, costAtLate, lateAtCost, paretoFront } from './compare/front.ts';
export { ALLOWED_LATE_PCT, bestOf, type Tried, tryGrid } from './compare/tune.ts';
export { SimulateError, type SimulateErrorCode } from './errors.ts';
export {
  DEFAULT_HORIZONS_MS,
  engineForecasts,
  type EngineForecastOptions,
} from './foreshadow/engine-forecasts.ts';
export type { ForecastSource } from './foreshadow/forecast-source.ts';
export {
  foreshadow,
  FORESHADOW_DEFAULTS,
  type ForeshadowParams,
  foreshadowParams,
} from './foreshadow/foreshadow.ts';
export { perfectForecasts } from './foreshadow/perfect-forecasts.ts';
export { demandInWorkers } from './metrics/demand.ts';
export { elasticityOf, elasticSpeedup, type Elasticity } from './metrics/elasticity.ts';
export type { MetricsView, PolicyContext, PolicyObservation } from './observation.ts';
export { oracle, oracleFront, type OracleFront } from './oracle/oracle.ts';
export { burstVariance, playRows, type RowsOptions } from './play/rows.ts';
export { type Decider, type Policy, type PolicyDecision, policyOf, type PureDecider } from './policy.ts';
export { escaped } from './report/escaped.ts';
export { frontPicture, supplyPicture } from './report/picture.ts';
export {
  type Front,
  type PolicyRow,
  playsOf,
  playTrace,
  type RunOptions,
  type TraceReport,
} from './report/play-trace.ts';
export { type RecordedSeries, rowSecondsOf, stageOf, type WorldOptions } from './report/stage-of.ts';
export { cellsOf, COLUMNS, sorted, titleOf } from './report/table.ts';
export { type Outcome, type Scenario, Stage } from './run.ts';
export { checkSettings, DEFAULT_SETTINGS, type PoolSettings, type PoolSharing } from './settings.ts';
export { type LoadTrace, traceOf, type TraceOptions } from './trace.ts';
export { checkFaults, type Fault, FAULT_KINDS, type FaultKind } from './world/faults.ts';
