/** What a time chart shows around "now". */
export interface Frame {
  /** Time of the newest snapshot, by the actuator's clock. */
  readonly nowMs: number;
  readonly pastMs: number;
  readonly futureMs: number;
}

export const PAST_CHOICES_MS: readonly number[] = [120_000, 300_000, 600_000];

/** The future takes at most half of a chart, and no more than the forecasts reach. */
export function frameOf(nowMs: number, pastMs: number, furthestHorizonMs: number): Frame {
  return { nowMs, pastMs, futureMs: Math.min(pastMs, furthestHorizonMs) };
}

/** Seconds from now, the unit of every x axis: negative is past. */
export function secondsFromNow(frame: Frame, atMs: number): number {
  return (atMs - frame.nowMs) / 1_000;
}

/** Rows further apart than this are drawn with a gap between them. */
export const GAP_MS = 3_500;

const STEPS: readonly number[] = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/**
 * The next round number at or above `value`, so that an axis does not move with every tick. 1 where there is no
 * value, or one beyond what powers of ten can round (below 1e-300, above 1e300).
 */
export function niceCeiling(value: number): number {
  if (!(value > 1e-300 && value < 1e300)) return 1;
  const magnitude = 10 ** Math.floor(Math.log10(value));
  const step = STEPS.find((candidate) => candidate * magnitude >= value * (1 - 1e-9)) ?? 10;
  return step * magnitude;
}

/** Largest number of a list; `-Infinity` where there is none. Missing values do not count. */
export function largest(values: readonly (number | null | undefined)[]): number {
  let max = -Infinity;
  for (const value of values) {
    if (typeof value === 'number' && value > max) max = value;
  }
  return max;
}
