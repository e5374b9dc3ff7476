import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RecordHandler } from '@foreshadow/worker-sdk';
import { CliError } from '../errors.ts';

const SHAPE = 'export default async (records, { partition, token, signal }) => { … }';

/**
 * The handler that a module exports by default.
 * @param module path, relative to the working directory; `undefined`: the handler of the demo
 * @throws {CliError} `INVALID_FILE`
 */
export async function loadHandler(module: string | undefined): Promise<RecordHandler> {
  if (module === undefined) return (await import('../workload/handler.ts')).default;
  const path = resolve(module);
  requireFile(module, path);
  const loaded = (await import(pathToFileURL(path).href).catch((cause: unknown) => {
    const why = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    throw new CliError('INVALID_FILE', `${module}: cannot be loaded: ${why}`, { cause });
  })) as { default?: unknown };
  if (typeof loaded.default === 'function') return loaded.default as RecordHandler;
  const exported = Object.keys(loaded).join(', ') || 'nothing';
  const problem =
    loaded.default === undefined
      ? `has no default export (it exports ${exported})`
      : `its default export is of type ${typeof loaded.default}`;
  throw new CliError('INVALID_FILE', `${module}: ${problem}; expected ${SHAPE}`);
}

function requireFile(module: string, path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) {
    const hint = path === module ? '' : ` (looked for ${path})`;
    throw new CliError(
      'INVALID_FILE',
      `${module}: no such file${hint}; --module is relative to ${process.cwd()}`,
    );
  }
  if (!stat.isFile()) throw new CliError('INVALID_FILE', `${module}: not a file; name the module itself`);
}
