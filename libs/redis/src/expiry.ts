/** A time to live as Redis takes it: whole milliseconds, at least one, and short of its overflow. */
const LONGEST_MS = 1e14;

export function expiryMs(ttlMs: number): string {
  return String(Math.min(LONGEST_MS, Math.max(1, Math.ceil(ttlMs))));
}
