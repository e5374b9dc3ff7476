import { fencedPut, type StateStore } from '@foreshadow/ports';
import { ActuatorError } from '../errors.ts';
import type { SavedPool } from './pool-controller.ts';
import { decodeState, encodeState } from './saved-state.ts';

/** A pool as one leader saved it. */
type Saved = SavedPool & { readonly term?: number };

/**
 * Keeps what of a pool survives a restart, under `actuator/pools/<pool>`. Where several replicas take turns, one that
 * was succeeded cannot save any more: so no plan is carried out that its successor does not know.
 */
export class PoolStore {
  readonly #store: StateStore;
  readonly #term: number | undefined;

  /** @param term token under which this replica leads; `undefined`: there are no others */
  constructor(store: StateStore, term: number | undefined) {
    this.#store = store;
    this.#term = term;
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

  /** @throws {PortError} `FENCED` if a replica that leads under a larger token has saved */
  async save(pool: string, saved: SavedPool): Promise<void> {
    const [key, term] = [keyOf(pool), this.#term];
    if (term === undefined) {
      await this.#store.put(key, encodeState(saved));
      return;
    }
    await fencedPut(this.#store, key, encodeState({ ...saved, term }), term, termOf);
  }
}

const keyOf = (pool: string): string => `actuator/pools/${pool}`;

/** `undefined` for what no term wrote, or nobody can read: it may be replaced. */
function termOf(value: Uint8Array): number | undefined {
  try {
    return (decodeState(value) as Saved).term;
  } catch {
    return undefined;
  }
}

function isSavedPool(value: unknown): value is SavedPool {
  if (typeof value !== 'object' || value === null) return false;
  const { planner, demand, leadTimes } = value as Partial<SavedPool>;
  return typeof planner === 'object' && typeof demand === 'object' && Array.isArray(leadTimes?.samplesMs);
}
