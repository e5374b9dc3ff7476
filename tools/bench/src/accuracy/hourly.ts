import { WARMUP } from './backtests.ts';
import type { DataFolder } from './folder.ts';
import { atMost, NOTHING, type PartResult } from './report.ts';
import { absoluteErrors, geometricMean, mean } from './scores.ts';
import type { Series } from './series.ts';
import { walk } from './walk.ts';

const STEPS = Array.from({ length: 48 }, (_, i) => i + 1);
const DAY = 24;
const WEEK = 24 * 7;
const TARGET = 0.8;

/**
 * Seasonal naive forecast: the newest present value a whole number of seasons before the step; NaN without one. With a
 * second season that one stands in where the first reaches back before the series.
 */
export function seasonalNaive(
  values: Float64Array,
  origin: number,
  steps: number,
  ...seasons: readonly number[]
): number {
  for (const season of seasons) {
    for (let t = origin + steps - season * Math.ceil(steps / season); t >= 0; t -= season) {
      if (!Number.isNaN(values[t]!)) return values[t]!;
    }
  }
  return NaN;
}

interface HourlyScore {
  readonly series: Series;
  readonly origins: number;
  readonly ours: number;
  readonly daily: number;
  readonly weekly: number;
}

/**
 * Mean absolute error over steps 1 … 48 of every origin after the first half against those of the seasonal naive
 * forecast: the ratio is that of the MASE, whatever scales it.
 */
export function hourlyPart(folder: DataFolder): PartResult {
  const scores = folder.hourlySeries().map(score);
  if (scores.length === 0) return NOTHING;
  const ratios = scores.map(({ ours, daily, weekly }) => [
    ours / daily,
    ours / weekly,
    ours / Math.min(daily, weekly),
  ]);
  const means = [0, 1, 2].map((i) => geometricMean(ratios.map((r) => r[i]!)));
  return {
    targets: [
      atMost('MASE relative to seasonal naive of a week, else of a day', means[1]!, TARGET),
      atMost('the same, against the better of week and day of each series', means[2]!, TARGET),
    ],
    tables: [
      {
        title: 'MASE relative to seasonal naive, 1 to 48 hours ahead',
        columns: ['series', 'hours', 'origins', 'season 24', 'season 168, else 24', 'the better of both'],
        rows: [
          ...scores.map((s, i) => [s.series.name, s.series.values.length, s.origins, ...ratios[i]!]),
          ['geometric mean', undefined, undefined, ...means],
        ],
      },
    ],
    charts: [
      {
        title: 'MASE relative to seasonal naive of a week, else of a day',
        bars: scores.map((s, i) => ({ label: s.series.name, value: ratios[i]![1]! })),
      },
    ],
  };
}

function score(series: Series): HourlyScore {
  const { values } = series;
  const from = Math.ceil(values.length * WARMUP);
  const { mean: forecasts } = walk(values, STEPS);
  const errors = STEPS.map((steps, h) => stepErrors(values, forecasts[h]!, steps, from));
  const over = (key: 'ours' | 'daily' | 'weekly'): number => mean(errors.map((e) => mean(e[key])));
  return {
    series,
    origins: errors[0]!.ours.length,
    ours: over('ours'),
    daily: over('daily'),
    weekly: over('weekly'),
  };
}

/** Absolute errors of one step ahead on the rows where the actual and all forecasts are there. */
function stepErrors(
  values: Float64Array,
  forecasts: Float64Array,
  steps: number,
  from: number,
): Record<'ours' | 'daily' | 'weekly', Float64Array> {
  const rows: { actual: number; ours: number; daily: number; weekly: number }[] = [];
  for (let origin = from; origin + steps < values.length; origin++) {
    const actual = values[origin + steps]!;
    const ours = forecasts[origin]!;
    const daily = seasonalNaive(values, origin, steps, DAY);
    const weekly = seasonalNaive(values, origin, steps, WEEK, DAY);
    if (Number.isFinite(actual + ours + daily + weekly)) rows.push({ actual, ours, daily, weekly });
  }
  const actual = rows.map((row) => row.actual);
  const errorsOf = (key: 'ours' | 'daily' | 'weekly'): Float64Array =>
    absoluteErrors(
      rows.map((row) => row[key]),
      actual,
    );
  return { ours: errorsOf('ours'), daily: errorsOf('daily'), weekly: errorsOf('weekly') };
}
