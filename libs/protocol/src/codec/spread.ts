import type { Layout } from './layout.ts';

/** Where a step lies between two knots: `value = at(left)·(1−share) + at(left+1)·share`. */
export interface KnotShare {
  readonly left: number;
  readonly share: number;
}

/**
 * Places of a path's steps between its knots, in √time: the spread of a random walk grows that way, and that of
 * a stationary series has flattened out by the second knot.
 */
export function knotShares({ horizonsMs, knots }: Layout): KnotShare[] {
  let left = 0;
  return horizonsMs.map((horizonMs, step) => {
    while (left < knots.length - 2 && step >= knots[left + 1]!) left += 1;
    const from = Math.sqrt(horizonsMs[knots[left]!]!);
    const to = Math.sqrt(horizonsMs[knots[left + 1] ?? knots[left]!]!);
    return { left, share: to > from ? (Math.sqrt(horizonMs) - from) / (to - from) : 0 };
  });
}

/** The spread at a step from the spreads at the knots. */
export function spreadAt({ left, share }: KnotShare, atKnots: readonly number[]): number {
  const from = atKnots[left]!;
  return share === 0 ? from : from + (atKnots[left + 1]! - from) * share;
}
