import { SpaceSaving } from './space-saving.ts';

/** A key by name, and its share of a partition's records over the last minute or so. */
export interface NamedHotKey {
  readonly partition: number;
  readonly key: string;
  readonly share: number;
  /** Lower bound of the share: 95 % of such bounds hold, what displaced keys may have left with it taken off. */
  readonly low: number;
}

interface Counts {
  readonly keys: SpaceSaving<string>;
  /** Sum of squared weights: by it, how many records of equal weight say as much (Kish 1965). */
  squares: number;
}

const CAPACITY = 32;
/** Keys that hold less of their partition are not told. */
const LEAST_SHARE = 0.1;
const LEAST_RECORDS = 20;
/** Half of the weight lies within the last minute. */
const HALF_LIFE_MS = 60_000;
/** Longer keys are told by their beginning. */
const NAME_LENGTH = 64;
const Z95 = 1.645;

/**
 * Names of the keys that hold much of a partition, by the sampled records. Only of samples of records, each drawn by itself: a
 * sample of whole keys says nothing of shares.
 */
export class HotKeyNames {
  readonly #partitions = new Map<number, Counts>();
  #readMs: number | undefined;

  /** @param weight records that the sampled one stands for */
  add(partition: number, key: string | Uint8Array, weight: number): void {
    const counts = this.#countsOf(partition);
    const name = nameOf(key);
    counts.keys.add(name, name, weight);
    counts.squares += weight * weight;
  }

  /** Hot keys of all partitions, and let what was counted age. */
  read(atMs: number): NamedHotKey[] {
    const hot = [...this.#partitions].flatMap(([partition, counts]) => hotOf(partition, counts));
    const elapsedMs = Math.max(0, atMs - (this.#readMs ?? atMs));
    this.#readMs = atMs;
    const factor = 2 ** (-elapsedMs / HALF_LIFE_MS);
    for (const counts of this.#partitions.values()) {
      counts.keys.decay(factor);
      counts.squares *= factor * factor;
    }
    return hot;
  }

  #countsOf(partition: number): Counts {
    const known = this.#partitions.get(partition);
    if (known !== undefined) return known;
    const counts = { keys: new SpaceSaving<string>(CAPACITY), squares: 0 };
    this.#partitions.set(partition, counts);
    return counts;
  }
}

function hotOf(partition: number, { keys, squares }: Counts): NamedHotKey[] {
  const { total } = keys;
  const records = squares > 0 ? (total * total) / squares : 0;
  if (records < LEAST_RECORDS) return [];
  return keys
    .top(CAPACITY)
    .map(({ key, weight, overcount }) => {
      return {
        partition,
        key,
        share: weight / total,
        low: lowerBound((weight - overcount) / total, records),
      };
    })
    .filter(({ share, low }) => share >= LEAST_SHARE && low > LEAST_SHARE / 2);
}

/** Of a share that `n` records tell (Wilson 1927). */
function lowerBound(share: number, n: number): number {
  const z2 = Z95 * Z95;
  const middle = share + z2 / (2 * n);
  const margin = Z95 * Math.sqrt((share * (1 - share) + z2 / (4 * n)) / n);
  return Math.max(0, (middle - margin) / (1 + z2 / n));
}

function nameOf(key: string | Uint8Array): string {
  const text = typeof key === 'string' ? key : new TextDecoder().decode(key.subarray(0, 4 * NAME_LENGTH));
  return text.length <= NAME_LENGTH ? text : `${text.slice(0, NAME_LENGTH - 1)}…`;
}
