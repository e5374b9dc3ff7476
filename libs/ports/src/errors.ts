import { ForeshadowError } from '@foreshadow/domain';

/** Closed set of error codes that adapters reject with. */
export type PortErrorCode =
  | 'UNKNOWN_STREAM'
  | 'UNKNOWN_PARTITION'
  | 'STREAM_MISMATCH'
  | 'FENCED'
  | 'VERSION_CONFLICT'
  | 'INVALID_ARGUMENT'
  | 'CLOSED'
  | 'UNAVAILABLE';

export class PortError extends ForeshadowError<PortErrorCode> {}
