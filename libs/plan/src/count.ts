import { mapResources, NO_RESOURCES, RESOURCES, type ResourceVector } from '@foreshadow/domain';
import type { Demand } from './forecast-window.ts';
import type { PartitionNeed } from './need.ts';
import { type Bins, byWeight, type Item, packFresh } from './packing.ts';
import { baseShare, fits, shareOf, sizeFor, type Sizing, sizeOfGroup } from './sizing.ts';

/** Tried one by one from the lower bound; beyond that by halving, so that huge pools stay cheap. */
const TRIED_IN_ORDER = 8;

/**
 * Fewest workers, in `[least, most]`, onto which the partitions pack so that none exceeds the largest worker
 * stretched by `factor`; `most` if no count does. A partition that is too big by itself takes a worker of its own and
 * asks for no more: further workers would not help it.
 */
export function workersFor(
  sizing: Sizing,
  needs: readonly PartitionNeed[],
  of: (need: PartitionNeed) => Demand,
  factor: number,
  bounds: { readonly least: number; readonly most: number },
): number {
  const items = itemsOf(sizing, needs, of);
  if (items.every((item) => item.weight === 0)) return bounds.least;
  const enough = (count: number): boolean => packs(sizing, packFresh(items, count), of, factor);
  let low = Math.max(bounds.least, 1);
  for (let tried = 0; tried < TRIED_IN_ORDER && low < bounds.most; tried++, low++) {
    if (enough(low)) return low;
  }
  let high = bounds.most;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (enough(middle)) high = middle;
    else low = middle + 1;
  }
  return Math.max(bounds.least, Math.min(low, bounds.most));
}

function itemsOf(
  sizing: Sizing,
  needs: readonly PartitionNeed[],
  of: (need: PartitionNeed) => Demand,
): readonly Item<PartitionNeed>[] {
  return byWeight(needs.map((need) => ({ value: need, weight: shareOf(sizing, need, of) })));
}

/** Whether `count` workers are enough, by the same measure. */
export function packsOnto(
  sizing: Sizing,
  needs: readonly PartitionNeed[],
  of: (need: PartitionNeed) => Demand,
  factor: number,
  count: number,
): boolean {
  return packs(sizing, packFresh(itemsOf(sizing, needs, of), count), of, factor);
}

function packs(
  sizing: Sizing,
  bins: Bins<PartitionNeed>,
  of: (need: PartitionNeed) => Demand,
  factor: number,
): boolean {
  return bins.every((bin) => {
    if (bin.length <= 1) return true;
    return fits(
      sizing,
      sizeOfGroup(
        sizing,
        bin.map((item) => item.value),
        of,
      ),
      factor,
    );
  });
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

/** Partitions that exceed the largest worker by themselves: no count of workers helps them. */
export function hotPartitions(
  sizing: Sizing,
  needs: readonly PartitionNeed[],
  of: (need: PartitionNeed) => Demand,
): readonly PartitionNeed[] {
  if (baseShare(sizing) > 1) return [];
  // With no headroom: hot means overloaded, not merely above target.
  const bare = {
    ...sizing,
    headroom: { ...sizing.headroom, cpuCores: 1, networkBytesPerSec: 1, diskBytesPerSec: 1 },
  };
  return needs.filter((need) => !fits(bare, sizeOfGroup(bare, [need], of), 1));
}
