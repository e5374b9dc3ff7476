import { ForeshadowError } from '@foreshadow/domain';

export type WorkloadErrorCode = 'REFUSED';

/** The edge refuses records for good: sending them again would not help. */
export class WorkloadError extends ForeshadowError<WorkloadErrorCode> {}
