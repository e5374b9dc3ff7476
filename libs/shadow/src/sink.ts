import type { StreamRecord } from '@foreshadow/domain';

/** What was counted of one partition in the tick that its samples belong to. */
export interface ShadowTick {
  readonly partition: number;
  readonly atMs: number;
  readonly windowMs: number;
  /** Records and bytes that passed the tap, sampled or not. */
  readonly records: number;
  readonly bytes: number;
  readonly refused: number;
  /** Records that the sampler chose. */
  readonly sampled: number;
  /** Of these, lost since there was no room for them. */
  readonly dropped: number;
}

/** Where a shadow stream goes. Called in the record path: takes what there is room for, never waits, never throws. */
export interface SampleSink {
  /**
   * One sampled record, which stands for `weight` records. `hash` has the two hashes of its key, `record` the record
   * itself where the tap was shown it; both may be used only within the call.
   * @returns false if there was no room
   */
  sample(
    partition: number,
    weight: number,
    sizeBytes: number,
    costClass: number,
    hash: Int32Array | undefined,
    record: StreamRecord | undefined,
  ): boolean;
  /** Closes the tick of a partition, behind its samples. */
  tick(tick: ShadowTick): void;
}
