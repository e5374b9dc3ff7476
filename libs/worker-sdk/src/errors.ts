import { ForeshadowError } from '@foreshadow/domain';

/** Closed set of error codes of the worker SDK. */
export type WorkerErrorCode = 'INVALID_OPTIONS' | 'INVALID_DEAD_LETTER';

export class WorkerError extends ForeshadowError<WorkerErrorCode> {}
