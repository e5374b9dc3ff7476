import { ForeshadowError } from '@foreshadow/domain';

/** Why a message was refused; one code per reason. */
export type ProtocolErrorCode =
  /** Not a protobuf encoding of an `Envelope`. */
  | 'MALFORMED'
  /** An envelope without a message that this version knows. */
  | 'EMPTY'
  /** Longer than `LIMITS.messageBytes`, or a part of it longer than its own bound. */
  | 'TOO_LARGE'
  /** More fields, streams, partitions, symbols or steps than the bounds allow. */
  | 'TOO_MANY'
  /** Columns or paths whose lengths do not agree. */
  | 'COUNT_MISMATCH'
  /** NaN, an infinity, or a negative number where none can be. */
  | 'INVALID_NUMBER'
  /** A number outside the range of its field. */
  | 'OUT_OF_RANGE'
  /** A node, stream or expert name that is empty, too long or has characters that names do not have. */
  | 'INVALID_NAME'
  /** A path layout whose horizons or knots do not ascend, or a reference to a layout that is not there. */
  | 'INVALID_LAYOUT'
  /** A stream that the session's Hello did not name. */
  | 'UNKNOWN_STREAM'
  /** A partition that its stream does not have. */
  | 'UNKNOWN_PARTITION'
  /** A message that has no place at this point of the session. */
  | 'UNEXPECTED_MESSAGE'
  | 'UNSUPPORTED_VERSION'
  /** A forecast that breaks `lower ≤ mean ≤ upper` or whose horizons do not ascend. */
  | 'INVALID_FORECAST'
  /** An option of a codec or state machine that is out of range. */
  | 'INVALID_ARGUMENT';

/** Errors of the link. */
export class ProtocolError extends ForeshadowError<ProtocolErrorCode> {}

const POLICY: ReadonlySet<ProtocolErrorCode> = new Set([
  'TOO_LARGE',
  'TOO_MANY',
  'UNKNOWN_STREAM',
  'UNKNOWN_PARTITION',
  'UNEXPECTED_MESSAGE',
  'UNSUPPORTED_VERSION',
]);

/**
 * Close code (RFC 6455, section 7.4.1) for a message that was refused: 1008 where it breaks a rule of the
 * session, 1007 where its content makes no sense.
 */
export function closeCodeOf(code: ProtocolErrorCode): 1007 | 1008 {
  return POLICY.has(code) ? 1008 : 1007;
}
