import { Xoshiro128 } from '@foreshadow/domain';
import { blockResample, percentileInterval } from './accuracy/bootstrap.ts';
import { median } from './turns.ts';

/** Figures of one round of each of two jobs, measured one right after the other. */
export interface Pair {
  readonly first: readonly number[];
  readonly second: readonly number[];
}

/** Median over pairs of how two jobs compare. */
export interface PairedRatio {
  readonly ratio: number;
  /** Its 95 % interval. */
  readonly low: number;
  readonly high: number;
  readonly pairs: number;
}

const RESAMPLES = 2000;
/** Pairs that follow each other are alike: they are drawn together. */
const BLOCK = 5;
const WARM_UP = 3;

/**
 * Measure two jobs in pairs, in changing order: what slows the machine down for longer than a round slows both of a pair,
 * and what drifts favours neither. Each job gives the same figures of its round, in one order.
 */
export async function measuredInPairs(
  first: () => Promise<readonly number[]>,
  second: () => Promise<readonly number[]>,
  count: number,
): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (let i = -WARM_UP; i < count; i++) {
    const isTurned = i % 2 !== 0;
    const earlier = await (isTurned ? second : first)();
    const later = await (isTurned ? first : second)();
    if (i >= 0) pairs.push(isTurned ? { first: later, second: earlier } : { first: earlier, second: later });
  }
  return pairs;
}

/** Median of a ratio that each pair gives, with an interval by bootstrap over blocks of pairs. */
export function pairedRatio(ratios: readonly number[]): PairedRatio {
  const rng = new Xoshiro128(1);
  const medians = Array.from({ length: RESAMPLES }, () =>
    median(Array.from(blockResample(ratios.length, BLOCK, rng), (i) => ratios[i]!)),
  );
  return { ratio: median(ratios), ...percentileInterval(medians, 0.95), pairs: ratios.length };
}
