import {
  checkPut,
  PortError,
  type PutOptions,
  requireName,
  type StateEntry,
  type StateStore,
  versionConflict,
} from '@foreshadow/ports';
import type { Environment } from './environment.ts';
import { keyBehind } from './keys.ts';
import { DEADLINE_BYTES, type MachineTime, readDeadline, writeDeadline } from './machine-time.ts';

/** Values are stored as: version f64 | deadline | value. */
const VERSION_BYTES = 8;
const HEAD_BYTES = VERSION_BYTES + DEADLINE_BYTES;
const FIRST_KEY = Buffer.of(0);

/**
 * A state store in LMDB. A put resolves once its transaction is committed. What has a time to live ends with it or
 * with a reboot, whichever comes first.
 */
export class LmdbStateStore implements StateStore {
  readonly #env: Environment;
  readonly #time: MachineTime;
  #closed = false;

  constructor(env: Environment, time: MachineTime) {
    this.#env = env;
    this.#time = time;
  }

  async get(key: string): Promise<StateEntry | undefined> {
    this.#requireOpen();
    requireName('key', key);
    return this.#env.read(() => this.#live(key));
  }

  async put(key: string, value: Uint8Array, options: PutOptions = {}): Promise<number> {
    this.#requireOpen();
    checkPut(key, options);
    const stored = Buffer.concat([Buffer.allocUnsafe(HEAD_BYTES), value]);
    return this.#env.write(() => {
      const current = this.#live(key)?.version ?? 0;
      if (options.ifVersion !== undefined && options.ifVersion !== current) {
        throw versionConflict(key, current, options.ifVersion);
      }
      stored.writeDoubleLE(current + 1, 0);
      writeDeadline(stored, VERSION_BYTES, this.#time.after(options.ttlMs ?? Infinity));
      void this.#env.tables.state.put(Buffer.from(key), stored);
      return current + 1;
    });
  }

  async delete(key: string): Promise<void> {
    this.#requireOpen();
    requireName('key', key);
    await this.#env.write(() => void this.#env.tables.state.remove(Buffer.from(key)));
  }

  async list(prefix: string): Promise<readonly StateEntry[]> {
    this.#requireOpen();
    const { live, past } = this.#env.read(() => this.#scan(prefix));
    if (past.length > 0) await this.#env.write(() => past.forEach((key) => this.#forget(key)));
    return live;
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #live(key: string): StateEntry | undefined {
    const stored = this.#env.tables.state.getBinary(Buffer.from(key));
    return stored === undefined ? undefined : this.#decode(key, stored);
  }

  /** `undefined` if its time ran out. */
  #decode(key: string, stored: Buffer): StateEntry | undefined {
    if (this.#time.isPast(readDeadline(stored, VERSION_BYTES))) return undefined;
    const value = new Uint8Array(stored.buffer, stored.byteOffset + HEAD_BYTES, stored.length - HEAD_BYTES);
    return { key, value, version: stored.readDoubleLE(0) };
  }

  /** Entries below the prefix, and the keys of those whose time ran out. */
  #scan(prefix: string): { readonly live: StateEntry[]; readonly past: string[] } {
    const start = prefix === '' ? FIRST_KEY : Buffer.from(prefix);
    const end = keyBehind(prefix === '' ? Buffer.alloc(0) : start);
    const live: StateEntry[] = [];
    const past: string[] = [];
    for (const { key: bytes, value } of this.#env.tables.state.getRange({ start, ...(end && { end }) })) {
      const key = Buffer.from(bytes).toString();
      const entry = this.#decode(key, value);
      if (entry === undefined) past.push(key);
      else live.push(entry);
    }
    return { live, past };
  }

  /** Inside a write transaction: somebody may have written it anew meanwhile. */
  #forget(key: string): void {
    if (this.#live(key) === undefined) void this.#env.tables.state.remove(Buffer.from(key));
  }

  #requireOpen(): void {
    if (this.#closed) throw new PortError('CLOSED', 'the state store is closed');
  }
}
