import { ForeshadowError } from '@foreshadow/domain';

/** Closed set of error codes of this package; what stands behind the state store rejects with `PortError` instead. */
export type TrainerErrorCode =
  | 'INVALID_OPTION'
  | 'BUSY'
  | 'QUEUE_FULL'
  | 'ABORTED'
  | 'TIMED_OUT'
  | 'THREAD_FAILED'
  | 'CLOSED';

export class TrainerError extends ForeshadowError<TrainerErrorCode> {}
