import { playRows } from '../play/rows.ts';
import { Stage } from '../run.ts';
import { DEFAULT_SETTINGS, type PoolSettings } from '../settings.ts';
import { traceOf } from '../trace.ts';
import type { Fault } from '../world/faults.ts';

/** Recorded load on even steps: a rate in records/s for each, NaN where missing. */
export interface RecordedSeries {
  readonly values: Float64Array;
  readonly stepMs: number;
  /** What was odd about it, for people. */
  readonly warnings: readonly string[];
}

/** What the user says of the world. */
export interface WorldOptions {
  readonly leadTimeSeconds: number;
  readonly sloSeconds: number;
  readonly rebalancePauseSeconds: number;
  readonly partitions: number;
  readonly skew: number;
  readonly faults: readonly Fault[];
  readonly seed: number;
  /** Seconds that a row is played; `undefined`: as many as it was recorded for. */
  readonly rowSeconds: number | undefined;
  readonly pool: Partial<PoolSettings>;
}

/** Part of the trace that is played before anything is judged: policies that learn have learned. */
const WARM_UP_SHARE = 0.25;
/** Load that half of the workers are made for. */
const LOAD_QUANTILE = 0.99;

export function rowSecondsOf(
  series: Pick<RecordedSeries, 'stepMs'>,
  o: Pick<WorldOptions, 'rowSeconds'>,
): number {
  return o.rowSeconds ?? Math.max(1, Math.round(series.stepMs / 1000));
}

/**
 * The stage of one file: its rows played with bursts, a pool of as many workers as partitions at most, half of which can take the
 * load that 99 % of rows do not exceed.
 * @throws {SimulateError} `INVALID_SETTING` with key, value and range; `INVALID_TRACE`
 */
export function stageOf(file: string, series: RecordedSeries, o: WorldOptions): Stage {
  const rowSeconds = rowSecondsOf(series, o);
  const perSecond = playRows({ values: series.values, rowSeconds, seed: o.seed });
  const trace = traceOf({
    name: file,
    perSecond,
    partitions: o.partitions,
    skew: o.skew,
    timeScale: rowSeconds / (series.stepMs / 1000),
  });
  const maxWorkers = o.pool.maxWorkers ?? o.partitions;
  const settings: PoolSettings = {
    ...DEFAULT_SETTINGS,
    maxWorkers,
    minWorkers: Math.min(1, maxWorkers),
    recordsPerSecPerWorker: workerRate(series.values, maxWorkers),
    warmUpSeconds: Math.floor(perSecond.length * WARM_UP_SHARE),
    leadTimeSeconds: o.leadTimeSeconds,
    sloSeconds: o.sloSeconds,
    rebalancePauseSeconds: o.rebalancePauseSeconds,
    ...o.pool,
  };
  return new Stage({ trace, settings, faults: o.faults, seed: o.seed });
}

function workerRate(values: Float64Array, maxWorkers: number): number {
  const sorted = values.filter((v) => !Number.isNaN(v)).sort();
  const high = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * LOAD_QUANTILE))] ?? 0;
  const top = high > 0 ? high : (sorted.at(-1) ?? 0);
  return top > 0 ? top / Math.max(1, maxWorkers / 2) : 1;
}
