import { buildPolicy, combinations, type Params, type PolicyFamily } from '../catalogue.ts';
import type { Outcome, Stage } from '../run.ts';

/** Late records that a tuned policy may have, %. */
export const ALLOWED_LATE_PCT = 0.1;

/** An outcome and the parameters that led to it. */
export interface Tried {
  readonly params: Params;
  readonly outcome: Outcome;
}

/** Play a family with its defaults and over its grid. */
export function tryGrid(stage: Stage, family: PolicyFamily, onPlayed?: () => void): readonly Tried[] {
  return [{}, ...combinations(family.grid)].map((params) => {
    const outcome = stage.play(buildPolicy(family, params, stage));
    onPlayed?.();
    return { params, outcome };
  });
}

/**
 * The best setting in hindsight: the cheapest with at most 0.1 % late records, or if there is none the one with the fewest.
 */
export function bestOf<T extends { readonly outcome: Pick<Outcome, 'latePct' | 'cost'> }>(
  tried: readonly T[],
): T {
  const isGood = ({ outcome }: T): boolean => outcome.latePct <= ALLOWED_LATE_PCT;
  return tried.reduce((best, next) => {
    if (isGood(next) !== isGood(best)) return isGood(next) ? next : best;
    if (isGood(next)) return next.outcome.cost < best.outcome.cost ? next : best;
    return next.outcome.latePct < best.outcome.latePct ? next : best;
  });
}
