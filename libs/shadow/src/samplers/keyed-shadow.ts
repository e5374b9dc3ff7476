import type { Estimate, StreamRecord } from '@foreshadow/domain';
import { hashKey } from '@foreshadow/wasm-sampler';
import type { SampledRecord } from '../sample-store.ts';
import { PASSED_OVER, type SamplerSetting } from '../sampler.ts';
import { Shadow, type ShadowCounts } from '../shadow.ts';
import { clusterTotal } from '../weighted.ts';
import type { KeyedSampler } from './keyed.ts';

/** A sample of whole keys. A record without key is chosen by its value, where the tap was shown it, else by chance. */
export class KeyedShadow extends Shadow {
  readonly #keyed: KeyedSampler;
  readonly #valueHash = new Int32Array(2);

  constructor(sampler: KeyedSampler, setting: SamplerSetting) {
    super(sampler, setting);
    this.#keyed = sampler;
  }

  override candidate(
    partition: number,
    hash: Int32Array | undefined,
    sizeBytes: number,
    costClass: number,
    record: StreamRecord | undefined,
  ): void {
    const place = this.#keyed.place(partition, hash ?? this.#hashOfValue(record));
    this.skip[partition] = 0;
    if (place !== PASSED_OVER) this.keep(partition, place, hash, sizeBytes, costClass, record);
  }

  override takeKeys(
    partition: number,
    keys: readonly (string | Uint8Array | undefined)[],
    sizesBytes: Uint32Array | readonly number[],
    count: number,
  ): { readonly records: number; readonly bytes: number } {
    let bytes = 0;
    let records = 0;
    for (let i = 0; i < count; i++) {
      const size = sizesBytes[i]!;
      if (!isSize(size)) continue;
      bytes += size;
      records += 1;
    }
    this.totals.keyless += this.#keyed.choose(partition, keys, count, (i, hash) => {
      const size = sizesBytes[i]!;
      if (!isSize(size)) return;
      this.keep(partition, this.#keyed.nextPlace(partition), hash, size, 0, undefined);
    });
    return { records, bytes };
  }

  override close(partition: number, passed: number): ShadowCounts {
    const counts = super.close(partition, passed);
    if (this.sink !== undefined || counts.sampled === 0) return counts;
    const held = this.records(partition, passed);
    const records = byKey(held, () => 1);
    return { ...counts, own: { records, bytes: byKey(held, ({ sizeBytes }) => sizeBytes) } };
  }

  #hashOfValue(record: StreamRecord | undefined): Int32Array | undefined {
    this.totals.keyless += 1;
    if (record === undefined) return undefined;
    hashKey(record.value, this.#valueHash);
    return this.#valueHash;
  }
}

function byKey(held: readonly SampledRecord[], valueOf: (record: SampledRecord) => number): Estimate {
  return clusterTotal(
    held.map((record, i) => {
      const { keyHash, weight } = record;
      return { key: keyHash?.join() ?? `#${i}`, weight, value: valueOf(record) };
    }),
  );
}

function isSize(size: number): boolean {
  return typeof size === 'number' && size >= 0 && size <= Number.MAX_SAFE_INTEGER;
}
