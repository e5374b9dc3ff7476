import type { StorageConfig } from '@foreshadow/domain/config';
import { openLocal } from '@foreshadow/local';
import type { FrameRelay, Leases, StateStore, StreamLog } from '@foreshadow/ports';
import { openRedis } from '@foreshadow/redis';

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
  const { url, prefix, waitMs, minReplicas } = config.redis;
  const replicas = minReplicas === 0 ? undefined : { atLeast: minReplicas, withinMs: REPLICAS_WITHIN_MS };
  return openRedis(url, { prefix, callTimeoutMs: waitMs, logger, ...(replicas && { replicas }) });
}
