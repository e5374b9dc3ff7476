/**
 * Scaling policies played against recorded load: a deterministic simulator, published autoscalers, elasticity metrics.
 * @module
 */
export { SimulateError, type SimulateErrorCode } from './errors.ts';
export { elasticityOf, elasticSpeedup, type Elasticity } from './metrics/elasticity.ts';
export { demandInWorkers } from './metrics/demand.ts';
export type { MetricsView, PolicyContext, PolicyObservation } from './observation.ts';
export { type Decider, type Policy, type PolicyDecision, policyOf, type PureDecider } from './policy.ts';
export { type Outcome, type Scenario, Stage } from './run.ts';
export { checkSettings, DEFAULT_SETTINGS, type PoolSettings, type PoolSharing } from './settings.ts';
export { type LoadTrace, traceOf, type TraceOptions } from './trace.ts';
export { checkFaults, type Fault, FAULT_KINDS, type FaultKind } from './world/faults.ts';
