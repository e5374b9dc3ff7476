import { ForecastError } from './errors.ts';

/** One resolution at which a series is kept. */
export interface Level {
  readonly stepMs: number;
  /** Ticks in one step. */
  readonly ticks: number;
  /** Steps to the farthest horizon that this level serves. */
  readonly reach: number;
}

/** Horizons may lie at most this many steps ahead at their level. */
const MAX_STEPS = 12;
/** Step lengths, in ticks, that people find natural. */
const STEP_TICKS: readonly number[] = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400,
];

/**
 * Resolutions that serve the horizons: for each horizon the smallest natural step with at most 12 steps to it,
 * a multiple of the step before it. The finest level is that of single ticks, so that there is a forecast at once. 5 s, 1 min and 5 min at a tick of 1 s give steps of 1 s, 5 s and 30 s.
 * @throws {ForecastError} `INVALID_ARGUMENT` if the tick or a horizon is not positive.
 */
export function planLevels(tickMs: number, horizonsMs: readonly number[]): readonly Level[] {
  if (!(tickMs > 0) || !Number.isFinite(tickMs)) {
    throw new ForecastError('INVALID_ARGUMENT', `tickMs must be positive, got ${tickMs}`);
  }
  if (horizonsMs.length === 0 || !horizonsMs.every((h) => h > 0 && Number.isFinite(h))) {
    throw new ForecastError(
      'INVALID_ARGUMENT',
      `horizonsMs must be a non-empty list of positive numbers, got [${horizonsMs.join(', ')}]`,
    );
  }
  const levels: Level[] = [];
  for (const horizonMs of [...horizonsMs].sort((a, b) => a - b)) {
    const before = levels.at(-1)?.ticks ?? 1;
    const ticks = stepTicks(horizonMs / tickMs, before);
    const level = { stepMs: ticks * tickMs, ticks, reach: Math.ceil(horizonMs / (ticks * tickMs)) };
    if (before === ticks && levels.length > 0) levels[levels.length - 1] = level;
    else levels.push(level);
  }
  const first = levels[0];
  if (first === undefined || first.ticks === 1) return levels;
  return [{ stepMs: tickMs, ticks: 1, reach: Math.min(MAX_STEPS, first.ticks) }, ...levels];
}

/** The level that serves a horizon: the first one that reaches it. */
export function levelOf(levels: readonly Level[], horizonMs: number): Level {
  const level = levels.find((l) => l.reach * l.stepMs >= horizonMs) ?? levels.at(-1);
  if (level === undefined) throw new ForecastError('INVALID_ARGUMENT', 'no levels');
  return level;
}

function stepTicks(horizonTicks: number, before: number): number {
  const fits = STEP_TICKS.find((s) => s % before === 0 && horizonTicks / s <= MAX_STEPS);
  return fits ?? before * Math.ceil(horizonTicks / MAX_STEPS / before);
}
