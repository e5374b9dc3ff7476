import type { Accuracy, Cell } from './trial.ts';

export type Quantity = 'records' | 'bytes';

/** Why a coverage may leave 93–97 %, and on which side. */
export interface Exemption {
  readonly side: 'above' | 'any';
  readonly reason: string;
}

/** Samples below which the normal approximation does not hold for a mean of sizes without a third moment. */
const HEAVY_TAIL_SAMPLES = 20_000;
const FEW_SAMPLES = 60;

/** The exemptions, by name; `undefined` where the coverage has to hold. */
export function exemption(cell: Cell, quantity: Quantity, recordsPerTick: number): Exemption | undefined {
  const { kind, traffic, rate } = cell;
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
  if (traffic === 'heavy-tailed' && kind !== 'priority' && samples < HEAVY_TAIL_SAMPLES) {
    return { side: 'any', reason: 'no normal approximation: no third moment' };
  }
  if (traffic === 'periodic' && samples * Math.max(rate, 1 / recordsPerTick) < FEW_SAMPLES) {
    return { side: 'any', reason: 'no normal approximation: few of the large records' };
  }
  if (inBlocks) return { side: 'above', reason: 'better than stated: sizes differ less within a block' };
  if (samples < FEW_SAMPLES) return { side: 'any', reason: 'no normal approximation: few samples' };
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
