import { ForeshadowError } from '@foreshadow/domain';

/** Closed set of error codes of the simulate package. */
export type SimulateErrorCode = 'INVALID_TRACE' | 'INVALID_SETTING' | 'UNKNOWN_POLICY';

/** Errors of the simulate package. */
export class SimulateError extends ForeshadowError<SimulateErrorCode> {}

/** A number within bounds, or an error that says key, value and range. */
export function inRange(key: string, value: number, low: number, high: number): number {
  if (value >= low && value <= high) return value;
  throw new SimulateError('INVALID_SETTING', `${key}: must be from ${low} to ${high}; got ${value}`);
}

/** The same for whole numbers. */
export function wholeInRange(key: string, value: number, low: number, high: number): number {
  if (Number.isInteger(value)) return inRange(key, value, low, high);
  throw new SimulateError(
    'INVALID_SETTING',
    `${key}: must be a whole number from ${low} to ${high}; got ${value}`,
  );
}
