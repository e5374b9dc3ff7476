import type { SeriesClock } from '@foreshadow/csv';

/** A band between two lines. */
export interface Band {
  /** Share of values that it should hold, %. */
  readonly level: number;
  readonly lower: ArrayLike<number>;
  readonly upper: ArrayLike<number>;
}

/** A row of values, one a step; NaN is a gap. */
export interface Row {
  /** Index of the step of the first value. */
  readonly from: number;
  readonly values: ArrayLike<number>;
}

/** What was, and what was forecast for it or for later. */
export interface Chart {
  readonly title: string;
  readonly subtitle: string;
  /** What the values are: the name of their column. */
  readonly unit: string;
  readonly clock: SeriesClock;
  readonly actual: Row;
  /** Its mean; bands start at the same step, from the widest on. */
  readonly forecast: Row & { readonly bands: readonly Band[] };
  /** What the forecast is called in the key, e.g. `forecast 1 step ahead`. */
  readonly forecastName: string;
}

export interface RatioBar {
  readonly label: string;
  readonly value: number;
  readonly note: string;
  /** Something to compare the bar above with. */
  readonly isRival?: boolean;
}

/** Ratios to a reference at 1, one a bar. */
export interface RatioBars {
  readonly title: string;
  /** What has the ratio 1. */
  readonly reference: string;
  readonly bars: readonly RatioBar[];
}

/** First and last step shown. */
export function stepsOf({ actual, forecast }: Chart): { readonly first: number; readonly last: number } {
  return {
    first: Math.min(actual.from, forecast.from),
    last: Math.max(actual.from + actual.values.length, forecast.from + forecast.values.length) - 1,
  };
}

/**
 * Range of values shown: all that was and the mean forecast, and of the bands as much as does not flatten these: one
 * more of their span at either side. From 0 where values are near it on their scale.
 */
export function valuesOf({ actual, forecast }: Chart): { readonly low: number; readonly high: number } {
  const lines = rangeOf([actual.values, forecast.values]);
  const bands = rangeOf(forecast.bands.flatMap(({ lower, upper }) => [lower, upper]));
  const span = lines.high - lines.low;
  let low = Math.min(lines.low, Math.max(bands.low, lines.low - span));
  let high = Math.max(lines.high, Math.min(bands.high, lines.high + span));
  if (!(low <= high)) return { low: 0, high: 1 };
  if (low >= 0 && low < 0.4 * high) low = 0;
  if (low === high) {
    const room = Math.abs(low) * 0.1 || 1;
    low -= low > 0 ? Math.min(low, room) : room;
    high += room;
  }
  return { low, high };
}

/** Place of a value in a range, 0 … 1 from its low end up. */
export function shareOf(
  value: number,
  { low, high }: { readonly low: number; readonly high: number },
): number {
  // Halves: the range of numbers itself overflows.
  return (value / 2 - low / 2) / (high / 2 - low / 2);
}

function rangeOf(rows: readonly ArrayLike<number>[]): { readonly low: number; readonly high: number } {
  let low = Infinity;
  let high = -Infinity;
  for (const row of rows) {
    for (let i = 0; i < row.length; i++) {
      const y = row[i] ?? NaN;
      if (!Number.isFinite(y)) continue;
      low = Math.min(low, y);
      high = Math.max(high, y);
    }
  }
  return { low, high };
}
