import type { PartitionKey } from '@foreshadow/domain';

/** Load of one partition at one resolution. */
export interface TrainingSeries {
  readonly partition: PartitionKey;
  /** End of the first step. */
  readonly startMs: number;
  /** Mean records/s of each step, oldest first; NaN is missing. */
  readonly values: Float64Array;
}

export interface TrainingRequest {
  readonly stream: string;
  readonly stepMs: number;
  /** Steps ahead that have to be forecast. */
  readonly reach: number;
  readonly series: readonly TrainingSeries[];
}

/** A network that was accepted. */
export interface TrainedNetwork {
  readonly stream: string;
  readonly stepMs: number;
  /** Grows with every training of the stream. */
  readonly version: number;
  readonly bytes: Uint8Array;
}

/** What became of a training; `reason` says why the weights of before stay, e.g. that it diverged. */
export type TrainingOutcome =
  | {
      readonly accepted: true;
      readonly network: TrainedNetwork;
      /** How it did on data held back, for people. */
      readonly evidence: string;
    }
  | { readonly accepted: false; readonly reason: string };

/** Trains networks, away from the thread of the control loop, and keeps what was accepted. */
export interface Trainer {
  /** Begins from the weights of the training before, where there are any. Rejects if it failed. */
  train(request: TrainingRequest, signal: AbortSignal): Promise<TrainingOutcome>;
  /** Networks of a stream that were accepted before a restart, one a resolution. */
  stored(stream: string): Promise<readonly TrainedNetwork[]>;
  close(): Promise<void>;
}
