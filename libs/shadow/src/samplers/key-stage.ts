import { HASHED_KEY_BYTES, type Variant } from '@foreshadow/wasm-sampler';
import {
  instantiateSelection,
  type KeyThreshold,
  type SelectionExports,
} from '@foreshadow/wasm-sampler/selection';

/** Keys that are hashed in one call of the kernel. */
export const KEY_BATCH = 512;

/** What the kernel made of a batch; views of its memory, good until the next one. */
export interface KeyBatch {
  /** How many keys are kept. */
  readonly kept: number;
  /** How many records had no key, or one that is none. */
  readonly missing: number;
  /** Their indices in the batch, ascending; the first `kept` count. */
  readonly indices: Int32Array;
  /** Two hashes a key of the whole batch; those of records without key mean nothing. */
  readonly hashes: Int32Array;
}

/** Copies keys one behind another into the kernel's memory, and has it choose among them. */
export class KeyStage {
  readonly #exports: SelectionExports;
  readonly #bytes: Uint8Array;
  readonly #ends: Int32Array;
  readonly #at: {
    readonly keys: number;
    readonly ends: number;
    readonly hashes: number;
    readonly kept: number;
  };
  readonly #batch: {
    kept: number;
    missing: number;
    readonly indices: Int32Array;
    readonly hashes: Int32Array;
  };
  readonly #encoder = new TextEncoder();

  constructor(variant: Variant | undefined) {
    this.#exports = instantiateSelection(variant);
    const ends = (this.#exports.HEAP_BASE.value + 15) & ~15;
    const hashes = ends + 4 * KEY_BATCH;
    const kept = hashes + 8 * KEY_BATCH;
    const keys = kept + 4 * KEY_BATCH;
    this.#at = { keys, ends, hashes, kept };
    const { memory } = this.#exports;
    // UTF-16 code units take at most three bytes: no key overruns its room while it is written.
    const bytes = KEY_BATCH * HASHED_KEY_BYTES * 3;
    const missing = keys + bytes - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / 65_536));
    this.#bytes = new Uint8Array(memory.buffer, keys, bytes);
    this.#ends = new Int32Array(memory.buffer, ends, KEY_BATCH);
    const view = (at: number, length: number): Int32Array => new Int32Array(memory.buffer, at, length);
    this.#batch = {
      kept: 0,
      missing: 0,
      indices: view(kept, KEY_BATCH),
      hashes: view(hashes, 2 * KEY_BATCH),
    };
  }

  /** @param count at most `KEY_BATCH` keys from `from` on. One that is missing or no key counts as empty. */
  choose(
    keys: readonly (string | Uint8Array | undefined)[],
    from: number,
    count: number,
    { high, low }: KeyThreshold,
  ): KeyBatch {
    let end = 0;
    this.#batch.missing = 0;
    for (let i = 0; i < count; i++) {
      end = this.#write(keys[from + i], end);
      this.#ends[i] = end;
    }
    const { keys: keysAt, ends, hashes, kept } = this.#at;
    this.#batch.kept = this.#exports.selectKeyed(keysAt, ends, count, high, low, hashes, kept);
    return this.#batch;
  }

  /** Writes the first `HASHED_KEY_BYTES` bytes of a key; returns where it ends. */
  #write(key: string | Uint8Array | undefined, at: number): number {
    if (typeof key === 'string') return this.#writeString(key, at);
    if (!ArrayBuffer.isView(key)) {
      this.#batch.missing += 1;
      return at;
    }
    const length = Math.min(key.length, HASHED_KEY_BYTES);
    for (let i = 0; i < length; i++) this.#bytes[at + i] = key[i]!;
    return at + length;
  }

  #writeString(key: string, at: number): number {
    const length = Math.min(key.length, HASHED_KEY_BYTES);
    const bytes = this.#bytes;
    let seen = 0;
    for (let i = 0; i < length; i++) {
      const c = key.charCodeAt(i);
      seen |= c;
      bytes[at + i] = c;
    }
    if (seen < 128) return at + length;
    const { written } = this.#encoder.encodeInto(key.slice(0, HASHED_KEY_BYTES), bytes.subarray(at));
    return at + Math.min(written, HASHED_KEY_BYTES);
  }
}
