import type { Rng } from '@foreshadow/domain';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Indices of one circular block resample of `count` rows: blocks of `block` consecutive rows, wrapped around at the
 * end, so that each row is as likely as any other (Politis and Romano 1992).
 */
export function blockResample(count: number, block: number, rng: Rng): Int32Array {
  const rows = new Int32Array(count);
  for (let from = 0; from < count; from += block) {
    const start = Math.floor(rng.next() * count);
    for (let i = from; i < Math.min(from + block, count); i++) rows[i] = (start + i - from) % count;
  }
  return rows;
}

/** Central interval that holds `level` of a statistic's values over resamples. */
export function percentileInterval(values: readonly number[], level: number): Interval {
  const sorted = Float64Array.from(values).sort();
  const tail = (1 - level) / 2;
  return { low: quantileOf(sorted, tail), high: quantileOf(sorted, 1 - tail) };
}

/** Quantile of ascending values, linear between them (type 7 of Hyndman and Fan 1996). */
export function quantileOf(sorted: ArrayLike<number>, p: number): number {
  const at = (sorted.length - 1) * p;
  const below = Math.floor(at);
  const low = sorted[below] ?? NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? NaN;
  return low + (at - below) * (high - low);
}
