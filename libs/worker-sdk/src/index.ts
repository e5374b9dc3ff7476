/**
 * Run a worker: hold partitions, handle records within an allowance, drain, report utilization.
 * @module
 */
export { type DeadLetter, parseDeadLetter } from './dead-letters.ts';
export { WorkerError, type WorkerErrorCode } from './errors.ts';
export type {
  HandlerContext,
  RecordHandler,
  RetryOptions,
  WorkerLogger,
  WorkerOptions,
} from './options.ts';
export { partitionLease } from './ownership.ts';
export { runWorker, type WorkerSummary } from './run-worker.ts';
export { nodeSystem, type WorkerSystem } from './system.ts';
export { terminationSignal } from './termination.ts';
export { TokenBucket } from './token-bucket.ts';
