import type { Assignment, PartitionKey, WorkerStatus } from '@foreshadow/domain';
import { type Bins, byWeight, heaviest, type Item, loadOf, packFresh, packOnto, unload } from './packing.ts';

/** Workers that may own partitions, and what moving partitions between them is worth. */
export interface AssignInput {
  readonly partitions: readonly Item<PartitionKey>[];
  /** Ready and staying, in a stable order. */
  readonly workers: readonly WorkerStatus[];
  readonly before: Assignment;
  /** Share of a worker that its base takes. */
  readonly baseShare: number;
  /** Whether balance alone may move partitions now; overload and lost owners always may. */
  readonly mayBalance: boolean;
}

/** Moving partitions is worth it when the heaviest worker is this much above what a fresh packing gives. */
const IMBALANCE = 1.2;
/** Moves bring a worker this close to the fresh packing, no closer: the last per cent costs the most moves. */
const NEAR_BEST = 1.05;

/**
 * Sticky bin-packing: partitions stay where they are unless their owner is gone, a worker is overloaded while a
 * better packing exists, or the imbalance is large. Then as few as possible move.
 */
export function assign(input: AssignInput): Assignment {
  const { workers, before } = input;
  if (workers.length === 0) return versioned(before, {});
  const { bins, orphans } = current(input);
  const settled = packOnto(byWeight(orphans), bins);
  const fresh = packFresh(byWeight(input.partitions), workers.length);
  const chosen = worthMoving(input, heaviest(settled), heaviest(fresh))
    ? withoutNeedlessMoves(bins, moved(input, bins, orphans, fresh))
    : settled;
  // Entries, not assignments: a worker may be called `__proto__`.
  const owners = Object.fromEntries(
    chosen.map((bin, i) => [workers[i]!.id, bin.map((item) => item.value).sort(byIndex)]),
  );
  return versioned(before, owners);
}

const byIndex = (a: PartitionKey, b: PartitionKey): number =>
  Number(a.slice(a.lastIndexOf('/') + 1)) - Number(b.slice(b.lastIndexOf('/') + 1)) || (a < b ? -1 : 1);

function worthMoving(input: AssignInput, load: number, best: number): boolean {
  const isOverloaded = load + input.baseShare > 1;
  if (isOverloaded && best + input.baseShare <= 1) return true;
  // Where even the best packing overloads a worker, its neighbours need not suffer with it.
  return (isOverloaded || input.mayBalance) && load > IMBALANCE * best;
}

/** Partitions by present owner; those whose owner is gone or unknown are orphans. */
function current(input: AssignInput): { bins: Bins<PartitionKey>; orphans: Item<PartitionKey>[] } {
  const ownerOf = ownersBefore(input);
  const indexOf = new Map(input.workers.map((worker, i) => [worker.id, i]));
  const bins: Item<PartitionKey>[][] = input.workers.map(() => []);
  const orphans: Item<PartitionKey>[] = [];
  for (const item of input.partitions) {
    const index = indexOf.get(ownerOf.get(item.value) ?? '');
    (index === undefined ? orphans : bins[index]!).push(item);
  }
  return { bins, orphans };
}

/** The last plan's owners; without a plan, who holds the leases. */
function ownersBefore({ before, workers }: AssignInput): ReadonlyMap<PartitionKey, string> {
  const owners = new Map<PartitionKey, string>();
  for (const worker of workers) for (const partition of worker.owns) owners.set(partition, worker.id);
  for (const [worker, partitions] of Object.entries(before.owners)) {
    for (const partition of partitions) owners.set(partition, worker);
  }
  return owners;
}

function moved(
  input: AssignInput,
  bins: Bins<PartitionKey>,
  orphans: readonly Item<PartitionKey>[],
  fresh: Bins<PartitionKey>,
): Bins<PartitionKey> {
  const best = heaviest(fresh);
  const { bins: kept, taken } = unload(bins, best * NEAR_BEST);
  const packed = packOnto(byWeight([...orphans, ...taken]), kept);
  const load = heaviest(packed);
  const overloads = load + input.baseShare > 1 && best + input.baseShare <= 1;
  return overloads || load > IMBALANCE * best ? matched(bins, fresh) : packed;
}

/**
 * The same packing with each move taken back that the heaviest worker does not need, lightest partitions first. The fewest moves of
 * all are not sought: to find them is NP-hard (Aggarwal, Motwani & Zhu, "The load rebalancing problem", 2006).
 */
function withoutNeedlessMoves(before: Bins<PartitionKey>, after: Bins<PartitionKey>): Bins<PartitionKey> {
  const most = heaviest(after) + 1e-9;
  const homeOf = new Map(before.flatMap((bin, i) => bin.map((item) => [item, i] as const)));
  const bins = after.map((bin) => [...bin]);
  let away = after.flatMap((bin, at) =>
    bin.flatMap((item) => {
      const home = homeOf.get(item);
      return home === undefined || home === at ? [] : [{ item, at, home }];
    }),
  );
  away.sort((a, b) => a.item.weight - b.item.weight);
  // What one leaves behind may be room for another to come back.
  for (let count = Infinity; away.length < count; ) {
    count = away.length;
    away = away.filter(({ item, at, home }) => {
      if (loadOf(bins[home]!) + item.weight > most) return true;
      bins[at]!.splice(bins[at]!.indexOf(item), 1);
      bins[home]!.push(item);
      return false;
    });
  }
  return bins;
}

/** A fresh packing whose bins are given to the workers that own most of what is in them. */
function matched(bins: Bins<PartitionKey>, fresh: Bins<PartitionKey>): Bins<PartitionKey> {
  const ownerOf = new Map(bins.flatMap((bin, i) => bin.map((item) => [item.value, i] as const)));
  const overlaps = fresh.flatMap((bin, i) => overlapsOf(bin, i, ownerOf)).sort((a, b) => b.weight - a.weight);
  const result: (readonly Item<PartitionKey>[] | undefined)[] = bins.map(() => undefined);
  const placed = new Set<number>();
  for (const { from, to } of overlaps) {
    if (placed.has(from) || result[to] !== undefined) continue;
    result[to] = fresh[from];
    placed.add(from);
  }
  const left = fresh.filter((_, i) => !placed.has(i));
  return result.map((bin) => bin ?? left.pop()!);
}

function overlapsOf(
  bin: readonly Item<PartitionKey>[],
  from: number,
  ownerOf: ReadonlyMap<PartitionKey, number>,
): { from: number; to: number; weight: number }[] {
  const weights = new Map<number, number>();
  for (const item of bin) {
    const to = ownerOf.get(item.value);
    // A partition of no weight is still a move saved.
    if (to !== undefined) weights.set(to, (weights.get(to) ?? 0) + item.weight + 1e-9);
  }
  return [...weights].map(([to, weight]) => ({ from, to, weight }));
}

function versioned(
  before: Assignment,
  owners: Readonly<Record<string, readonly PartitionKey[]>>,
): Assignment {
  return sameOwners(before.owners, owners) ? before : { version: before.version + 1, owners };
}

function sameOwners(
  a: Readonly<Record<string, readonly PartitionKey[]>>,
  b: Readonly<Record<string, readonly PartitionKey[]>>,
): boolean {
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => {
    const other = Object.hasOwn(b, key) ? b[key] : undefined;
    return other?.length === a[key]!.length && other.every((partition, i) => partition === a[key]![i]);
  });
}
