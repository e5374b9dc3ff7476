import type { PartitionDetail } from '@foreshadow/domain';

/** Recorded load on even steps, records/s; NaN is missing. */
export interface Recorded {
  readonly values: Float64Array;
  readonly stepMs: number;
}

type Series = PartitionDetail['series'];

const SECOND_MS = 1000;

/**
 * Load of several partitions together on even steps of a second or more: what is missing of one is missing of the sum.
 * `undefined` if there are not two instants.
 */
export function recordedLoad(partitions: readonly Series[]): Recorded | undefined {
  const times = [...new Set(partitions.flatMap((series) => series.map((e) => e.atMs)))].sort((a, b) => a - b);
  const tickMs = smallestGap(times);
  const [startMs] = times;
  if (tickMs === undefined || startMs === undefined) return undefined;
  const ticks = Math.round((times.at(-1)! - startMs) / tickMs) + 1;
  const sum = new Float64Array(ticks);
  for (const series of partitions) addTo(sum, series, (atMs) => Math.round((atMs - startMs) / tickMs));
  const perStep = Math.max(1, Math.round(SECOND_MS / tickMs));
  return { values: means(sum, perStep), stepMs: tickMs * perStep };
}

function smallestGap(times: readonly number[]): number | undefined {
  const gaps = times.slice(1).map((at, i) => at - times[i]!);
  return gaps.length === 0 ? undefined : Math.min(...gaps);
}

function addTo(sum: Float64Array, series: Series, tickOf: (atMs: number) => number): void {
  const own = new Float64Array(sum.length).fill(Number.NaN);
  for (const { atMs, recordsPerSec } of series) own[tickOf(atMs)] = recordsPerSec ?? Number.NaN;
  for (let i = 0; i < sum.length; i++) sum[i]! += own[i]!;
}

/** Means of so many ticks each, of those that are known. */
function means(ticks: Float64Array, perStep: number): Float64Array {
  if (perStep === 1) return ticks;
  return Float64Array.from({ length: Math.ceil(ticks.length / perStep) }, (_, i) => {
    const known = ticks.subarray(i * perStep, (i + 1) * perStep).filter((v) => !Number.isNaN(v));
    return known.reduce((a, b) => a + b, 0) / known.length;
  });
}
