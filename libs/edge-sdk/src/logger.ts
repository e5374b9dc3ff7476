/** Where the SDK says what went wrong; pino and its like have this shape. */
export interface Logger {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export const SILENT: Logger = { info: () => {}, warn: () => {}, error: () => {} };
