import { FsError } from '../errors.ts';

export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

const PREFIX = 'FORESHADOW__';

/**
 * Lay environment variables over a configuration: `FORESHADOW__ACTUATOR__PORT=8080` sets `actuator.port`,
 * `FORESHADOW__STREAMS__0__PARTITIONS=16` sets `streams[0].partitions`. Names match regardless of case and
 * underscores; values are JSON where they parse as JSON, else strings.
 * @throws {FsError} `INVALID_CONFIG` if a variable names no key that its parent could have.
 */
export function overlayEnvironment(
  base: unknown,
  env: EnvironmentVariables,
  shape: Record<string, unknown>,
): unknown {
  const root: Record<string, unknown> = { ...(base as Record<string, unknown> | null | undefined) };
  for (const [name, raw] of Object.entries(env)) {
    if (!name.startsWith(PREFIX) || raw === undefined) continue;
    assign(root, name.slice(PREFIX.length).split('__'), parseValue(raw), name, shape);
  }
  return root;
}

function assign(
  root: Record<string, unknown>,
  segments: readonly string[],
  value: unknown,
  name: string,
  shape: Record<string, unknown>,
): void {
  let target: Record<string, unknown> = root;
  let schema: Record<string, unknown> | undefined = shape;
  for (const [i, segment] of segments.entries()) {
    const key = resolveKey(segment, schema);
    if (key === undefined) throw new FsError('INVALID_CONFIG', unknownVariable(name, segment, schema));
    schema = child(schema, key);
    if (i === segments.length - 1) {
      target[key] = value;
      return;
    }
    const next = target[key];
    const copy: unknown = Array.isArray(next)
      ? [...(next as unknown[])]
      : { ...(next as object | undefined) };
    target[key] = copy;
    target = copy as Record<string, unknown>;
  }
}

function parseValue(raw: string): unknown {
  try {
    return JSON.parse(raw) as unknown;
  } catch {
    return raw;
  }
}

const fold = (s: string): string => s.replaceAll('_', '').toLowerCase();

function resolveKey(segment: string, schema: Record<string, unknown> | undefined): string | undefined {
  if (schema?.['type'] === 'array') return /^\d+$/.test(segment) ? segment : undefined;
  return Object.keys(properties(schema)).find((key) => fold(key) === fold(segment));
}

function child(
  schema: Record<string, unknown> | undefined,
  key: string,
): Record<string, unknown> | undefined {
  if (schema?.['type'] === 'array') return schema['items'] as Record<string, unknown>;
  return properties(schema)[key];
}

function properties(schema: Record<string, unknown> | undefined): Record<string, Record<string, unknown>> {
  return (schema?.['properties'] ?? {}) as Record<string, Record<string, unknown>>;
}

function unknownVariable(name: string, segment: string, schema: Record<string, unknown> | undefined): string {
  const known = schema?.['type'] === 'array' ? 'an index' : Object.keys(properties(schema)).join(', ');
  return `${name}: no key "${segment}"; one of ${known || '(none)'}`;
}
