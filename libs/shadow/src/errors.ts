import { ForeshadowError } from '@foreshadow/domain';

/** Closed set of error codes of the shadow package. Only constructors throw; the record path never does. */
export type ShadowErrorCode = 'INVALID_ARGUMENT';

export class ShadowError extends ForeshadowError<ShadowErrorCode> {}
