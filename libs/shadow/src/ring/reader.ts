import type { StreamRecord } from '@foreshadow/domain';
import type { SampleSink, ShadowTick } from '../sink.ts';
import {
  BEATS,
  CONTROL_BYTES,
  CONTROL_WORDS,
  FAULTS,
  HAS_HASH,
  HAS_KEY,
  HAS_VALUE,
  PAD,
  READ,
  SAMPLE,
  SAMPLE_HEAD,
  WRITTEN,
} from './layout.ts';

/**
 * The end of a ring that the samples are read from: on a thread of its own, or in slices on the tap's thread. One reader a
 * ring.
 */
export class RingReader {
  readonly #control: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #floats: Float64Array;
  readonly #mask: number;
  readonly #hash = new Int32Array(2);
  readonly #decoder = new TextDecoder();

  constructor(memory: SharedArrayBuffer | ArrayBuffer) {
    this.#control = new Int32Array(memory, 0, CONTROL_WORDS);
    this.#bytes = new Uint8Array(memory, CONTROL_BYTES);
    this.#words = new Int32Array(memory, CONTROL_BYTES);
    this.#floats = new Float64Array(memory, CONTROL_BYTES);
    this.#mask = this.#bytes.length - 1;
  }

  /**
   * Hand at most `max` frames to a sink. What it throws is counted and does not stop the others.
   * @returns how many it was handed; 0 says that nothing waits
   */
  drain(sink: SampleSink, max: number): number {
    Atomics.add(this.#control, BEATS, 1);
    let read = Atomics.load(this.#control, READ) >>> 0;
    const written = Atomics.load(this.#control, WRITTEN) >>> 0;
    let handed = 0;
    while (read !== written && handed < max) {
      const at = read & this.#mask;
      const bytes = this.#words[at >> 2]!;
      if (this.#words[(at >> 2) + 1] !== PAD) {
        this.#hand(sink, at);
        handed += 1;
      }
      read = (read + bytes) >>> 0;
      Atomics.store(this.#control, READ, read | 0);
    }
    return handed;
  }

  #hand(sink: SampleSink, at: number): void {
    try {
      if (this.#words[(at >> 2) + 1] === SAMPLE) this.#handSample(sink, at);
      else sink.tick(this.#tick(at));
    } catch {
      Atomics.add(this.#control, FAULTS, 1);
    }
  }

  #handSample(sink: SampleSink, at: number): void {
    const word = at >> 2;
    const float = at >> 3;
    const flags = this.#words[word + 12]!;
    this.#hash[0] = this.#words[word + 10]!;
    this.#hash[1] = this.#words[word + 11]!;
    sink.sample(
      this.#words[word + 2]!,
      this.#floats[float + 2]!,
      this.#floats[float + 3]!,
      this.#words[word + 3]!,
      (flags & HAS_HASH) === 0 ? undefined : this.#hash,
      (flags & HAS_VALUE) === 0 ? undefined : this.#record(at, flags),
    );
  }

  /** A copy: the ring's bytes are written over. */
  #record(at: number, flags: number): StreamRecord {
    const word = at >> 2;
    const keyEnd = at + SAMPLE_HEAD + this.#words[word + 13]!;
    const key =
      (flags & HAS_KEY) === 0 ? undefined : this.#decoder.decode(this.#bytes.slice(at + SAMPLE_HEAD, keyEnd));
    const value = this.#bytes.slice(keyEnd, keyEnd + this.#words[word + 14]!);
    return { key, value, timestampMs: this.#floats[(at >> 3) + 4]! };
  }

  #tick(at: number): ShadowTick {
    const float = (at >> 3) + 2;
    const [atMs, windowMs, records, bytes, refused, sampled, dropped] = this.#floats.subarray(
      float,
      float + 7,
    ) as unknown as [number, number, number, number, number, number, number];
    return {
      partition: this.#words[(at >> 2) + 2]!,
      atMs,
      windowMs,
      records,
      bytes,
      refused,
      sampled,
      dropped,
    };
  }
}
