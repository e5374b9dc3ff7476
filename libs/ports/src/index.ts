/**
 * Ports: what the core needs from the world, with in-memory adapters beside them.
 * @module
 */
export {
  checkPut,
  checkStream,
  requireCount,
  requireDuration,
  requireName,
  unknownPartition,
  versionConflict,
} from './checks.ts';
export { PortError, type PortErrorCode } from './errors.ts';
export { fencedPut } from './fenced-put.ts';
export { type FrameRelay, MemoryFrameRelay } from './frame-relay.ts';
export type { Lease, Leases } from './leases.ts';
export { MemoryLeases } from './memory-leases.ts';
export { MemoryOrchestrator, type MemoryOrchestratorOptions } from './memory-orchestrator.ts';
export { MemoryStateStore } from './memory-state-store.ts';
export { MemoryStreamLog } from './memory-stream-log.ts';
export type {
  Orchestrator,
  OrchestratorCapabilities,
  ResizeCapability,
  WorkerEvent,
} from './orchestrator.ts';
export type { PutOptions, StateEntry, StateStore } from './state-store.ts';
export type { AppendResult, Lag, StreamInfo, StreamLog } from './stream-log.ts';
export type { UtilizationSink, UtilizationSource } from './utilization.ts';
export { ReportAges } from './report-ages.ts';
export {
  StateWorkerRegistry,
  type WorkerDirective,
  type WorkerRegistry,
  type WorkerReport,
} from './worker-registry.ts';
