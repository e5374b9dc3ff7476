import { systemClock } from '@foreshadow/domain';
import {
  type FrameRelay,
  type Leases,
  PortError,
  requireDuration,
  type StateStore,
  type StreamLog,
} from '@foreshadow/ports';
import { Connection } from './connection/connection.ts';
import { parseTargets } from './connection/targets.ts';
import { Keys } from './keys.ts';
import { RedisStreamLog } from './log/redis-stream-log.ts';
import type { RedisLogger, RedisOptions } from './options.ts';
import { RedisFrameRelay } from './redis-frame-relay.ts';
import { RedisLeases } from './redis-leases.ts';
import { RedisStateStore } from './redis-state-store.ts';

/** Log, state, leases and a frame relay on one Redis. Closing one of them ends its use; `close` ends all. */
export interface Redis {
  readonly log: StreamLog;
  readonly state: StateStore;
  readonly leases: Leases;
  readonly relay: FrameRelay;
  /** Delete every key of the prefix. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

const SILENT: RedisLogger = { info: () => undefined, warn: () => undefined };

/**
 * Connect to the Redis at `url`: `redis://[user:password@]host[:port][/database]`, `rediss://` with TLS; a primary with
 * its replicas, or nodes of a cluster, as several hosts with commas.
 * @throws {PortError} `MISCONFIGURED` (URL, login, certificates, version, replica, eviction), `UNAVAILABLE` if nothing answers within
 *   `connectTimeoutMs`, `INVALID_ARGUMENT` for an option out of range
 */
export async function openRedis(url: string, options: RedisOptions = {}): Promise<Redis> {
  const { clock = systemClock, logger = SILENT, maxPendingBytes = 64 * 2 ** 20, replicas } = options;
  const { connectTimeoutMs = 5000, callTimeoutMs = 10_000, replyTimeoutMs = 5000 } = options;
  for (const [name, value] of Object.entries({ connectTimeoutMs, callTimeoutMs, replyTimeoutMs })) {
    requireDuration(name, value);
  }
  if (replicas !== undefined && replicas.withinMs >= replyTimeoutMs) {
    const most = `less than replyTimeoutMs (${replyTimeoutMs})`;
    throw new PortError('INVALID_ARGUMENT', `replicas.withinMs must be ${most}, not ${replicas.withinMs}`);
  }
  const keys = new Keys(options.prefix ?? 'fs');
  const limits = { clock, logger, connectTimeoutMs, callTimeoutMs, replyTimeoutMs };
  const connection = await Connection.open(parseTargets(url, options.tls), limits);
  const log = new RedisStreamLog({
    connection,
    keys,
    clock,
    appendTimeoutMs: callTimeoutMs,
    maxPendingBytes,
    replicas,
  });
  const state = new RedisStateStore(connection, keys);
  const leases = new RedisLeases(connection, keys);
  const relay = new RedisFrameRelay(connection, keys, clock, logger);
  const close = async (): Promise<void> => {
    await Promise.all([log.close(), state.close(), leases.close()]);
    relay.close();
    await connection.close();
  };
  const clear = (): Promise<void> => deleteKeys(connection, `${options.prefix ?? 'fs'}:*`);
  return { log, state, leases, relay, clear, close };
}

async function deleteKeys(connection: Connection, pattern: string): Promise<void> {
  await connection.eachPrimary(async (send) => {
    let cursor = '0';
    do {
      const reply = await send(['SCAN', cursor, 'MATCH', pattern, 'COUNT', '1000']);
      const [next, keys] = reply as readonly [Buffer, readonly Buffer[]];
      for (const key of keys) await send(['UNLINK', key]);
      cursor = next.toString();
    } while (cursor !== '0');
  });
}
