import { Xoshiro128 } from '@foreshadow/domain';
import { type KeyThreshold, keepsKey, keyThreshold } from '@foreshadow/wasm-sampler/selection';
import { Places } from '../places.ts';
import {
  PASSED_OVER,
  type SampleDesign,
  sampleDesign,
  type Sampler,
  type SamplerSetting,
} from '../sampler.ts';
import { KEY_BATCH, KeyStage } from './key-stage.ts';

type Keys = readonly (string | Uint8Array | undefined)[];
type Take = (index: number, hash: Int32Array | undefined) => void;

/** Whole keys, by OpenTelemetry's consistent probability sampling. Every record is a candidate. */
export class KeyedSampler implements Sampler {
  readonly #stage: KeyStage;
  readonly #pair = new Int32Array(2);
  readonly #rng: Xoshiro128;
  readonly #places: Places;
  readonly #designs: SampleDesign[];
  readonly #thresholds: KeyThreshold[];

  constructor({ options, partitions, feedRate, capacity, variant }: SamplerSetting) {
    const design = sampleDesign('keyed', options.rate, feedRate);
    const threshold = keyThreshold(options.rate);
    this.#stage = new KeyStage(variant);
    this.#rng = new Xoshiro128(options.seed);
    this.#places = new Places(partitions, capacity, new Xoshiro128(options.seed));
    this.#designs = Array.from({ length: partitions }, () => design);
    this.#thresholds = Array.from({ length: partitions }, () => threshold);
  }

  nextSkip(): number {
    return 0;
  }

  place(partition: number, hash: Int32Array | undefined): number {
    return this.#isKept(partition, hash) ? this.#places.next(partition) : PASSED_OVER;
  }

  /** Place for a record that `choose` chose. */
  nextPlace(partition: number): number {
    return this.#places.next(partition);
  }

  /**
   * Choose among a batch in the kernel; `take` is called for those chosen, with a hash that is good within the call and
   * undefined without key.
   * @returns how many records had no key
   */
  choose(partition: number, keys: Keys, count: number, take: Take): number {
    let keyless = 0;
    for (let from = 0; from < count; from += KEY_BATCH) {
      const length = Math.min(KEY_BATCH, count - from);
      const { kept, missing, indices, hashes } = this.#stage.choose(
        keys,
        from,
        length,
        this.#thresholds[partition]!,
      );
      for (let i = 0; i < kept; i++) {
        const index = indices[i]!;
        if (missing > 0 && !isKey(keys[from + index])) continue;
        this.#pair[0] = hashes[2 * index]!;
        this.#pair[1] = hashes[2 * index + 1]!;
        take(from + index, this.#pair);
      }
      keyless += missing;
      if (missing > 0) this.#chooseKeyless(partition, keys, from, length, take);
    }
    return keyless;
  }

  design(partition: number): SampleDesign {
    return this.#designs[partition]!;
  }

  begin(partition: number, rate: number): boolean {
    this.#places.clear(partition);
    const before = this.#designs[partition]!;
    if (rate === before.rate) return false;
    this.#designs[partition] = sampleDesign('keyed', rate, before.feedRate);
    this.#thresholds[partition] = keyThreshold(rate);
    return false;
  }

  /** Without anything to hash (no key, and no value either) the draw is random. */
  #isKept(partition: number, hash: Int32Array | undefined): boolean {
    if (hash === undefined) return this.#rng.next() < this.#designs[partition]!.rate;
    return keepsKey(hash[0]!, hash[1]!, this.#thresholds[partition]!);
  }

  #chooseKeyless(partition: number, keys: Keys, from: number, length: number, take: Take): void {
    for (let i = from; i < from + length; i++) {
      if (isKey(keys[i])) continue;
      if (this.#isKept(partition, undefined)) take(i, undefined);
    }
  }
}

function isKey(key: string | Uint8Array | undefined): boolean {
  return typeof key === 'string' || ArrayBuffer.isView(key);
}
