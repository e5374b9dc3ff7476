/** Why a request was not carried out; `code` is stable, `message` is for people. */
export type ProblemCode =
  | 'MALFORMED_LINE'
  | 'NO_RECORDS'
  | 'BODY_ABORTED'
  | 'UNKNOWN_STREAM'
  | 'NOT_FOUND'
  | 'BATCH_TOO_LARGE'
  | 'RECORD_TOO_LARGE'
  | 'UNSUPPORTED_ENCODING'
  | 'LOG_UNAVAILABLE'
  | 'SHUTTING_DOWN'
  | 'INTERNAL';

const STATUS = {
  MALFORMED_LINE: 400,
  NO_RECORDS: 400,
  BODY_ABORTED: 400,
  UNKNOWN_STREAM: 404,
  NOT_FOUND: 404,
  BATCH_TOO_LARGE: 413,
  RECORD_TOO_LARGE: 413,
  UNSUPPORTED_ENCODING: 415,
  INTERNAL: 500,
  LOG_UNAVAILABLE: 503,
  SHUTTING_DOWN: 503,
} as const satisfies Record<ProblemCode, number>;

/** A request that fails as a value of its own; thrown by the handlers, answered as `{error: {code, message, line?}}`. */
export class Problem extends Error {
  readonly code: ProblemCode;
  /** Line of the body, from 1. */
  readonly line: number | undefined;

  constructor(code: ProblemCode, message: string, options: { line?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'Problem';
    this.code = code;
    this.line = options.line;
  }

  get status(): (typeof STATUS)[ProblemCode] {
    return STATUS[this.code];
  }
}
