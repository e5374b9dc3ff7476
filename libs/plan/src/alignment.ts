/** Which counts of workers are of use on some partitions. */
export type Alignment = 'free' | 'balanced' | 'divisor';

/**
 * The count of use that is nearest to one asked for: with `balanced` the fewest by which the worker with most partitions has no more of
 * them, with `divisor` the next that shares them out evenly, or the largest that does if there is none within the bound.
 */
export function alignedCount(
  alignment: Alignment,
  workers: number,
  partitions: number,
  most: number,
): number {
  if (alignment === 'free' || workers <= 0 || partitions <= 0) return workers;
  if (alignment === 'balanced') return Math.ceil(partitions / Math.ceil(partitions / workers));
  for (let n = workers; n <= most; n++) if (partitions % n === 0) return n;
  for (let n = Math.min(most, workers); n > 0; n--) if (partitions % n === 0) return n;
  return workers;
}
