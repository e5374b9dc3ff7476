import type { StreamRecord } from '@foreshadow/domain';
import { invalid } from '../sampler.ts';
import type { SampleSink, ShadowTick } from '../sink.ts';
import {
  align8,
  BEATS,
  CONTROL_BYTES,
  CONTROL_WORDS,
  DROPPED,
  FAULTS,
  HAS_HASH,
  HAS_KEY,
  HAS_VALUE,
  MAX_RING_BYTES,
  MIN_RING_BYTES,
  PAD,
  READ,
  SAMPLE,
  SAMPLE_HEAD,
  TICK,
  TICK_BYTES,
  WRITTEN,
} from './layout.ts';

/** What is known of a ring from either side. */
export interface RingStats {
  /** Bytes that wait for the reader, and how many may. */
  readonly waitingBytes: number;
  readonly capacityBytes: number;
  /** Samples and ticks that there was no room for. */
  readonly dropped: number;
  /** Times that the reader has looked; one that does not grow tells of a reader that is frozen or dead. */
  readonly beats: number;
  /** Errors of the reader's handler. */
  readonly faults: number;
}

/**
 * Memory for a ring, to give to its writer here and its reader on another thread.
 * @param bytes data bytes, rounded up to a power of two, 4 KiB to 1 GiB
 * @returns a SharedArrayBuffer where there is one; without (a page that is not cross-origin isolated), an ArrayBuffer
 * @throws {ShadowError} `INVALID_ARGUMENT`
 */
export function createRing(bytes: number): SharedArrayBuffer | ArrayBuffer {
  if (!(bytes >= MIN_RING_BYTES && bytes <= MAX_RING_BYTES)) {
    throw invalid('ringBytes', bytes, `in [${MIN_RING_BYTES}, ${MAX_RING_BYTES}]`);
  }
  const size = CONTROL_BYTES + 2 ** Math.ceil(Math.log2(bytes));
  return typeof SharedArrayBuffer === 'undefined' ? new ArrayBuffer(size) : new SharedArrayBuffer(size);
}

export function ringStats(memory: SharedArrayBuffer | ArrayBuffer): RingStats {
  const control = new Int32Array(memory, 0, CONTROL_WORDS);
  const at = (word: number): number => Atomics.load(control, word) >>> 0;
  return {
    waitingBytes: (at(WRITTEN) - at(READ)) >>> 0,
    capacityBytes: memory.byteLength - CONTROL_BYTES,
    dropped: at(DROPPED),
    beats: at(BEATS),
    faults: at(FAULTS),
  };
}

/**
 * The end of a ring that the tap writes to. It never waits and never wakes anyone: where there is no room the sample is
 * dropped and counted, so that a reader that is slow, frozen or dead costs a comparison.
 */
export class RingWriter implements SampleSink {
  readonly #memory: SharedArrayBuffer | ArrayBuffer;
  readonly #control: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #floats: Float64Array;
  readonly #mask: number;
  readonly #encoder = new TextEncoder();
  #written: number;

  constructor(memory: SharedArrayBuffer | ArrayBuffer) {
    this.#memory = memory;
    this.#control = new Int32Array(memory, 0, CONTROL_WORDS);
    this.#bytes = new Uint8Array(memory, CONTROL_BYTES);
    this.#words = new Int32Array(memory, CONTROL_BYTES);
    this.#floats = new Float64Array(memory, CONTROL_BYTES);
    this.#mask = this.#bytes.length - 1;
    this.#written = Atomics.load(this.#control, WRITTEN) >>> 0;
  }

  sample(
    partition: number,
    weight: number,
    sizeBytes: number,
    costClass: number,
    hash: Int32Array | undefined,
    record: StreamRecord | undefined,
  ): boolean {
    const key = record?.key;
    const value = record?.value;
    // A UTF-16 code unit takes at most three bytes.
    const most = align8(SAMPLE_HEAD + 3 * (key?.length ?? 0) + (value?.length ?? 0));
    const at = this.#reserve(most);
    if (at < 0) return false;
    const word = at >> 2;
    const float = at >> 3;
    const keyBytes = key === undefined ? 0 : this.#writeKey(key, at + SAMPLE_HEAD);
    if (value !== undefined) this.#bytes.set(value, at + SAMPLE_HEAD + keyBytes);
    const valueBytes = value?.length ?? 0;
    this.#words[word + 1] = SAMPLE;
    this.#words[word + 2] = partition;
    this.#words[word + 3] = costClass;
    this.#floats[float + 2] = weight;
    this.#floats[float + 3] = sizeBytes;
    this.#floats[float + 4] = record?.timestampMs ?? 0;
    this.#words[word + 10] = hash === undefined ? 0 : hash[0]!;
    this.#words[word + 11] = hash === undefined ? 0 : hash[1]!;
    this.#words[word + 12] =
      (hash === undefined ? 0 : HAS_HASH) |
      (key === undefined ? 0 : HAS_KEY) |
      (value === undefined ? 0 : HAS_VALUE);
    this.#words[word + 13] = keyBytes;
    this.#words[word + 14] = valueBytes;
    this.#publish(word, align8(SAMPLE_HEAD + keyBytes + valueBytes));
    return true;
  }

  tick(tick: ShadowTick): void {
    const at = this.#reserve(TICK_BYTES);
    if (at < 0) return;
    const { partition, atMs, windowMs, records, bytes, refused, sampled, dropped } = tick;
    this.#words[(at >> 2) + 1] = TICK;
    this.#words[(at >> 2) + 2] = partition;
    this.#floats.set([atMs, windowMs, records, bytes, refused, sampled, dropped], (at >> 3) + 2);
    this.#publish(at >> 2, TICK_BYTES);
  }

  stats(): RingStats {
    return ringStats(this.#memory);
  }

  /** Offset of `bytes` in one piece; −1, and a drop, if they are not free. */
  #reserve(bytes: number): number {
    const size = this.#mask + 1;
    const start = this.#written & this.#mask;
    const pad = start + bytes > size ? size - start : 0;
    const waiting = (this.#written - Atomics.load(this.#control, READ)) >>> 0;
    if (bytes > size || waiting + pad + bytes > size) {
      Atomics.add(this.#control, DROPPED, 1);
      return -1;
    }
    if (pad === 0) return start;
    this.#words[(start >> 2) + 1] = PAD;
    this.#publish(start >> 2, pad);
    return 0;
  }

  #publish(word: number, bytes: number): void {
    this.#words[word] = bytes;
    this.#written = (this.#written + bytes) >>> 0;
    Atomics.store(this.#control, WRITTEN, this.#written | 0);
  }

  #writeKey(key: string, at: number): number {
    const bytes = this.#bytes;
    let seen = 0;
    for (let i = 0; i < key.length; i++) {
      const c = key.charCodeAt(i);
      seen |= c;
      bytes[at + i] = c;
    }
    if (seen < 128) return key.length;
    // Engines refuse to encode into shared memory.
    const encoded = this.#encoder.encode(key);
    bytes.set(encoded, at);
    return encoded.length;
  }
}
