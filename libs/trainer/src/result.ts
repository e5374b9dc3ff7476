import type { Network } from './network.ts';

export interface EpochReport {
  /** 1 for the first. */
  readonly epoch: number;
  /** Mean pinball loss on what is held out. */
  readonly loss: number;
}

/** What a training did; losses are mean pinball losses on what was held out, in mean changes of a series. */
export interface TrainingReport {
  readonly backend: 'wasm' | 'cpu';
  readonly epochs: number;
  readonly updates: number;
  /** Of the weights that it began with; NaN without a warm start. */
  readonly lossBefore: number;
  /** Of the best weights it came to; NaN if none were better than before. */
  readonly lossAfter: number;
  /** Of last value with constant outer quantiles. */
  readonly lossNaive: number;
  readonly msPerEpoch: number;
  readonly warmStarted: boolean;
  /** Whether the time of day was learned from: there were days enough. */
  readonly knowsTimeOfDay: boolean;
}

export type RejectionReason =
  | 'TOO_LITTLE_DATA'
  | 'DIVERGED'
  | 'NOT_BETTER_THAN_NAIVE'
  | 'NOT_BETTER_THAN_BEFORE';

/** A network that earned its place, or why the old one stands. */
export type TrainingResult =
  | { readonly accepted: true; readonly network: Network; readonly report: TrainingReport }
  | { readonly accepted: false; readonly reason: RejectionReason; readonly report: TrainingReport };
