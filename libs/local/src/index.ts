/**
 * The embedded default: stream log, state and leases on LMDB, and an orchestrator over child processes.
 * @module
 */
export { LocalError, type LocalErrorCode } from './errors.ts';
export { machineClock } from './machine-clock.ts';
export { type Local, type LocalOptions, openLocal } from './open-local.ts';
export { LocalOrchestrator } from './orchestrator/local-orchestrator.ts';
export type {
  Lead,
  LocalOrchestratorOptions,
  OrchestratorLogger,
  RestartBackoffOptions,
  WorkerCommand,
  WorkerName,
} from './orchestrator/options.ts';
