import { type Lease, type Leases, PortError, requireDuration, requireName } from '@foreshadow/ports';
import type { Connection } from './connection/connection.ts';
import { Script, WHEN_FULL } from './connection/script.ts';
import { expiryMs } from './expiry.ts';
import type { Keys } from './keys.ts';

/**
 * KEYS: lease, its last token. ARGV: owner, time to live in ms. Returns the token, or nil if another holds it. A new
 * token is above the last one and at least the time in ms: so it grows even where the last one was lost, in a restart
 * without persistence or a fail-over to a replica that lags behind.
 */
const ACQUIRE = new Script(`${WHEN_FULL}local held = redis.call('GET', KEYS[1])
if held then
  local token, owner = string.match(held, '^(%d+) (.*)$')
  if owner ~= ARGV[1] then return nil end
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return token
end
local now = redis.call('TIME')
local nowMs = tonumber(now[1]) * 1000 + math.floor(tonumber(now[2]) / 1000)
local token = string.format('%.0f', math.max(tonumber(redis.call('GET', KEYS[2]) or '0') + 1, nowMs))
redis.call('SET', KEYS[2], token)
redis.call('SET', KEYS[1], token .. ' ' .. ARGV[1], 'PX', ARGV[2])
return token`);

/** KEYS: lease. ARGV: what the holder wrote, time to live in ms. Returns 1 if it held it still. */
const RENEW = new Script(`${WHEN_FULL}if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1`);

/** KEYS: lease. ARGV: what the holder wrote. */
const RELEASE =
  new Script(`${WHEN_FULL}if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1`);

/** Leases that the server ends by its own clock. */
export class RedisLeases implements Leases {
  readonly #connection: Connection;
  readonly #keys: Keys;
  #closed = false;

  constructor(connection: Connection, keys: Keys) {
    this.#connection = connection;
    this.#keys = keys;
  }

  async acquire(name: string, owner: string, ttlMs: number): Promise<Lease | undefined> {
    this.#check(name, ttlMs);
    requireName('owner', owner);
    const keys: [string, string] = [this.#keys.lease(name), this.#keys.leaseToken(name)];
    const token = await ACQUIRE.run(this.#connection, keys, [owner, expiryMs(ttlMs)]);
    return token === null ? undefined : { name, owner, token: Number(String(token)) };
  }

  async renew(lease: Lease, ttlMs: number): Promise<boolean> {
    this.#check(lease.name, ttlMs);
    const args = [grant(lease), expiryMs(ttlMs)];
    return (await RENEW.run(this.#connection, [this.#keys.lease(lease.name)], args)) === 1;
  }

  async release(lease: Lease): Promise<void> {
    this.#check(lease.name, 0);
    await RELEASE.run(this.#connection, [this.#keys.lease(lease.name)], [grant(lease)]);
  }

  async holder(name: string): Promise<Lease | undefined> {
    this.#check(name, 0);
    const key = this.#keys.lease(name);
    const held = await this.#connection.send({ key, args: ['GET', key] });
    if (held === null) return undefined;
    const [, token, owner = ''] = /^(\d+) ([^]*)$/.exec(String(held)) ?? [];
    return { name, owner, token: Number(token) };
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #check(name: string, ttlMs: number): void {
    if (this.#closed) throw new PortError('CLOSED', 'the leases are closed');
    requireName('lease name', name);
    requireDuration('ttlMs', ttlMs);
  }
}

function grant({ token, owner }: Lease): string {
  return `${token} ${owner}`;
}
