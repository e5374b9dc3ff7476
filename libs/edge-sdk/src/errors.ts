import { ForeshadowError } from '@foreshadow/domain';

/** Closed set of error codes of the edge SDK. */
export type EdgeSdkErrorCode = 'INVALID_ARGUMENT' | 'UNKNOWN_STREAM' | 'NO_WEBSOCKET' | 'INVALID_RECORD';

/** Thrown by the constructor and by `tap`; the record path and the ticks throw nothing. */
export class EdgeSdkError extends ForeshadowError<EdgeSdkErrorCode> {}
