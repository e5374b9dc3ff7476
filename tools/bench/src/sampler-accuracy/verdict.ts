import type { Accuracy, Cell } from './trial.ts';

export type Quantity = 'records' | 'bytes';

/** Why a coverage may leave 93–97 %, and on which side. */
export interface Exemption {
  readonly side: 'above' | 'any';
  readonly reason: string;
}

/**
 * Samples above which a 95 % interval by the normal approximation covers 94 % or more, for each G₁² of the skewness (Cochran,
 * "Sampling Techniques", 1977, §2.15, from Fisher's expansions).
 */
const SAMPLES_PER_SKEWNESS = 25;

/** The exemptions, by name; `undefined` where the coverage has to hold. */
export function exemption(
  cell: Cell & { readonly skewness: number },
  quantity: Quantity,
  recordsPerTick: number,
): Exemption | undefined {
  const { kind, traffic, rate, skewness } = cell;
  const samples = rate * recordsPerTick;
  if (rate === 1) return { side: 'above', reason: 'exact: all is sampled' };
  if (kind === 'keyed') return { side: 'any', reason: 'keyed: a cluster sample, of few keys' };
  const isFixed = kind === 'reservoir' || kind === 'priority';
  if (isFixed && quantity === 'records') return { side: 'above', reason: 'exact: all that pass are counted' };
  if (isFixed && traffic === 'constant') return { side: 'above', reason: 'exact: all sizes are equal' };
  const inBlocks = kind === 'systematic' || kind === 'stratified';
  if (kind === 'systematic' && traffic === 'periodic')
    return { side: 'any', reason: 'systematic at its own period' };
  if (inBlocks && (quantity === 'records' || traffic === 'constant')) {
    return { side: 'above', reason: 'bounded: off by less than a block' };
  }
  // Records of one size, and of a number that is counted by their sample, are as a coin is.
  const wanted = SAMPLES_PER_SKEWNESS * (quantity === 'records' ? 1 : skewness ** 2);
  if (samples < wanted) {
    return {
      side: 'any',
      reason: `no normal approximation: ${Math.round(samples)} samples, ${Math.ceil(wanted)} wanted`,
    };
  }
  if (inBlocks) return { side: 'above', reason: 'better than stated: sizes differ less within a block' };
  return undefined;
}

/** What is wrong with an accuracy; `undefined` if nothing is. */
export function problem(accuracy: Accuracy, exempt: Exemption | undefined): string | undefined {
  const { biasZ, coverage, runs } = accuracy;
  if (Math.abs(biasZ) > 4.5) return 'biased';
  if (exempt?.side === 'any') return undefined;
  // Beside the 93–97 %, what chance adds over so many runs.
  const chance = 3.5 * Math.sqrt((0.95 * 0.05) / runs);
  const slack = runs >= 10_000 ? 0 : chance;
  if (coverage < 0.93 - slack) return 'covers too little';
  if (coverage > 0.97 + slack && exempt === undefined) return 'covers too much';
  return undefined;
}
