/**
 * Ports: what the core needs from the world, with in-memory adapters beside them.
 * @module
 */
export { PortError, type PortErrorCode } from './errors.ts';
export type { Lease, Leases } from './leases.ts';
export type {
  Orchestrator,
  OrchestratorCapabilities,
  ResizeCapability,
  WorkerEvent,
} from './orchestrator.ts';
export type { PutOptions, StateEntry, StateStore } from './state-store.ts';
export type { AppendResult, Lag, StreamInfo, StreamLog } from './stream-log.ts';
export type { UtilizationSink, UtilizationSource } from './utilization.ts';
export {
  StateWorkerRegistry,
  type WorkerDirective,
  type WorkerRegistry,
  type WorkerReport,
} from './worker-registry.ts';
