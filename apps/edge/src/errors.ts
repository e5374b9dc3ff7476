import { ForeshadowError } from '@foreshadow/domain';

/** Why an edge node could not start. */
export type EdgeErrorCode = 'PORT_IN_USE' | 'LISTEN_FAILED';

export class EdgeError extends ForeshadowError<EdgeErrorCode> {}
