import { ForeshadowError } from '@foreshadow/domain';

/** Closed set of error codes of the fault tests. */
export type FaultsErrorCode =
  | 'TIMEOUT'
  | 'NOT_READY'
  | 'NO_ACTUATOR'
  | 'NO_SCALER'
  | 'NO_REDIS'
  | 'UNKNOWN_FAULT'
  | 'INVALID_ARGUMENT';

export class FaultsError extends ForeshadowError<FaultsErrorCode> {}
