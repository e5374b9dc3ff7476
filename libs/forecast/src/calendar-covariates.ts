import { UTC, zoneClock } from './calendar.ts';
import type { CovariatesOptions } from './covariates.ts';

/** Covariates of a bank whose steps lie in time, of which nothing is announced and upstream of which nothing is seen. */
export function calendarCovariates(
  stepMs: number,
  zone: string = UTC,
): Omit<CovariatesOptions, 'kernel' | 'steps'> {
  return { stepMs, sources: { events: () => [], clock: zoneClock(zone), zone, upstream: [] } };
}
