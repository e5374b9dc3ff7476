import type { MetricsView } from '../observation.ts';

/** Length of a recorded hour, day, week as it is played. */
export interface Calendar {
  readonly hourSeconds: number;
  readonly daySeconds: number;
  readonly weekSeconds: number;
}

/** Clocks of calendars run by the recording: when a trace is played faster, its days are shorter. */
export function calendarOf(timeScale: number): Calendar {
  const hourSeconds = 3600 * timeScale;
  return { hourSeconds, daySeconds: 24 * hourSeconds, weekSeconds: 168 * hourSeconds };
}

/** Means of the arrivals over the steps between two times, oldest first; a step that was not measured is NaN. */
export function arrivalSteps(
  metrics: MetricsView,
  fromSeconds: number,
  toSeconds: number,
  stepSeconds: number,
): Float64Array {
  const count = Math.max(0, Math.floor((toSeconds - fromSeconds) / stepSeconds + 1e-9));
  return Float64Array.from({ length: count }, (_, i) => {
    const end = fromSeconds + (i + 1) * stepSeconds;
    return metrics.arrivalsPerSec(stepSeconds, metrics.newestSeconds - end);
  });
}
