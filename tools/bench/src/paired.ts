import { Xoshiro128 } from '@foreshadow/domain';
import { blockResample, percentileInterval } from './accuracy/bootstrap.ts';
import { median } from './turns.ts';

/** How two jobs compare that were measured in pairs. */
export interface PairedRatio {
  /** Median over pairs of the second's figure over the first's. */
  readonly ratio: number;
  /** Its 95 % interval. */
  readonly low: number;
  readonly high: number;
  readonly pairs: number;
}

export interface PairedFigures extends PairedRatio {
  /** Medians of the figures themselves. */
  readonly first: number;
  readonly second: number;
}

const RESAMPLES = 2000;
/** Pairs that follow each other are alike: they are drawn together. */
const BLOCK = 5;
const WARM_UP = 3;

/**
 * Measure two jobs in pairs, one right after the other, in changing order: what slows the machine down for longer than a
 * round slows both of a pair, and what drifts favours neither. Each job gives the same figures of its round, in one order.
 */
export async function measuredInPairs(
  first: () => Promise<readonly number[]>,
  second: () => Promise<readonly number[]>,
  pairs: number,
): Promise<PairedFigures[]> {
  const [firsts, seconds]: [(readonly number[])[], (readonly number[])[]] = [[], []];
  for (let pair = -WARM_UP; pair < pairs; pair++) {
    const isTurned = pair % 2 !== 0;
    const earlier = await (isTurned ? second : first)();
    const later = await (isTurned ? first : second)();
    if (pair < 0) continue;
    firsts.push(isTurned ? later : earlier);
    seconds.push(isTurned ? earlier : later);
  }
  return (firsts[0] ?? []).map((_, figure) => {
    const [a, b] = [firsts, seconds].map((rounds) => rounds.map((round) => round[figure] ?? NaN));
    return { ...pairedRatio(a!, b!), first: median(a!), second: median(b!) };
  });
}

/** Median of the ratios of pairs, with an interval by bootstrap over blocks of pairs. */
export function pairedRatio(firsts: readonly number[], seconds: readonly number[]): PairedRatio {
  const ratios = firsts.map((value, i) => (seconds[i] ?? NaN) / value);
  const rng = new Xoshiro128(1);
  const medians = Array.from({ length: RESAMPLES }, () =>
    median(Array.from(blockResample(ratios.length, BLOCK, rng), (i) => ratios[i]!)),
  );
  return { ratio: median(ratios), ...percentileInterval(medians, 0.95), pairs: ratios.length };
}
