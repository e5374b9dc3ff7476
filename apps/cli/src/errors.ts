import { ForeshadowError } from '@foreshadow/domain';
import { CommanderError } from 'commander';

export type CliErrorCode = 'INVALID_OPTION' | 'INVALID_FILE' | 'FAILED';

export class CliError extends ForeshadowError<CliErrorCode> {}

/** Exit codes, documented in `foreshadow --help`. */
export const EXIT = { ok: 0, failed: 1, invalidInput: 2 } as const;

const INPUT_CODES = new Set([
  'INVALID_CONFIG',
  'INVALID_OPTION',
  'INVALID_FILE',
  'INVALID_ARGUMENT',
  'INVALID_CSV',
  'INVALID_TRACE',
  'INVALID_SETTING',
  'UNKNOWN_POLICY',
]);

export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.invalidInput;
  const isInput = error instanceof ForeshadowError && INPUT_CODES.has(String(error.code));
  return isInput ? EXIT.invalidInput : EXIT.failed;
}

/** What the user reads: the message of an error thrown on purpose; the stack of any other. */
export function explain(error: unknown): string {
  if (error instanceof CommanderError) return '';
  if (error instanceof ForeshadowError) return `foreshadow: ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
