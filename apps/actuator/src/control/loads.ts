import type { Load, LoadForecast, LoadRatios, LoadSample } from '@foreshadow/domain';
import type { PartitionLoad } from '../load/partition-track.ts';

/** The newest sample as numbers; NaN where a dimension was not observed. `undefined` without a rate. */
export function presentLoad(load: PartitionLoad): Load | undefined {
  const { sample } = load;
  const recordsPerSec = sample?.recordsPerSec?.value;
  if (sample === undefined || recordsPerSec === undefined) return undefined;
  return {
    recordsPerSec,
    bytesPerSec: sample.bytesPerSec?.value ?? NaN,
    workPerSec: sample.workPerSec?.value ?? NaN,
    distinctKeys: sample.distinctKeys?.value ?? NaN,
  };
}

/** One record/s of the kind that the partition carries. */
export function unitLoad(load: PartitionLoad): Load {
  const ratios = load.forecast?.ratios;
  return {
    recordsPerSec: 1,
    bytesPerSec: ratioOf(ratios?.bytesPerRecord, load.sample, (s) => s.bytesPerSec),
    workPerSec: ratioOf(ratios?.workPerRecord, load.sample, (s) => s.workPerSec),
    distinctKeys: NaN,
  };
}

function ratioOf(
  forecast: LoadRatios['bytesPerRecord'],
  sample: LoadSample | undefined,
  dimension: (sample: LoadSample) => LoadSample['bytesPerSec'],
): number {
  if (forecast !== undefined) return forecast.value;
  const records = sample?.recordsPerSec?.value ?? 0;
  const value = sample === undefined ? undefined : dimension(sample)?.value;
  return value !== undefined && records > 0 ? value / records : NaN;
}

/**
 * The one step of a forecast with the largest upper bound among those until `untilMs` after its issue, as a forecast
 * of its own. `undefined` if no step begins before that.
 */
export function peakUntil(forecast: LoadForecast, untilMs: number): LoadForecast | undefined {
  const { horizonsMs, upper } = forecast.path;
  let peak = -1;
  for (let i = 0; i < horizonsMs.length; i++) {
    const beginsMs = i === 0 ? 0 : (horizonsMs[i - 1] ?? Infinity);
    if (beginsMs >= untilMs) break;
    if (peak < 0 || (upper[i] ?? NaN) > (upper[peak] ?? NaN)) peak = i;
  }
  if (peak < 0) return undefined;
  return steps(forecast, [peak]);
}

/** The steps in which some horizons lie, as a forecast of its own; horizons beyond the path are left out. */
export function atHorizons(forecast: LoadForecast, atMs: readonly number[]): LoadForecast {
  const { horizonsMs } = forecast.path;
  return steps(
    forecast,
    atMs.map((ms) => horizonsMs.findIndex((h) => h >= ms)).filter((i) => i >= 0),
  );
}

function steps(forecast: LoadForecast, indices: readonly number[]): LoadForecast {
  const { horizonsMs, mean, lower, upper } = forecast.path;
  const at = (values: readonly number[]): number[] => indices.map((i) => values[i] ?? NaN);
  return {
    ...forecast,
    path: { horizonsMs: at(horizonsMs), mean: at(mean), lower: at(lower), upper: at(upper) },
  };
}
