import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** A path as its writer meant it: npm runs scripts in the project's root and says in INIT_CWD where it was called. */
export function fromCaller(path: string): string {
  return resolve(process.env['INIT_CWD'] ?? process.cwd(), path);
}

/** What is wrong with `--data`; `undefined` if there is such a folder. */
export function dataDefect(data: string | undefined): string | undefined {
  if (data === undefined) return '--data DIR is missing: the series are not part of the project';
  return existsSync(fromCaller(data)) ? undefined : `--data: there is no folder ${fromCaller(data)}`;
}

/** Say what is wrong with the arguments, and what would be right. @returns the exit code, 2 */
export function refuse(message: string, usage: string): number {
  process.stderr.write(`${message}\n\n${usage}\n`);
  return 2;
}
