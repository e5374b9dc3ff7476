import type { Clock } from '@foreshadow/domain';
import type { Config } from '@foreshadow/domain/config';
import { type Local, openLocal } from '@foreshadow/local';

/** Log, state and leases that a configuration names. */
export async function openStores(config: Config, clock: Clock): Promise<Local> {
  return openLocal(config.storage.path, { clock });
}
