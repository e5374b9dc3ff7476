import { ForeshadowError } from '@foreshadow/domain';

/** Closed set of error codes of the forecast package. */
export type ForecastErrorCode =
  | 'INVALID_ARGUMENT'
  | 'STATE_MISMATCH'
  | 'INVALID_STATE'
  | 'UNKNOWN_PARTITION'
  | 'OUT_OF_MEMORY';

export class ForecastError extends ForeshadowError<ForecastErrorCode> {}
