/**
 * Trains the LSTM of a stream, one for all of its partitions, in a thread of its own. TensorFlow.js is loaded there, and
 * by `@foreshadow/trainer/train`, but not by this module.
 * @module
 */
export { TrainerError, type TrainerErrorCode } from './errors.ts';
export type { Network, NetworkCodec } from './network.ts';
export { NetworkStore, type StoredNetwork } from './network-store.ts';
export type { TrainingOptions, TrainingSeries } from './options.ts';
export type { EpochReport, RejectionReason, TrainingReport, TrainingResult } from './result.ts';
export {
  type TrainingCall,
  type TrainingRequest,
  TrainingWorker,
  type TrainingWorkerOptions,
} from './training-worker.ts';
