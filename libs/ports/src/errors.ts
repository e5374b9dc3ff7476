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
  /** No answer now; the same call may succeed later. */
  | 'UNAVAILABLE'
  /** The store has no room for it. */
  | 'OUT_OF_SPACE'
  /** Address, password, rights, version or settings of the store are wrong: somebody must change them. */
  | 'MISCONFIGURED'
  /** What is stored was not written by this adapter. */
  | 'CORRUPT';

export class PortError extends ForeshadowError<PortErrorCode> {}
