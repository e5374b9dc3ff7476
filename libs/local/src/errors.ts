import { ForeshadowError } from '@foreshadow/domain';

/** Closed set of error codes of this package; what stands behind a port rejects with `PortError` instead. */
export type LocalErrorCode = 'OPEN_FAILED' | 'INVALID_OPTION';

export class LocalError extends ForeshadowError<LocalErrorCode> {}
