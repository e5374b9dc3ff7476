import { readFileSync } from 'node:fs';
import type { PartitionKey } from '@foreshadow/domain';
import {
  type Config,
  configJsonSchema,
  overlayEnvironment,
  parseConfig,
  toWorkerPool,
} from '@foreshadow/domain/config';
import { parse, YAMLParseError } from 'yaml';
import { CliError } from './errors.ts';

/**
 * Configuration of a YAML (or JSON) file with the environment laid over it; without a file, defaults and environment.
 * @throws {CliError} `INVALID_FILE` with line and column; `FsError` `INVALID_CONFIG` with key, value and range
 */
export function loadConfig(file: string | undefined, env: NodeJS.ProcessEnv = process.env): Config {
  const base: unknown = file === undefined ? {} : parseYaml(file);
  if (base !== null && base !== undefined && (typeof base !== 'object' || Array.isArray(base))) {
    throw new CliError('INVALID_FILE', `${file}: the top level must be a mapping such as 'streams: […]'`);
  }
  return parseConfig(overlayEnvironment(base, env, configJsonSchema()));
}

/** @throws {CliError} `INVALID_FILE` with line and column */
export function parseYaml(file: string): unknown {
  const text = readText(file);
  try {
    return parse(text, { prettyErrors: true }) as unknown;
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    const at = error.linePos?.[0];
    throw new CliError('INVALID_FILE', `${file}:${at?.line ?? '?'}:${at?.col ?? '?'}: ${error.message}`);
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CliError('INVALID_FILE', `cannot read ${file}: ${(error as Error).message}`, { cause: error });
  }
}

/** Partitions that a configured pool serves; none if there is no such pool. */
export function poolPartitions(config: Config, name: string): readonly PartitionKey[] {
  const pool = config.pools.find((p) => p.name === name);
  const stream = config.streams.find((s) => s.name === pool?.stream);
  return pool === undefined || stream === undefined ? [] : toWorkerPool(pool, stream).partitions;
}
