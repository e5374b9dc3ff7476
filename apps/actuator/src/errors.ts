import { ForeshadowError } from '@foreshadow/domain';

/** Closed set of error codes of the actuator. */
export type ActuatorErrorCode =
  | 'PORT_IN_USE'
  | 'CANNOT_LISTEN'
  | 'NO_WORKER_COMMAND'
  | 'INVALID_STATE'
  | 'UNKNOWN_STREAM'
  | 'UNKNOWN_PARTITION'
  | 'UNKNOWN_HORIZON'
  | 'UNKNOWN_EVENT'
  | 'TOO_MANY_EVENTS';

/** Errors of the actuator; the message says what to do. */
export class ActuatorError extends ForeshadowError<ActuatorErrorCode> {}
