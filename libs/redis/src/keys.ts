import type { PartitionKey } from '@foreshadow/domain';
import { PortError } from '@foreshadow/ports';

const PREFIX_PATTERN = /^[A-Za-z0-9._:-]{1,100}$/;

/**
 * Names of the keys. What one script touches shares a hash tag, the part in braces, so that a cluster keeps it in one
 * slot: `fs:{orders:3}` and `fs:{orders:3}:meta`.
 */
export class Keys {
  readonly #prefix: string;

  /** @throws {PortError} `INVALID_ARGUMENT`: braces in the prefix would move the hash tag */
  constructor(prefix: string) {
    if (!PREFIX_PATTERN.test(prefix)) {
      throw new PortError('INVALID_ARGUMENT', `prefix '${prefix}' must match ${PREFIX_PATTERN.source}`);
    }
    this.#prefix = prefix;
  }

  /** Hash: name of each stream → its partition count. */
  get streams(): string {
    return `${this.#prefix}:streams`;
  }

  /** Stream of a partition's records. */
  records(partition: PartitionKey): string {
    const slash = partition.lastIndexOf('/');
    return `${this.#prefix}:{${partition.slice(0, slash)}:${partition.slice(slash + 1)}}`;
  }

  /** Hash of a partition: `start`, `end`, and of each group `c:<group>` (committed) and `t:<group>` (token). */
  meta(partition: PartitionKey): string {
    return `${this.records(partition)}:meta`;
  }

  /** The last append of a producer to one partition, or to any where one slot holds them all. */
  producer(id: string, partition: PartitionKey | undefined): string {
    return partition === undefined
      ? `${this.#prefix}:producer:${id}`
      : `${this.records(partition)}:producer:${id}`;
  }

  /** Sorted set of the keys that the state store has, or had until they ran out. */
  get stateIndex(): string {
    return `${this.#prefix}:{state}`;
  }

  /** Hash of an entry: `v` value, `n` version, `o` the operation that wrote it. */
  state(key: string): string {
    return `${this.#prefix}:{state}:${key}`;
  }

  /** Token and owner of a lease; ends with it. */
  lease(name: string): string {
    return `${this.#prefix}:{lease:${name}}`;
  }

  /** The last token of a lease; stays. */
  leaseToken(name: string): string {
    return `${this.#prefix}:{lease:${name}}:token`;
  }

  /** Stream of a frame relay. */
  relay(name: string): string {
    return `${this.#prefix}:{relay:${name}}`;
  }
}
