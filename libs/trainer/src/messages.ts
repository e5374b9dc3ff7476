import type { TrainingOptions, TrainingSeries } from './options.ts';
import type { EpochReport, TrainingResult } from './result.ts';

/** What a thread is started with. */
export interface ThreadInput {
  readonly series: readonly TrainingSeries[];
  readonly options: TrainingOptions;
}

/** What a thread says. */
export type ThreadMessage =
  | { readonly kind: 'epoch'; readonly report: EpochReport }
  | { readonly kind: 'done'; readonly result: TrainingResult };
