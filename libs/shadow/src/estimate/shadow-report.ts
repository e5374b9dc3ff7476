import type { Estimate, SizeQuantile } from '@foreshadow/domain';

export interface ClassLoad {
  readonly costClass: number;
  readonly recordsPerSec: Estimate;
  readonly bytesPerSec: Estimate;
}

export interface HotKey {
  /** Hashes of the key, as `hashKey` gives them. */
  readonly keyHash: readonly [number, number];
  /** Share of the records, over the last minute or so. */
  readonly share: Estimate;
  /** How much of the share may belong to other keys. */
  readonly overcount: number;
}

/** What the sample of one partition's tick says. What it cannot say is `undefined`. */
export interface ShadowReport {
  readonly partition: number;
  readonly atMs: number;
  readonly windowMs: number;
  readonly sampled: number;
  /** Sampled records that did not come through; the others' weights stand for them. */
  readonly dropped: number;
  readonly recordsPerSec: Estimate | undefined;
  readonly bytesPerSec: Estimate | undefined;
  readonly sizes: readonly SizeQuantile[];
  readonly classes: readonly ClassLoad[];
  /** Within the tick; only of whole keys, for from single records they cannot be told (Charikar et al. 2000). */
  readonly distinctKeys: Estimate | undefined;
  readonly hotKeys: readonly HotKey[];
}
