import type { StreamRecord } from '@foreshadow/domain';
import type { SampleSink } from '@foreshadow/shadow';

/** Adds up what a shadow stream brings. */
export class RingCount implements SampleSink {
  samples = 0;
  weight = 0;
  ticks = 0;
  /** The last key, to see whether it is what it was. */
  key: string | undefined;

  sample(
    _partition: number,
    weight: number,
    _sizeBytes: number,
    _costClass: number,
    _hash: Int32Array | undefined,
    record: StreamRecord | undefined,
  ): boolean {
    this.samples += 1;
    this.weight += weight;
    this.key = record?.key;
    return true;
  }

  tick(): void {
    this.ticks += 1;
  }
}
