import type { Clock } from '@foreshadow/domain';
import type { Config } from '@foreshadow/domain/config';
import { type Local, openLocal } from '@foreshadow/local';
import { openRedis } from '@foreshadow/redis';
import { type Logger, VARIABLES } from './setting.ts';

/** Log, state and leases of the run: on LMDB, or on the Redis that this process is told of. */
export async function openStores(config: Config, clock: Clock, logger: Logger): Promise<Local> {
  const url = process.env[VARIABLES.redis];
  return url === undefined ? openLocal(config.storage.path, { clock }) : openRedis(url, { clock, logger });
}
