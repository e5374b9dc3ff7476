import type { Clock } from '@foreshadow/domain';
import type { Config } from '@foreshadow/domain/config';
import { type Local, openLocal } from '@foreshadow/local';
import type { FrameRelay } from '@foreshadow/ports';
import { openRedis } from '@foreshadow/redis';
import { type Logger, VARIABLES } from './setting.ts';

/** Log, state and leases of the run; a relay of frames where there is one. */
export interface Stores extends Local {
  readonly relay?: FrameRelay;
}

/** On LMDB, or on the Redis that this process is told of. */
export async function openStores(config: Config, clock: Clock, logger: Logger): Promise<Stores> {
  const url = process.env[VARIABLES.redis];
  return url === undefined ? openLocal(config.storage.path, { clock }) : openRedis(url, { clock, logger });
}
