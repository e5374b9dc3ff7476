/**
 * Central actuator: link hub, control loop, HTTP API.
 * @module
 */
export { ActuatorError, type ActuatorErrorCode } from './errors.ts';
export type { Logger } from './logger.ts';
export { type ActuatorDependencies, type ActuatorServer, startActuator } from './start.ts';
