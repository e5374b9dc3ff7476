/**
 * A value with its version. Versions of a key start at 1 and grow by one with each write; they start anew when the
 * key was deleted or ran out.
 */
export interface StateEntry {
  readonly key: string;
  readonly value: Uint8Array;
  readonly version: number;
}

export interface PutOptions {
  /** Write only if the key has this version (0: only if it does not exist); else `VERSION_CONFLICT`. */
  readonly ifVersion?: number;
  /** Forget the key after this time. */
  readonly ttlMs?: number;
}

/** Small pieces of state that survive restarts: models, recommendations, scorecards, directives. Keys ≤ 512 bytes. */
export interface StateStore {
  get(key: string): Promise<StateEntry | undefined>;
  /** Returns the new version. */
  put(key: string, value: Uint8Array, options?: PutOptions): Promise<number>;
  delete(key: string): Promise<void>;
  /** All entries whose key starts with `prefix`, in the order of the keys' UTF-8 bytes. */
  list(prefix: string): Promise<readonly StateEntry[]>;
  close(): Promise<void>;
}
