import type { Interval } from './calibration.ts';
import type { Bound } from './side.ts';

/** What calibration does to a margin. */
export interface Stretch {
  readonly ratio: number;
  /** What comes on top where a margin of zero was given, which no ratio widens. */
  readonly extra: number;
}

/** What calibration does at one horizon. */
export interface HorizonStretch {
  readonly horizonMs: number;
  readonly below: Stretch;
  readonly above: Stretch;
}

const AS_GIVEN: Stretch = { ratio: 1, extra: 0 };
const LARGEST_RATIO = 100;

/** What was done to the margin that was given. */
export function stretchOf({ scales, margin }: Bound): Stretch {
  const given = scales[0] ?? 0;
  if (!(given > 0)) return { ratio: 1, extra: margin };
  return { ratio: Math.min(LARGEST_RATIO, margin / given), extra: 0 };
}

/**
 * An interval at any horizon, stretched as those at the calibrated horizons are: between two of them by what lies
 * between, linearly in the horizon; outside as at the nearest one. As given without any.
 * @param horizons in ascending order
 * @param floor no bound lies below it
 */
export function stretched(
  horizons: readonly HorizonStretch[],
  horizonMs: number,
  given: Interval,
  floor: number = -Infinity,
): Interval {
  const { mean } = given;
  const below = apply(stretchAt(horizons, horizonMs, 'below'), mean - given.lower);
  const above = apply(stretchAt(horizons, horizonMs, 'above'), given.upper - mean);
  return { mean, lower: Math.min(mean, Math.max(floor, mean - below)), upper: mean + above };
}

const apply = ({ ratio, extra }: Stretch, margin: number): number =>
  (margin > 0 && margin < Infinity ? margin * ratio : 0) + extra;

function stretchAt(horizons: readonly HorizonStretch[], horizonMs: number, side: 'below' | 'above'): Stretch {
  const after = horizons.findIndex((h) => h.horizonMs >= horizonMs);
  const next = horizons[after < 0 ? horizons.length - 1 : after];
  if (next === undefined) return AS_GIVEN;
  const before = horizons[after - 1];
  if (before === undefined) return next[side];
  const share = (horizonMs - before.horizonMs) / (next.horizonMs - before.horizonMs);
  const between = (of: (s: Stretch) => number): number =>
    of(before[side]) + share * (of(next[side]) - of(before[side]));
  return { ratio: between((s) => s.ratio), extra: between((s) => s.extra) };
}
