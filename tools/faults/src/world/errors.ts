import { ForeshadowError } from '@foreshadow/domain';

/** Closed set of error codes of the fault tests. */
export type FaultsErrorCode =
  | 'TIMEOUT'
  | 'NOT_READY'
  | 'NO_ACTUATOR'
  | 'NO_SCALER'
  | 'NO_REDIS'
  | 'UNKNOWN_FAULT';

export class FaultsError extends ForeshadowError<FaultsErrorCode> {}
