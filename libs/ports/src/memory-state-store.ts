import type { Clock } from '@foreshadow/domain';
import { checkPut, requireName, versionConflict } from './checks.ts';
import { PortError } from './errors.ts';
import type { PutOptions, StateEntry, StateStore } from './state-store.ts';

interface Stored {
  readonly entry: StateEntry;
  readonly expiresAtMs: number;
}

/** A state store within one process. Expiry runs on the clock's monotonic time. */
export class MemoryStateStore implements StateStore {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Stored>();
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async get(key: string): Promise<StateEntry | undefined> {
    this.#requireOpen();
    requireName('key', key);
    return copyOf(this.#live(key));
  }

  async put(key: string, value: Uint8Array, options: PutOptions = {}): Promise<number> {
    this.#requireOpen();
    checkPut(key, options);
    const current = this.#live(key)?.version ?? 0;
    if (options.ifVersion !== undefined && options.ifVersion !== current) {
      throw versionConflict(key, current, options.ifVersion);
    }
    const version = current + 1;
    const expiresAtMs = this.#clock.monotonicMs() + (options.ttlMs ?? Infinity);
    this.#entries.set(key, { entry: { key, value: value.slice(), version }, expiresAtMs });
    return version;
  }

  async delete(key: string): Promise<void> {
    this.#requireOpen();
    requireName('key', key);
    this.#entries.delete(key);
  }

  async list(prefix: string): Promise<readonly StateEntry[]> {
    this.#requireOpen();
    const found: StateEntry[] = [];
    for (const key of this.#entries.keys()) {
      const entry = key.startsWith(prefix) ? copyOf(this.#live(key)) : undefined;
      if (entry !== undefined) found.push(entry);
    }
    return found.sort((a, b) => compareCodePoints(a.key, b.key));
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  /** The entry, unless its time ran out; then it is forgotten here. */
  #live(key: string): StateEntry | undefined {
    const stored = this.#entries.get(key);
    if (stored === undefined || this.#clock.monotonicMs() < stored.expiresAtMs) return stored?.entry;
    this.#entries.delete(key);
    return undefined;
  }

  #requireOpen(): void {
    if (this.#closed) throw new PortError('CLOSED', 'the state store is closed');
  }
}

/** A copy, so that callers cannot change what is stored. */
function copyOf(entry: StateEntry | undefined): StateEntry | undefined {
  return entry === undefined ? undefined : { ...entry, value: entry.value.slice() };
}

/** Order of the UTF-8 bytes, in which byte-ordered stores list keys; differs from `<` beyond U+FFFF. */
function compareCodePoints(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
