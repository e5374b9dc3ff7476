import type { PoolSharing } from '../settings.ts';
import type { FleetWorker } from './fleet.ts';

/** Owners as a policy wants them: worker id → indices of partitions. */
export type WantedOwners = ReadonlyMap<string, readonly number[]>;

/**
 * Which worker works on which partition. Without a policy that assigns them, partitions are spread evenly by count and stay
 * where they are as far as that allows, as a consumer group's sticky assignor does it.
 */
export class Ownership {
  readonly #sharing: PoolSharing;
  /** Index into `budgets` of each partition's owner; −1: none. */
  readonly owners: Int32Array;
  /** Records a second of each owner. */
  budgets: Float64Array = new Float64Array(1);
  #ids: readonly string[] = [];

  constructor(sharing: PoolSharing, partitions: number) {
    this.#sharing = sharing;
    this.owners = new Int32Array(partitions).fill(-1);
  }

  /** Partitions of a worker. */
  ownedBy(id: string): readonly number[] {
    const index = this.#ids.indexOf(id);
    if (index < 0 || this.#sharing === 'pooled') return [];
    return [...this.owners.keys()].filter((p) => this.owners[p] === index);
  }

  /**
   * Take over a change of the workers that are ready, or of what a policy wants.
   * @returns partitions that changed hands
   */
  update(ready: readonly FleetWorker[], wanted: WantedOwners | undefined): number[] {
    if (this.#sharing === 'pooled') return this.#pool(ready);
    const before = [...this.owners].map((index) => this.#ids[index]);
    this.#ids = ready.map((w) => w.id);
    this.budgets = Float64Array.from(ready, (w) => w.recordsPerSec);
    if (wanted === undefined) this.#spread(before);
    else this.#assign(wanted);
    return [...this.owners.keys()].filter((p) => this.#ids[this.owners[p]!] !== before[p]);
  }

  #pool(ready: readonly FleetWorker[]): number[] {
    this.budgets = Float64Array.of(ready.reduce((sum, w) => sum + w.recordsPerSec, 0));
    this.owners.fill(ready.length > 0 ? 0 : -1);
    return [...this.owners.keys()];
  }

  #assign(wanted: WantedOwners): void {
    this.owners.fill(-1);
    this.#ids.forEach((id, index) => {
      for (const p of wanted.get(id) ?? []) this.owners[p] = index;
    });
  }

  #spread(before: readonly (string | undefined)[]): void {
    const workers = this.#ids.length;
    this.owners.fill(-1);
    if (workers === 0) return;
    const partitions = this.owners.length;
    const indexOf = new Map(this.#ids.map((id, i) => [id, i]));
    const held = new Int32Array(workers);
    const least = Math.floor(partitions / workers);
    let extra = partitions % workers;
    before.forEach((id, p) => {
      const index = indexOf.get(id ?? '');
      if (index === undefined || held[index]! > least || (held[index] === least && extra === 0)) return;
      if (held[index] === least) extra--;
      held[index]!++;
      this.owners[p] = index;
    });
    for (let p = 0; p < partitions; p++) {
      if (this.owners[p] !== -1) continue;
      const index = held.indexOf(Math.min(...held));
      held[index]!++;
      this.owners[p] = index;
    }
  }
}
