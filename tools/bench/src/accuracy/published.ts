import { existsSync } from 'node:fs';
import { Xoshiro128 } from '@foreshadow/domain';
import { blockResample, type Interval, percentileInterval } from './bootstrap.ts';
import { parseTime, readCsv } from './csv.ts';
import { type DataFolder, GRANULARITIES, type Granularity } from './folder.ts';
import { atMost, type BarChart, format, type PartResult, type Table, type Target } from './report.ts';
import { absoluteErrors, geometricMean, lastValues, ratioOfSums } from './scores.ts';
import type { Series } from './series.ts';
import { walk } from './walk.ts';

/** Forecasts that are averaged for one time, from as many origins before it, and the target of the issue. */
const WAYS: Readonly<Record<Granularity, { readonly origins: number; readonly target: number }>> = {
  '5min': { origins: 1, target: 0.6 },
  '15min': { origins: 4, target: 0.515 },
  '1h': { origins: 12, target: 0.3 },
};
const REFERENCE = 'LASTOBSERVED';
/** Published actuals and last values are cut to whole numbers. */
const ROUNDING = 1;
const RESAMPLES = 1000;
const LEVEL = 0.9;
const SEED = 2021;

/** Forecasts of one series as they were published. */
export interface PublishedForecasts {
  readonly timesMs: readonly number[];
  readonly actual: Float64Array;
  readonly methods: ReadonlyMap<string, Float64Array>;
}

/**
 * The forecast for each row: the mean of those made for it from the last `origins` origins, the first of all origins
 * being the step before the first row, as in the published files.
 * @param forecast by steps ahead and origin
 * @param first index of the first row in the series
 */
export function averageOverOrigins(
  forecast: (steps: number, origin: number) => number,
  first: number,
  rows: number,
  origins: number,
): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => {
    const count = Math.min(row + 1, origins);
    let sum = 0;
    for (let steps = 1; steps <= count; steps++) sum += forecast(steps, first + row - steps);
    return sum / count;
  });
}

/**
 * Index of the first published row in the series.
 * @throws {RangeError} unless times, actuals and LASTOBSERVED are those of the series
 */
export function align(series: Series, published: PublishedForecasts, origins: number): number {
  const { timesMs, actual, methods } = published;
  const first = Math.round(((timesMs[0] ?? NaN) - series.startMs) / series.stepMs);
  const last = lastValues(series.values);
  const ours = averageOverOrigins((_, origin) => last[origin]!, first, timesMs.length, origins);
  const reference = methods.get(REFERENCE);
  timesMs.forEach((timeMs, row) => {
    const isAligned =
      timeMs === series.startMs + (first + row) * series.stepMs &&
      Math.abs(series.values[first + row]! - actual[row]!) <= ROUNDING &&
      Math.abs(ours[row]! - (reference?.[row] ?? NaN)) <= ROUNDING;
    if (isAligned) return;
    throw new RangeError(
      `${series.name}: published row ${row + 1} (${new Date(timeMs).toISOString()}) is not that of the series: ` +
        `actual ${actual[row]} against ${series.values[first + row]}, ` +
        `${REFERENCE} ${reference?.[row]} against ${ours[row]}`,
    );
  });
  return first;
}

/** Rows of the classic file; columns of the deep one are matched by time. */
export function readPublished(classicFile: string, deepFile: string): PublishedForecasts {
  const classic = readCsv(classicFile);
  const timesMs = classic.rows.map((row) => parseTime(row[0] ?? ''));
  const rowAt = new Map(timesMs.map((timeMs, row) => [timeMs, row]));
  const columns = new Map<string, Float64Array>();
  for (const csv of [...(existsSync(deepFile) ? [readCsv(deepFile)] : []), classic]) {
    csv.columns.slice(1).forEach((name, i) => {
      const values = new Float64Array(timesMs.length).fill(NaN);
      for (const row of csv.rows) {
        const at = rowAt.get(parseTime(row[0] ?? ''));
        if (at !== undefined) values[at] = Number(row[i + 1]);
      }
      columns.set(name, values);
    });
  }
  const { t: actual = new Float64Array(0), ...methods } = Object.fromEntries(columns);
  return { timesMs, actual, methods: new Map(Object.entries(methods)) };
}

/** Absolute errors of each method on the rows of one series, ours among them. */
interface Scored {
  readonly stream: string;
  readonly errors: ReadonlyMap<string, Float64Array>;
}

