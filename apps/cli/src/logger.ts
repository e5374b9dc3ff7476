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
      `${toLine({ time: new Date().toISOString(), level: at, name, message, ...fields })}\n`,
    );
  };
  return { info: write('info'), warn: write('warn'), error: write('error') };
}

/** One line of JSON; what JSON cannot hold must not bring down who logs. */
function toLine(entry: Readonly<Record<string, unknown>>): string {
  try {
    return JSON.stringify(entry, (_, value: unknown) => plain(value));
  } catch {
    return JSON.stringify(asTexts(entry));
  }
}

/** JSON has neither errors (they become `{}`) nor big integers. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (!(value instanceof Error)) return value;
  const { stack, message, name, cause } = value;
  const code = (value as { code?: unknown }).code;
  return { name, message, code, stack, cause };
}

/** Fields of an entry that holds a cycle, as text. */
function asTexts(entry: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(entry).map(([key, value]) => [key, String(value)]));
}
