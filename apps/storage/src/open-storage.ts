import { readFileSync } from 'node:fs';
import type { StorageConfig } from '@foreshadow/domain/config';
import { openLocal } from '@foreshadow/local';
import { type FrameRelay, type Leases, PortError, type StateStore, type StreamLog } from '@foreshadow/ports';
import { openRedis, type TlsOptions } from '@foreshadow/redis';

/** Log, state and leases that several processes share. */
export interface Storage {
  readonly log: StreamLog;
  readonly state: StateStore;
  readonly leases: Leases;
  /** Between machines; `undefined` where there is only one. */
  readonly relay: FrameRelay | undefined;
  /** Delete all that is kept elsewhere than in the folder: what a trial leaves behind. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** Where it is said that Redis went away or came back. */
export interface StorageLogger {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
}

const REPLICAS_WITHIN_MS = 2000;

/**
 * Open what `storage` names: Redis if `redis` is there, else the embedded one in the folder `path`.
 * @throws {PortError} what is wrong with Redis; {LocalError} `OPEN_FAILED`
 */
export async function openStorage(config: StorageConfig, logger: StorageLogger): Promise<Storage> {
  if (config.redis === undefined) {
    return { ...openLocal(config.path), relay: undefined, clear: async () => undefined };
  }
  const { url, prefix, waitMs, minReplicas, tls } = config.redis;
  const replicas = minReplicas === 0 ? undefined : { atLeast: minReplicas, withinMs: REPLICAS_WITHIN_MS };
  return openRedis(url, {
    prefix,
    callTimeoutMs: waitMs,
    logger,
    ...(tls && { tls: readTls(tls) }),
    ...(replicas && { replicas }),
  });
}

const FILES = { ca: 'caFile', cert: 'certFile', key: 'keyFile' } as const;

/** @throws {PortError} `MISCONFIGURED` which file cannot be read */
function readTls(files: NonNullable<NonNullable<StorageConfig['redis']>['tls']>): TlsOptions {
  const tls: { -readonly [K in keyof TlsOptions]: Buffer } = {};
  for (const [name, key] of Object.entries(FILES) as [keyof TlsOptions, keyof typeof files][]) {
    const file = files[key];
    if (file !== undefined) tls[name] = read(`storage.redis.tls.${key}`, file);
  }
  return tls;
}

function read(key: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new PortError('MISCONFIGURED', `${key}: cannot read ${file}: ${(cause as Error).message}`, {
      cause,
    });
  }
}
