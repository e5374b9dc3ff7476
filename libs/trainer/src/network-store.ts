import type { StateStore } from '@foreshadow/ports';
import type { Network, NetworkCodec } from './network.ts';

const PREFIX = 'networks/';

/** A network as it lies in the store. */
export interface StoredNetwork {
  readonly stream: string;
  readonly stepMs: number;
  /** Grows by one with every save; 0 where nothing was saved. */
  readonly version: number;
  /** `undefined` where there is none, or one that is damaged or of another format. */
  readonly network: Network | undefined;
  /** The network encoded, as edges take it. */
  readonly bytes: Uint8Array | undefined;
}

/**
 * Networks of streams and resolutions in the state store.
 *
 * @example
 * const store = new NetworkStore(state, { encode: encodeNetwork, decode: decodeNetwork });
 * const { network, version } = await store.load('orders', 5000);
 */
export class NetworkStore {
  readonly #state: StateStore;
  readonly #codec: NetworkCodec;

  /** @param codec `encodeNetwork` and `decodeNetwork` of `@foreshadow/wasm-forecast` */
  constructor(state: StateStore, codec: NetworkCodec) {
    this.#state = state;
    this.#codec = codec;
  }

  /** The newest network of a stream and resolution. */
  async load(stream: string, stepMs: number): Promise<StoredNetwork> {
    const entry = await this.#state.get(keyOf(stream, stepMs));
    return this.#read(stream, stepMs, entry?.version ?? 0, entry?.value);
  }

  /** The newest network of every stream and resolution that has a sound one. */
  async loadAll(): Promise<readonly StoredNetwork[]> {
    const entries = await this.#state.list(PREFIX);
    return entries
      .map(({ key, value, version }) => {
        const slash = key.lastIndexOf('/');
        return this.#read(key.slice(PREFIX.length, slash), Number(key.slice(slash + 1)), version, value);
      })
      .filter(({ network }) => network !== undefined);
  }

  /**
   * Save a network over the version that was loaded.
   * @param ifVersion the version that it replaces, 0 for the first
   * @returns what was saved, with its version
   * @throws PortError VERSION_CONFLICT if another one was saved since
   */
  async save(stream: string, network: Network, ifVersion: number): Promise<StoredNetwork> {
    const bytes = this.#codec.encode(network);
    const version = await this.#state.put(keyOf(stream, network.stepMs), bytes, { ifVersion });
    return { stream, stepMs: network.stepMs, version, network, bytes };
  }

  #read(stream: string, stepMs: number, version: number, value: Uint8Array | undefined): StoredNetwork {
    const decoded = value === undefined ? undefined : this.#codec.decode(value);
    // One under another's key would be a network of another resolution.
    const network = decoded?.stepMs === stepMs ? decoded : undefined;
    return { stream, stepMs, version, network, bytes: network === undefined ? undefined : value };
  }
}

function keyOf(stream: string, stepMs: number): string {
  return `${PREFIX}${stream}/${stepMs}`;
}
