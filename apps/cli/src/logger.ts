/** Structured logs, one JSON object a line on stderr; the shape that services take. */
export interface Logger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const LEVELS = ['info', 'warn', 'error'] as const;
export type LogLevel = (typeof LEVELS)[number];

export function createLogger(name: string, level: LogLevel = 'info'): Logger {
  const write = (at: LogLevel) => (fields: object, message: string) => {
    if (LEVELS.indexOf(at) < LEVELS.indexOf(level)) return;
    process.stderr.write(
      `${JSON.stringify({ time: new Date().toISOString(), level: at, name, message, ...fields })}\n`,
    );
  };
  return { info: write('info'), warn: write('warn'), error: write('error') };
}
