import { ActuatorError } from '../errors.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });
const VERSION = 1;
const NUMBER = '$number';

/** JSON with NaN and ±Infinity, which plain JSON turns into null. */
export function encodeState(value: unknown): Uint8Array {
  const body = JSON.stringify({ version: VERSION, value }, (_key, v: unknown) =>
    typeof v === 'number' && !Number.isFinite(v) ? { [NUMBER]: String(v) } : v,
  );
  return encoder.encode(body);
}

/**
 * The value that `encodeState` was given.
 * @throws {ActuatorError} `INVALID_STATE` if it is damaged or of another version.
 */
export function decodeState(bytes: Uint8Array): unknown {
  let parsed: { version?: unknown; value?: unknown } | null;
  try {
    parsed = JSON.parse(decoder.decode(bytes), revive) as typeof parsed;
  } catch (cause) {
    throw new ActuatorError('INVALID_STATE', 'saved state is damaged; start without it', { cause });
  }
  if (parsed?.version !== VERSION) {
    throw new ActuatorError('INVALID_STATE', `saved state is not of version ${VERSION}; start without it`);
  }
  return parsed.value;
}

function revive(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !(NUMBER in value)) return value;
  return Number(value[NUMBER]);
}
