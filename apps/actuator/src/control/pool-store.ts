import type { StateStore } from '@foreshadow/ports';
import { ActuatorError } from '../errors.ts';
import type { SavedPool } from './pool-controller.ts';
import { decodeState, encodeState } from './saved-state.ts';

/** Keeps what of a pool survives a restart, under `actuator/pools/<pool>`. */
export class PoolStore {
  readonly #store: StateStore;

  constructor(store: StateStore) {
    this.#store = store;
  }

  /** @throws {ActuatorError} `INVALID_STATE` */
  async load(pool: string): Promise<SavedPool | undefined> {
    const entry = await this.#store.get(keyOf(pool));
    if (entry === undefined) return undefined;
    const saved = decodeState(entry.value);
    if (!isSavedPool(saved)) {
      throw new ActuatorError('INVALID_STATE', `saved state of pool '${pool}' lacks parts; start without it`);
    }
    return saved;
  }

  async save(pool: string, saved: SavedPool): Promise<void> {
    await this.#store.put(keyOf(pool), encodeState(saved));
  }
}

const keyOf = (pool: string): string => `actuator/pools/${pool}`;

function isSavedPool(value: unknown): value is SavedPool {
  if (typeof value !== 'object' || value === null) return false;
  const { planner, demand, leadTimes } = value as Partial<SavedPool>;
  return typeof planner === 'object' && typeof demand === 'object' && Array.isArray(leadTimes?.samplesMs);
}
