import type { ForecastPath, PartitionKey } from '@foreshadow/domain';
import { ForecastEngine, type ForecastEngineOptions } from '@foreshadow/forecast';
import type { LoadTrace } from '../trace.ts';
import type { ForecastSource } from './forecast-source.ts';

export interface EngineForecastOptions {
  readonly tickSeconds: number;
  readonly horizonsMs: readonly number[];
  readonly forecaster?: ForecastEngineOptions['forecaster'];
  /** Called now and then with the share that is done. */
  readonly onProgress?: (share: number) => void;
}

/** Horizons of the configuration's defaults. */
export const DEFAULT_HORIZONS_MS: readonly number[] = [5_000, 60_000, 300_000];

const KEY: PartitionKey = 'trace/0';
const PROGRESS_TICKS = 256;

/**
 * Forecasts of a trace's whole load by the engine that edges run, at its defaults, strictly causal: the path of a tick is
 * made before any later second is read. They do not depend on how the pool is scaled, so they are made once a trace. A partition's
 * forecast is its share of it, as the engine would give it for a series that is that share of the whole.
 */
export function engineForecasts(trace: LoadTrace, options: EngineForecastOptions): ForecastSource {
  const { tickSeconds, horizonsMs, forecaster = 'bank', onProgress } = options;
  const engine = new ForecastEngine({ tickMs: tickSeconds * 1000, horizonsMs, forecaster });
  const ticks = Math.floor(trace.seconds / tickSeconds);
  const paths: (ForecastPath | undefined)[] = [undefined];
  for (let tick = 1; tick <= ticks; tick++) {
    engine.observe(KEY, tick * tickSeconds * 1000, meanRate(trace, tick, tickSeconds));
    const forecast = engine.forecast(KEY);
    paths.push(forecast?.issuedAtMs === tick * tickSeconds * 1000 ? forecast.path : undefined);
    if (tick % PROGRESS_TICKS === 0) onProgress?.(tick / ticks);
  }
  engine.remove(KEY);
  return { tickSeconds, path: (tick) => paths[tick] };
}

/** Mean rate over a tick; missing if any of its seconds is. */
function meanRate(trace: LoadTrace, tick: number, tickSeconds: number): number | undefined {
  const to = tick * tickSeconds;
  const from = to - tickSeconds;
  for (let i = from; i < to; i++) if (trace.known[i] === 0) return undefined;
  return (trace.total[to]! - trace.total[from]!) / tickSeconds;
}
