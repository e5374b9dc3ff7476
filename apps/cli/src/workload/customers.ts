import type { Rng } from '@foreshadow/domain';
import { partitionOf } from '@foreshadow/edge';
import { ZipfSampler } from '@foreshadow/testkit';

const PER_PARTITION = 200;
const ZIPF_EXPONENT = 1;

/**
 * Customers as routing keys, sorted by the partition that the edge will send them to, so that a load per partition
 * can be made by choosing keys alone. Within a partition they are Zipf-distributed.
 */
export class Customers {
  readonly #ofPartition: readonly (readonly string[])[];
  readonly #sampler = new ZipfSampler(PER_PARTITION, ZIPF_EXPONENT);

  constructor(partitions: number) {
    const found: string[][] = Array.from({ length: partitions }, () => []);
    let open = partitions;
    for (let i = 0; open > 0; i++) {
      const key = `c${i.toString(36).padStart(4, '0')}`;
      const group = found[partitionOf(key, partitions)]!;
      if (group.length === PER_PARTITION) continue;
      group.push(key);
      if (group.length === PER_PARTITION) open--;
    }
    this.#ofPartition = found;
  }

  /** A customer whose records go to the partition. */
  pick(partition: number, rng: Rng): string {
    return this.#ofPartition[partition]![this.#sampler.sample(rng)]!;
  }
}
