import { mapResources, NO_RESOURCES, RESOURCES, type ResourceVector } from '@foreshadow/domain';
import type { Demand } from './forecast-window.ts';
import { Group } from './group.ts';
import { LightestBin } from './heap.ts';
import type { PartitionNeed } from './need.ts';
import { baseShare, fits, shareOf, sizeFor, type Sizing, sizeOf, sizeOfGroup } from './sizing.ts';

/** Tried one by one from the lower bound; beyond that by halving, so that huge pools stay cheap. */
const TRIED_IN_ORDER = 4;

/** A partition with its demand in the stretch of time that counts. */
interface Candidate {
  readonly need: PartitionNeed;
  readonly demand: Demand;
  /** Share of the largest worker. */
  readonly weight: number;
}

/** What a packing is judged by. */
export interface Question {
  readonly sizing: Sizing;
  readonly needs: readonly PartitionNeed[];
  readonly of: (need: PartitionNeed) => Demand;
}

/** Answers how many workers some needs take, for one stretch of time; sorts and weighs them once. */
export class WorkerCount {
  readonly #sizing: Sizing;
  readonly #candidates: readonly Candidate[];
  readonly #total: ResourceVector;

  constructor({ sizing, needs, of }: Question) {
    this.#sizing = sizing;
    this.#candidates = needs
      .map((need) => {
        const demand = of(need);
        return { need, demand, weight: shareOf(sizing, need, demand) };
      })
      .sort((a, b) => b.weight - a.weight);
    this.#total = Group.of(needs, of).toMeet(sizing.z);
  }

  /**
   * Fewest workers, in `[least, most]`, onto which the partitions pack so that none exceeds the largest worker
   * stretched by `factor`; `most` if no count does. A partition that is too big by itself takes a worker of its own
   * and asks for no more: further workers would not help it.
   */
  fewest(bounds: { readonly least: number; readonly most: number }, factor: number): number {
    const { least, most } = bounds;
    if (this.#candidates.every((c) => c.weight === 0)) return least;
    let low = Math.max(least, 1, this.#lowerBound(factor, most));
    for (let tried = 0; tried < TRIED_IN_ORDER && low < most; tried++, low++) {
      if (this.isEnough(low, factor)) return low;
    }
    let high = most;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.isEnough(middle, factor)) high = middle;
      else low = middle + 1;
    }
    return Math.max(least, Math.min(low, most));
  }

  /** Whether the partitions, packed largest first onto the lightest of `count` workers, overload none of them. */
  isEnough(count: number, factor: number): boolean {
    const groups = Array.from({ length: count }, () => new Group());
    const lightest = new LightestBin(new Array<number>(count).fill(0));
    for (const { need, demand, weight } of this.#candidates)
      groups[lightest.place(weight)]!.add(need, demand);
    return groups.every((g) => g.size <= 1 || fits(this.#sizing, sizeOf(this.#sizing, g), factor));
  }

  /** Workers that the pool's demand takes as a whole, which no packing can beat; 1 if a partition exceeds a worker. */
  #lowerBound(factor: number, most: number): number {
    const sizing = this.#sizing;
    if (this.#candidates[0]!.weight + baseShare(sizing) > factor) return 1;
    const stretched = { ...sizing, largest: mapResources((r) => sizing.largest[r] * factor) };
    return workersForTotal(stretched, this.#total, most);
  }
}

/** Fewest workers whose largest sizes add up to the demand of the whole pool; `most` if a base alone fills them. */
export function workersForTotal(sizing: Sizing, demand: ResourceVector, most: number): number {
  let count = 0;
  const base = sizeFor(sizing, NO_RESOURCES, 0);
  for (const r of RESOURCES) {
    if (!(demand[r] > 0)) continue;
    const room = sizing.largest[r] - base[r];
    if (!(room > 0)) return most;
    count = Math.max(count, Math.ceil((sizing.headroom[r] * demand[r]) / room - 1e-9));
  }
  return Math.min(count, most);
}

/** Demand that no worker can take: what each partition needs beyond the largest worker of its own. */
export function unservable(sizing: Sizing, needs: readonly PartitionNeed[]): ResourceVector {
  const base = sizeFor(sizing, NO_RESOURCES, 0);
  return mapResources((r) => {
    const room = Math.max(0, sizing.largest[r] - base[r]) / sizing.headroom[r];
    return needs.reduce((sum, need) => sum + Math.max(0, need.present[r] - room), 0);
  });
}

/** Partitions that are expected to exceed the largest worker by themselves: no count of workers helps them. */
export function hotPartitions(sizing: Sizing, needs: readonly PartitionNeed[]): readonly PartitionNeed[] {
  if (baseShare(sizing) > 1) return [];
  // With no headroom, by the mean: hot means overloaded, not merely above target, and not merely unsure.
  const bare = {
    ...sizing,
    z: 0,
    headroom: { ...sizing.headroom, cpuCores: 1, networkBytesPerSec: 1, diskBytesPerSec: 1 },
  };
  const expected = (need: PartitionNeed): Demand => (need.far.mean.cpuCores > 0 ? need.far : need.near);
  return needs.filter((need) => !fits(bare, sizeOfGroup(bare, [need], expected), 1));
}
