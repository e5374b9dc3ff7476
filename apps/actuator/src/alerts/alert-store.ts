import { fencedPut, type StateStore } from '@foreshadow/ports';
import { ActuatorError } from '../errors.ts';
import { decodeState, encodeState } from '../control/saved-state.ts';
import type { AlertState } from './decide-alerts.ts';

interface Saved {
  readonly term?: number | undefined;
  readonly alerts: AlertState;
}

const KEY = 'actuator/alerts';

/** Keeps alerts over a restart or a change of the leader, so that none fires twice and each resolves once. */
export class AlertStore {
  readonly #store: StateStore;
  readonly #term: number | undefined;

  /** @param term token under which this replica leads; `undefined`: there are no others */
  constructor(store: StateStore, term: number | undefined) {
    this.#store = store;
    this.#term = term;
  }

  /** @throws {ActuatorError} `INVALID_STATE` */
  async load(): Promise<AlertState> {
    const entry = await this.#store.get(KEY);
    if (entry === undefined) return [];
    const saved = decodeState(entry.value) as Partial<Saved> | null;
    if (!Array.isArray(saved?.alerts)) {
      throw new ActuatorError('INVALID_STATE', 'saved alerts are damaged; start without them');
    }
    return saved.alerts as AlertState;
  }

  /** @throws {PortError} `FENCED` if a replica that leads under a larger token has saved */
  async save(alerts: AlertState): Promise<void> {
    const term = this.#term;
    const value = encodeState({ term, alerts } satisfies Saved);
    if (term === undefined) await this.#store.put(KEY, value);
    else await fencedPut(this.#store, KEY, value, term, termOf);
  }
}

function termOf(value: Uint8Array): number | undefined {
  try {
    return (decodeState(value) as Saved).term;
  } catch {
    return undefined;
  }
}
