/**
 * Reads shadow streams on a thread of their own.
 * @module
 */
export {
  ShadowThread,
  type ShadowThreadOptions,
  type ShadowThreadStatus,
  type ThreadConsumer,
} from './shadow-thread.ts';
