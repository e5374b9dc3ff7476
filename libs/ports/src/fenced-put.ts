import { PortError } from './errors.ts';
import type { StateStore } from './state-store.ts';

/**
 * Write `value` under `term`, unless what is there was written under a larger one: of several writers that take turns,
 * one that was succeeded changes nothing any more, however late its write comes.
 * @param termOf the term that a value was written under; `undefined`: none, and it may be replaced
 * @throws {PortError} `FENCED`
 */
export async function fencedPut(
  store: StateStore,
  key: string,
  value: Uint8Array,
  term: number,
  termOf: (value: Uint8Array) => number | undefined,
): Promise<void> {
  for (;;) {
    const entry = await store.get(key);
    const before = entry && termOf(entry.value);
    if (before !== undefined && before > term) {
      throw new PortError('FENCED', `${key}: term ${term} was superseded by ${before}`);
    }
    try {
      await store.put(key, value, { ifVersion: entry?.version ?? 0 });
      return;
    } catch (error) {
      // Somebody wrote in between: what they wrote decides.
      if (!(error instanceof PortError && error.code === 'VERSION_CONFLICT')) throw error;
    }
  }
}
