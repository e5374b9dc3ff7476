/** Closed set of error codes of the domain package. */
export type FsErrorCode = 'INVALID_PARTITION' | 'INVALID_CONFIG' | 'INVALID_ARGUMENT';

export interface FsErrorOptions {
  readonly cause?: unknown;
  readonly retryable?: boolean;
}

/** Base of every error that Foreshadow throws on purpose: a code, a message that says what to do, and a cause. */
export class ForeshadowError<Code extends string = string> extends Error {
  readonly code: Code;
  /** Whether the same call may succeed later without any change by the caller. */
  readonly retryable: boolean;

  constructor(code: Code, message: string, options: FsErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}

/** Errors of the domain package. */
export class FsError extends ForeshadowError<FsErrorCode> {}
