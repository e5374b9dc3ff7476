import { PortError } from '@foreshadow/ports';
import type { Environment } from './environment.ts';
import { groupKey, keyBehind, partitionNumberKey } from './keys.ts';

interface GroupEntry {
  readonly committed: number;
  readonly token: number;
}

const NEW_GROUP: GroupEntry = { committed: 0, token: 0 };

/** What consumer groups have committed, and under which token. All methods run inside a transaction. */
export class Groups {
  readonly #env: Environment;

  constructor(env: Environment) {
    this.#env = env;
  }

  committed(partition: number, group: string): number {
    return this.#entry(partition, group).committed;
  }

  claim(partition: number, group: string, token: number): number {
    const { committed } = this.#unfenced(partition, group, token);
    this.#put(partition, group, { committed, token });
    return committed;
  }

  commit(partition: number, group: string, next: number, token: number): void {
    const { committed } = this.#unfenced(partition, group, token);
    this.#put(partition, group, { committed: Math.max(committed, next), token });
  }

  /** What the slowest group has committed; `undefined` while there is no group. */
  slowest(partition: number): number | undefined {
    const prefix = partitionNumberKey(partition);
    const end = keyBehind(prefix);
    const entries = this.#env.tables.groups.getRange({
      start: prefix,
      ...(end === undefined ? {} : { end }),
    });
    let slowest: number | undefined;
    for (const { value } of entries) {
      const { committed } = decode(value);
      slowest = slowest === undefined ? committed : Math.min(slowest, committed);
    }
    return slowest;
  }

  #entry(partition: number, group: string): GroupEntry {
    const value = this.#env.tables.groups.getBinary(groupKey(partition, group));
    return value === undefined ? NEW_GROUP : decode(value);
  }

  #unfenced(partition: number, group: string, token: number): GroupEntry {
    const entry = this.#entry(partition, group);
    if (token >= entry.token) return entry;
    throw new PortError('FENCED', `group '${group}': token ${token} was superseded by ${entry.token}`);
  }

  #put(partition: number, group: string, entry: GroupEntry): void {
    const value = Buffer.allocUnsafe(16);
    value.writeDoubleLE(entry.committed, 0);
    value.writeDoubleLE(entry.token, 8);
    void this.#env.tables.groups.put(groupKey(partition, group), value);
  }
}

function decode(value: Buffer): GroupEntry {
  return { committed: value.readDoubleLE(0), token: value.readDoubleLE(8) };
}
