import type {
  DecisionView,
  EventView,
  LiveSnapshot,
  PartitionDetail,
  PartitionKey,
} from '@foreshadow/domain';
import { NewestFirst } from './newest-first.ts';
import { PartitionHistory } from './partition-history.ts';
import { PoolHistory } from './pool-history.ts';

const KEPT_ROWS = 200;

/** All that the page knows: the last snapshot, ten minutes of history, decisions and events. */
export class Store {
  readonly decisions = new NewestFirst<DecisionView>(KEPT_ROWS, (row) => row.decidedAtMs);
  readonly events = new NewestFirst<EventView>(KEPT_ROWS, (row) => row.atMs);
  readonly #partitions = new Map<string, PartitionHistory>();
  readonly #pools = new Map<string, PoolHistory>();
  #snapshot: LiveSnapshot | undefined;

  get snapshot(): LiveSnapshot | undefined {
    return this.#snapshot;
  }

  /** Take a snapshot. One without the lists that it must have is refused. */
  apply(snapshot: LiveSnapshot): boolean {
    const lists = [snapshot.pools, snapshot.partitions, snapshot.edges];
    if (!lists.every((list) => Array.isArray(list))) return false;
    this.#snapshot = snapshot;
    for (const view of snapshot.partitions) this.partition(view.partition).observe(view, snapshot.atMs);
    for (const pool of snapshot.pools) this.pool(pool.name).observe(pool, snapshot.atMs);
    forgetOthers(this.#partitions, new Set(snapshot.partitions.map((view) => view.partition)));
    forgetOthers(this.#pools, new Set(snapshot.pools.map((pool) => pool.name)));
    return true;
  }

  seed(detail: PartitionDetail): void {
    if (Array.isArray(detail.series)) this.partition(detail.view.partition).seed(detail.series);
  }

  partition(key: PartitionKey): PartitionHistory {
    return getOrCreate(this.#partitions, key, () => new PartitionHistory());
  }

  pool(name: string): PoolHistory {
    return getOrCreate(this.#pools, name, () => new PoolHistory());
  }
}

function getOrCreate<Value>(map: Map<string, Value>, key: string, create: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const value = create();
  map.set(key, value);
  return value;
}

function forgetOthers(map: Map<string, unknown>, wanted: ReadonlySet<string>): void {
  for (const key of map.keys()) {
    if (!wanted.has(key)) map.delete(key);
  }
}
