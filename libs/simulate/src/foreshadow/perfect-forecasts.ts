import type { ForecastPath } from '@foreshadow/domain';
import type { LoadTrace } from '../trace.ts';
import type { ForecastSource } from './forecast-source.ts';

/** Points of a path: steps of one tick each. */
const REACH_SECONDS = 300;

/**
 * Paths that are what comes, without any spread: for ablations. No policy in the field has them.
 */
export function perfectForecasts(trace: LoadTrace, tickSeconds: number): ForecastSource {
  const steps = Math.ceil(REACH_SECONDS / tickSeconds);
  const horizonsMs = Array.from({ length: steps }, (_, i) => (i + 1) * tickSeconds * 1000);
  return {
    tickSeconds,
    path(tick): ForecastPath | undefined {
      if (tick < 1) return undefined;
      const mean = horizonsMs.map((_, i) => {
        const from = Math.min(trace.seconds - tickSeconds, (tick + i) * tickSeconds);
        return (trace.total[from + tickSeconds]! - trace.total[from]!) / tickSeconds;
      });
      return { horizonsMs, mean, lower: mean, upper: mean };
    },
  };
}
