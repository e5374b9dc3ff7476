import type { Interval, IssuedInterval } from './calibration.ts';
import type { Bound } from './side.ts';

/** Intervals calibrated at some horizons, in ascending order: what they do to intervals between them. */
export interface CalibratedHorizon {
  readonly horizonMs: number;
  readonly issued: IssuedInterval;
}

interface Stretch {
  readonly ratio: number;
  /** What comes on top where a margin of zero was given, which no ratio widens. */
  readonly extra: number;
}

const AS_GIVEN: Stretch = { ratio: 1, extra: 0 };
const LARGEST_RATIO = 100;

/**
 * An interval at any horizon, stretched as those at the calibrated horizons were: between two of them by what lies
 * between, linearly in the horizon; outside as at the nearest one.
 */
export function stretched(
  horizons: readonly CalibratedHorizon[],
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

function stretchAt(
  horizons: readonly CalibratedHorizon[],
  horizonMs: number,
  side: 'below' | 'above',
): Stretch {
  const after = horizons.findIndex((h) => h.horizonMs >= horizonMs);
  const next = horizons[after < 0 ? horizons.length - 1 : after];
  if (next === undefined) return AS_GIVEN;
  const to = stretchOf(next.issued[side]);
  const before = horizons[after - 1];
  if (before === undefined) return to;
  const from = stretchOf(before.issued[side]);
  const share = (horizonMs - before.horizonMs) / (next.horizonMs - before.horizonMs);
  return {
    ratio: from.ratio + share * (to.ratio - from.ratio),
    extra: from.extra + share * (to.extra - from.extra),
  };
}

function stretchOf({ scales, margin }: Bound): Stretch {
  const given = scales[0] ?? 0;
  if (!(given > 0)) return { ratio: 1, extra: margin };
  return { ratio: Math.min(LARGEST_RATIO, margin / given), extra: 0 };
}
