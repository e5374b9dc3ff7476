import { LightestBin } from './heap.ts';

/** A count of workers and the cores of demand that it keeps up with. */
export interface Speed {
  readonly workers: number;
  readonly cores: number;
}

/** Counts that are tried; of a larger pool those about as far apart from each other as a share. */
const MOST_COUNTS = 16;
/** A count counts only if it is this much faster than the one below: 7 workers on 12 partitions are as slow as 6. */
const WORTH = 1.05;

/**
 * Counts of workers worth having, ascending, by how fast they are on partitions of these weights: the worker with most to do,
 * when the partitions are packed largest first, sets the pace of the pool.
 * @param coresPerWorker cores of demand that one worker keeps up with
 */
export function speedsOf(
  weights: readonly number[],
  bounds: { readonly least: number; readonly most: number },
  coresPerWorker: number,
): readonly Speed[] {
  const sorted = weights.filter((w) => w > 0).sort((a, b) => b - a);
  const total = sorted.reduce((a, b) => a + b, 0);
  const least = Math.max(1, bounds.least);
  const speeds: Speed[] = [];
  for (const workers of countsOf(least, bounds.most)) {
    const pace = sorted.length === 0 ? workers : total / heaviestOf(sorted, workers);
    const last = speeds.at(-1);
    if (last === undefined || pace * coresPerWorker >= WORTH * last.cores) {
      speeds.push({ workers, cores: pace * coresPerWorker });
    }
  }
  return speeds;
}

function countsOf(least: number, most: number): readonly number[] {
  const counts: number[] = [];
  const step = most - least < MOST_COUNTS ? 1 : (most / least) ** (1 / (MOST_COUNTS - 1));
  for (let n = least; n <= most; n = step === 1 ? n + 1 : Math.max(n + 1, Math.round(n * step)))
    counts.push(n);
  if (counts.at(-1) !== most && most >= least) counts.push(most);
  return counts;
}

function heaviestOf(sorted: readonly number[], count: number): number {
  const loads = new Array<number>(Math.min(count, sorted.length)).fill(0);
  const lightest = new LightestBin(loads.slice());
  let heaviest = 0;
  for (const weight of sorted) {
    const at = lightest.place(weight);
    loads[at]! += weight;
    if (loads[at]! > heaviest) heaviest = loads[at]!;
  }
  return heaviest;
}
