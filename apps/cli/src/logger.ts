import { type DestinationStream, destination, pino, stdSerializers, stdTimeFunctions } from 'pino';

/** Structured logs, one JSON object a line on stderr; the shape that services take. */
export interface Logger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export type LogLevel = 'info' | 'warn' | 'error';

export interface LogOptions {
  readonly level?: LogLevel;
  /** Stand in every entry, beside `time`, `level`, `name` and `message`. */
  readonly fields?: object;
  /** Standard error by default, written at once: a process that dies has said what it had to say. */
  readonly to?: DestinationStream;
}

/** Errors go under `err` or `error`, with type, message, stack and what caused them. */
export function createLogger(name: string, { level = 'info', fields = {}, to }: LogOptions = {}): Logger {
  const error = stdSerializers.errWithCause;
  return pino(
    {
      level,
      base: { name, ...fields },
      messageKey: 'message',
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: error, error },
    },
    to ?? destination({ dest: 2, sync: true }),
  );
}
