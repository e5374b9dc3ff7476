import { costAtLate, lateAtCost } from '@foreshadow/simulate';
import { ABLATIONS, type Ablation, type Played } from './play.ts';

/** Late records below this, in %, of a matched baseline: the trace is listed but in no mean. */
export const COUNTS_FROM_PCT = 0.1;

/** One run against the baselines; NaN where there is nothing to compare. */
export interface Verdict {
  readonly played: Played;
  /** Late records relative to the HPA's defaults, at the HPA's cost. */
  readonly toHpa: number;
  /** Late records relative to the best of all published policies and settings, at the cost of our defaults. */
  readonly toBest: number;
  readonly bestLatePct: number;
  /** The same ratio with late records below 0.1 % counted as 0.1 % on both sides: defined wherever something is as cheap. */
  readonly harm: number;
  /** Excess cost over the oracle's at 0.1 % late, relative to the best published one's. */
  readonly excessRatio: number;
  /** Late records of each ablation relative to our defaults', and their cost. */
  readonly ablations: Readonly<Record<Ablation, { readonly late: number; readonly cost: number }>>;
}

export function verdictOf(played: Played): Verdict {
  const { own, ownFront, hpa, published, oracle, ablations } = played;
  const bestLatePct = lateAtCost(published, own.cost);
  const floor = oracle.costAt(COUNTS_FROM_PCT);
  const excess = (cost: number): number => Math.max(0, cost / floor - 1);
  const names = Object.keys(ABLATIONS) as Ablation[];
  return {
    played,
    toHpa: lateAtCost(ownFront, hpa.cost) / hpa.latePct,
    // Cheaper than anything published: nobody is as good at that cost.
    toBest: Number.isNaN(bestLatePct) ? NaN : own.latePct / bestLatePct,
    bestLatePct,
    harm: atLeast(own.latePct) / atLeast(bestLatePct),
    excessRatio:
      excess(costAtLate(ownFront, COUNTS_FROM_PCT)) / excess(costAtLate(published, COUNTS_FROM_PCT)),
    ablations: Object.fromEntries(
      names.map((name) => {
        const base = name === 'hpaFresh' ? hpa : own;
        const { latePct, cost } = ablations[name];
        return [name, { late: latePct / base.latePct, cost: cost / base.cost }];
      }),
    ) as unknown as Verdict['ablations'],
  };
}

const atLeast = (latePct: number): number => Math.max(COUNTS_FROM_PCT, latePct);

/** Middle, worst and geometric mean of ratios; those that are no numbers left out and counted. */
export interface Summary {
  readonly count: number;
  readonly leftOut: number;
  readonly mean: number;
  readonly median: number;
  readonly worst: number;
}

/** No late records at all count as this ratio: a mean of logarithms needs one. */
const LEAST_RATIO = 0.01;

export function summaryOf(ratios: readonly number[]): Summary {
  const finite = ratios.filter((r) => Number.isFinite(r)).sort((a, b) => a - b);
  const logs = finite.map((r) => Math.log(Math.max(LEAST_RATIO, r)));
  const mean = finite.length === 0 ? NaN : Math.exp(logs.reduce((a, b) => a + b, 0) / logs.length);
  return {
    count: finite.length,
    leftOut: ratios.length - finite.length,
    mean,
    median: finite[finite.length >> 1] ?? NaN,
    worst: finite.at(-1) ?? NaN,
  };
}
