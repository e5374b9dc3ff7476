import { ForeshadowError } from '@foreshadow/domain';

/** Closed set of error codes of the plan package. */
export type PlanErrorCode = 'STATE_MISMATCH' | 'UNSUPPORTED_MODE';

/** Errors of the plan package. */
export class PlanError extends ForeshadowError<PlanErrorCode> {}
