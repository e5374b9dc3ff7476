import { ForeshadowError } from '@foreshadow/domain';

/** Closed set of error codes of the demand package. */
export type DemandErrorCode = 'STATE_MISMATCH' | 'INVALID_HINT';

/** Errors of the demand package. */
export class DemandError extends ForeshadowError<DemandErrorCode> {}
