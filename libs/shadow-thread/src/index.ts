/**
 * Reads shadow streams on a thread of their own.
 * @module
 */
export { Probe, type ProbeOptions, type ProbeStatus } from './probe.ts';
export type { ProbeFunction } from './probe-function.ts';
export { type ProbedWork, WorkTracker } from './work-tracker.ts';
export {
  ShadowThread,
  type ShadowThreadOptions,
  type ShadowThreadStatus,
  type ThreadConsumer,
} from './shadow-thread.ts';
