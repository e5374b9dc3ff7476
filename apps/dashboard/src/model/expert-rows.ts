import type { Scorecard } from '@foreshadow/domain';

/** An expert with this weight at any horizon has a row of its own, if there are no more than so many. */
const LEAST_WEIGHT = 0.02;
const MOST_ROWS = 8;

/** Rows of a table of weights, one weight a horizon: the heaviest first, then all others together. */
export function expertRows(experts: Scorecard['experts'], horizons: number): Scorecard['experts'] {
  const sorted = [...experts].sort((a, b) => total(b.weights) - total(a.weights));
  const own = sorted.filter(({ weights }) => Math.max(...weights) >= LEAST_WEIGHT).slice(0, MOST_ROWS);
  const rest = experts.filter((expert) => !own.includes(expert));
  const together = Array.from({ length: horizons }, (_, h) => total(rest.map((e) => e.weights[h] ?? 0)));
  return total(together) > 0 ? [...own, { name: `${rest.length} others`, weights: together }] : own;
}

const total = (weights: readonly number[]): number => weights.reduce((sum, w) => sum + w, 0);
