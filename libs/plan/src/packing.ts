import { LightestBin } from './heap.ts';

/** Something to pack: `weight` is its share of a bin. */
export interface Item<T> {
  readonly value: T;
  readonly weight: number;
}

/** Items by bin. */
export type Bins<T> = readonly (readonly Item<T>[])[];

export function loadOf<T>(bin: readonly Item<T>[]): number {
  return bin.reduce((sum, item) => sum + item.weight, 0);
}

export function heaviest<T>(bins: Bins<T>): number {
  return bins.reduce((top, bin) => Math.max(top, loadOf(bin)), 0);
}

/** Heaviest first; equal weights keep their order. */
export function byWeight<T>(items: readonly Item<T>[]): Item<T>[] {
  return [...items].sort((a, b) => b.weight - a.weight);
}

/** Largest processing time first (Graham 1969): each item onto the lightest bin; heaviest load ≤ 4/3 of the best. */
export function packFresh<T>(sorted: readonly Item<T>[], count: number): Bins<T> {
  const bins: Item<T>[][] = Array.from({ length: count }, () => []);
  return packOnto(sorted, bins);
}

/** Add items to bins that hold some already, each onto the lightest. */
export function packOnto<T>(sorted: readonly Item<T>[], start: Bins<T>): Bins<T> {
  const bins = start.map((bin) => [...bin]);
  if (bins.length === 0) return bins;
  const lightest = new LightestBin(bins.map(loadOf));
  for (const item of sorted) bins[lightest.place(item.weight)]!.push(item);
  return bins;
}

/**
 * Take from each bin that is heavier than `target` as few items as bring it there: the lightest one that does alone,
 * else the heaviest, and again. A bin's last item stays.
 */
export function unload<T>(bins: Bins<T>, target: number): { bins: Bins<T>; taken: Item<T>[] } {
  const taken: Item<T>[] = [];
  const kept = bins.map((bin) => {
    const out = surplus(bin, target);
    taken.push(...out);
    return out.size === 0 ? bin : bin.filter((item) => !out.has(item));
  });
  return { bins: kept, taken };
}

function surplus<T>(bin: readonly Item<T>[], target: number): ReadonlySet<Item<T>> {
  const out = new Set<Item<T>>();
  let load = loadOf(bin);
  if (load <= target) return out;
  const rest = byWeight(bin);
  while (load > target && rest.length > 1) {
    const enough = rest.findLastIndex((item) => load - item.weight <= target);
    const [item] = rest.splice(Math.max(0, enough), 1);
    out.add(item!);
    load -= item!.weight;
  }
  return out;
}