const OURS = 'ours';

/** Our forecasts scored on the rows of the published ones and in their way. */
export function publishedPart(folder: DataFolder): PartResult {
  const targets: Target[] = [];
  const tables: Table[] = [];
  const charts: BarChart[] = [];
  for (const granularity of GRANULARITIES) {
    const { origins, target } = WAYS[granularity];
    const scored = folder.streams(granularity).map((stream) => score(folder, stream, granularity, origins));
    if (scored.length === 0) continue;
    const means = meansOf(scored);
    const interval = bootstrap(scored, origins);
    const span = `${format(interval.low)}–${format(interval.high)}`;
    tables.push(tableOf(granularity, scored, means, span));
    charts.push({
      title: `${granularity}: WAPE relative to ${REFERENCE}, geometric mean`,
      bars: [...means].map(([label, value]) => ({ label, value, isOurs: label === OURS })),
    });
    targets.push(atMost(`${granularity}, 90 % interval ${span}`, means.get(OURS)!, target));
  }
  return { targets, tables, charts };
}

function score(folder: DataFolder, stream: string, granularity: Granularity, origins: number): Scored {
  const file = (kind: 'classic' | 'deep'): string => folder.publishedFile(stream, granularity, kind);
  const published = readPublished(file('classic'), file('deep'));
  const series = folder.streamRates(stream, granularity);
  const first = align(series, published, origins);
  const steps = Array.from({ length: origins }, (_, i) => i + 1);
  const { mean } = walk(series.values, steps);
  const rows = published.timesMs.length;
  const ours = averageOverOrigins((s, origin) => mean[s - 1]![origin]!, first, rows, origins);
  const columns = [[OURS, ours] as const, ...published.methods];
  return {
    stream,
    errors: new Map(columns.map(([name, column]) => [name, absoluteErrors(column, published.actual)])),
  };
}

function ratiosOf({ errors }: Scored): Map<string, number> {
  const reference = errors.get(REFERENCE)!;
  return new Map([...errors].map(([name, error]) => [name, ratioOfSums(error, reference)]));
}

const BEST = 'best in hindsight';

/** Geometric mean over the series, of each method and of the best published one of each series. */
function meansOf(scored: readonly Scored[]): Map<string, number> {
  const ratios = scored.map(ratiosOf);
  const names = [...ratios[0]!.keys()];
  const means = new Map(names.map((name) => [name, geometricMean(ratios.map((r) => r.get(name) ?? NaN))]));
  return means.set(BEST, geometricMean(ratios.map(bestPublished)));
}

function bestPublished(ratios: ReadonlyMap<string, number>): number {
  return Math.min(...[...ratios].filter(([name]) => name !== OURS).map(([, ratio]) => ratio));
}

function tableOf(
  granularity: Granularity,
  scored: readonly Scored[],
  means: ReadonlyMap<string, number>,
  span: string,
): Table {
  const names = [...means.keys()].filter((name) => name !== BEST);
  return {
    title: `${granularity}: WAPE relative to ${REFERENCE} on the published rows`,
    columns: ['stream', 'rows', ...names, BEST],
    rows: [
      ...scored.map((s) => {
        const ratios = ratiosOf(s);
        const rows = s.errors.get(OURS)!.length;
        return [s.stream, rows, ...names.map((name) => ratios.get(name)), bestPublished(ratios)];
      }),
      ['geometric mean', undefined, ...names.map((name) => means.get(name)), means.get(BEST)],
    ],
    note: `90 % interval of our geometric mean: ${span} (${RESAMPLES} block resamples)`,
  };
}

/** Interval of our geometric mean when the rows are drawn anew in blocks that outlast the averaging over origins. */
function bootstrap(scored: readonly Scored[], origins: number): Interval {
  const rng = new Xoshiro128(SEED);
  const resampledRatio = ({ errors }: Scored): number => {
    const [ours, reference] = [errors.get(OURS)!, errors.get(REFERENCE)!];
    const block = Math.max(origins, Math.ceil(Math.sqrt(ours.length)));
    const rows = [...blockResample(ours.length, block, rng)];
    return ratioOfSums(
      rows.map((row) => ours[row]!),
      rows.map((row) => reference[row]!),
    );
  };
  const means = Array.from({ length: RESAMPLES }, () => geometricMean(scored.map(resampledRatio)));
  return percentileInterval(means, LEVEL);
}
