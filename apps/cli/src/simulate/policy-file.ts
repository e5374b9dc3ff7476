import { checkFamily, type Contender, DEFAULT_SETTINGS, type PoolSettings } from '@foreshadow/simulate';
import { parseYaml } from '../config-file.ts';
import { CliError } from '../errors.ts';

/** What a policy file says: policies of one's own, and the pool that they scale. */
export interface PolicyFile {
  readonly policies: readonly Contender[];
  readonly pool: Partial<PoolSettings>;
}

/** Settings of the pool that a file may give; the others are options of the command. */
const POOL_KEYS = [
  'sharing',
  'minWorkers',
  'maxWorkers',
  'recordsPerSecPerWorker',
  'leadTimeSpread',
  'drainSeconds',
  'rebalance',
  'capacityNoise',
  'warmUpSeconds',
  'initialWorkers',
] as const satisfies readonly (keyof PoolSettings)[];

const WORDS: Readonly<Record<string, readonly string[]>> = {
  sharing: ['ordered', 'pooled'],
  rebalance: ['eager', 'cooperative'],
};

/**
 * Read a policy file (YAML or JSON).
 * @throws {CliError} `INVALID_FILE` with file and key; `SimulateError` `UNKNOWN_POLICY`. Ranges are checked where they are used.
 */
export function readPolicyFile(file: string): PolicyFile {
  const content = mappingOf(parseYaml(file), file, 'the top level');
  const unknown = Object.keys(content).filter((key) => key !== 'policies' && key !== 'pool');
  if (unknown.length > 0) {
    throw new CliError('INVALID_FILE', `${file}: ${unknown[0]}: no such key; it has policies, pool`);
  }
  const { policies = [], pool = {} } = content;
  if (!Array.isArray(policies)) {
    throw new CliError('INVALID_FILE', `${file}: policies: must be a list of mappings with a family`);
  }
  return {
    policies: policies.map((entry, i) => contenderOf(entry, file, `policies[${i}]`)),
    pool: poolOf(mappingOf(pool, file, 'pool'), file),
  };
}

function contenderOf(entry: unknown, file: string, key: string): Contender {
  const { family, name, ...params } = mappingOf(entry, file, key);
  if (typeof family !== 'string') {
    throw new CliError('INVALID_FILE', `${file}: ${key}.family: must name a policy, e.g. hpa`);
  }
  checkFamily(family);
  for (const [param, value] of Object.entries(params)) {
    if (typeof value === 'number' || typeof value === 'boolean') continue;
    throw new CliError('INVALID_FILE', `${file}: ${key}.${param}: must be a number; got ${String(value)}`);
  }
  const numbers = Object.fromEntries(Object.entries(params).map(([k, v]) => [k, Number(v)]));
  return { name: typeof name === 'string' ? name : `${family} (${key})`, family, params: numbers };
}

function poolOf(pool: Readonly<Record<string, unknown>>, file: string): Partial<PoolSettings> {
  for (const [key, value] of Object.entries(pool)) {
    if (!(POOL_KEYS as readonly string[]).includes(key)) {
      throw new CliError('INVALID_FILE', `${file}: pool.${key}: no such key; it has ${POOL_KEYS.join(', ')}`);
    }
    const words = WORDS[key];
    const isFine = words === undefined ? typeof value === 'number' : words.includes(String(value));
    if (isFine) continue;
    const wanted = words === undefined ? 'a number' : words.join(' or ');
    throw new CliError('INVALID_FILE', `${file}: pool.${key}: must be ${wanted}; got ${String(value)}`);
  }
  return pool;
}

function mappingOf(value: unknown, file: string, key: string): Readonly<Record<string, unknown>> {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw new CliError('INVALID_FILE', `${file}: ${key}: must be a mapping`);
}

/** Keys of the pool with their defaults, for the help. */
export function poolHelp(): string {
  return POOL_KEYS.map((key) => `${key} (${String(DEFAULT_SETTINGS[key] ?? 'found')})`).join(', ');
}
