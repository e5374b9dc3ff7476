import { randomUUID } from 'node:crypto';
import {
  checkPut,
  PortError,
  type PutOptions,
  requireName,
  type StateEntry,
  type StateStore,
  versionConflict,
} from '@foreshadow/ports';
import type { Connection } from './connection/connection.ts';
import type { Reply } from './connection/link.ts';
import { Script, WHEN_FULL } from './connection/script.ts';
import { expiryMs } from './expiry.ts';
import type { Keys } from './keys.ts';

/**
 * KEYS: entry, index. ARGV: key, value, operation, time to live in ms or '', version asked for or ''. Returns OK with
 * the new version, or CONFLICT with the present one. An operation that is repeated is done once.
 */
const PUT = new Script(`${WHEN_FULL}local present = redis.call('HMGET', KEYS[1], 'n', 'o')
local version = tonumber(present[1] or '0')
if present[2] == ARGV[3] then return {'OK', present[1]} end
if ARGV[5] ~= '' and tonumber(ARGV[5]) ~= version then return {'CONFLICT', tostring(version)} end
local next = string.format('%.0f', version + 1)
redis.call('HSET', KEYS[1], 'v', ARGV[2], 'n', next, 'o', ARGV[3])
if ARGV[4] == '' then redis.call('PERSIST', KEYS[1]) else redis.call('PEXPIRE', KEYS[1], ARGV[4]) end
redis.call('ZADD', KEYS[2], 0, ARGV[1])
return {'OK', next}`);

/** KEYS: entry, index. ARGV: key. */
const DELETE = new Script(`${WHEN_FULL}redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[1])
return 1`);

/** As DELETE, for an entry whose time ran out; somebody may have written it anew meanwhile. */
const FORGET =
  new Script(`${WHEN_FULL}if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('ZREM', KEYS[2], ARGV[1]) end
return 1`);

/**
 * State on Redis: a hash an entry, and a sorted set of their keys, all in one slot. What has a time to live is ended by the
 * server.
 */
export class RedisStateStore implements StateStore {
  readonly #connection: Connection;
  readonly #keys: Keys;
  #closed = false;

  constructor(connection: Connection, keys: Keys) {
    this.#connection = connection;
    this.#keys = keys;
  }

  async get(key: string): Promise<StateEntry | undefined> {
    this.#requireOpen();
    requireName('key', key);
    return this.#read(key);
  }

  async put(key: string, value: Uint8Array, options: PutOptions = {}): Promise<number> {
    this.#requireOpen();
    checkPut(key, options);
    const { ttlMs, ifVersion } = options;
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    const args = [
      key,
      bytes,
      randomUUID(),
      ttlMs === undefined ? '' : expiryMs(ttlMs),
      ifVersion === undefined ? '' : String(ifVersion),
    ];
    const reply = await PUT.run(this.#connection, this.#keysOf(key), args);
    const [status, version] = (reply as readonly Buffer[]).map(String);
    if (status === 'OK') return Number(version);
    throw versionConflict(key, Number(version), ifVersion ?? 0);
  }

  async delete(key: string): Promise<void> {
    this.#requireOpen();
    requireName('key', key);
    await DELETE.run(this.#connection, this.#keysOf(key), [key]);
  }

  async list(prefix: string): Promise<readonly StateEntry[]> {
    this.#requireOpen();
    const index = this.#keys.stateIndex;
    // No UTF-8 holds the byte 0xff: it stands behind all that start with the prefix.
    const [from, to] =
      prefix === ''
        ? ['-', '+']
        : [`[${prefix}`, Buffer.concat([Buffer.from(`[${prefix}`), Buffer.of(0xff)])];
    const found = await this.#connection.send({ key: index, args: ['ZRANGEBYLEX', index, from, to] });
    const keys = (found as readonly Buffer[]).map(String);
    const entries = await Promise.all(keys.map((key) => this.#read(key)));
    const gone = keys.filter((_, i) => entries[i] === undefined);
    await Promise.all(gone.map((key) => FORGET.run(this.#connection, this.#keysOf(key), [key])));
    return entries.filter((entry) => entry !== undefined);
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  async #read(key: string): Promise<StateEntry | undefined> {
    const entry = this.#keys.state(key);
    const reply = await this.#connection.send({ key: entry, args: ['HMGET', entry, 'v', 'n'] });
    const [value, version] = reply as readonly Reply[];
    if (!Buffer.isBuffer(value) || version == null) return undefined;
    return { key, value: new Uint8Array(value), version: Number(String(version)) };
  }

  #keysOf(key: string): [string, string] {
    return [this.#keys.state(key), this.#keys.stateIndex];
  }

  #requireOpen(): void {
    if (this.#closed) throw new PortError('CLOSED', 'the state store is closed');
  }
}
