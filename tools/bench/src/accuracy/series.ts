/** A series on even steps; NaN is missing. */
export interface Series {
  readonly name: string;
  readonly startMs: number;
  readonly stepMs: number;
  readonly values: Float64Array;
}

/** One row of a file. */
export interface Point {
  readonly timeMs: number;
  readonly value: number;
}

/**
 * Put points on even steps, the most frequent spacing apart: each at its nearest step, the first one counts where
 * several fall on one, and steps without any are missing. The same rules as `foreshadow forecast`'s.
 * @throws {RangeError} with fewer than two different times
 */
export function onEvenSteps(name: string, points: readonly Point[]): Series {
  const stepMs = mostFrequentSpacing(points);
  const startMs = points[0]?.timeMs;
  const endMs = points.at(-1)?.timeMs;
  if (stepMs === undefined || startMs === undefined || endMs === undefined) {
    throw new RangeError(`${name}: needs rows at two different times at least`);
  }
  const indexOf = (timeMs: number): number => Math.round((timeMs - startMs) / stepMs);
  const values = new Float64Array(indexOf(endMs) + 1).fill(NaN);
  const isSet = new Uint8Array(values.length);
  for (const { timeMs, value } of points) {
    const at = indexOf(timeMs);
    if (isSet[at] === 1) continue;
    isSet[at] = 1;
    values[at] = value;
  }
  return { name, startMs, stepMs, values };
}

function mostFrequentSpacing(points: readonly Point[]): number | undefined {
  const counts = new Map<number, number>();
  for (let i = 1; i < points.length; i++) {
    const spacing = points[i]!.timeMs - points[i - 1]!.timeMs;
    if (spacing > 0) counts.set(spacing, (counts.get(spacing) ?? 0) + 1);
  }
  return [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [undefined, 0] as [
    number | undefined,
    number,
  ])[0];
}

/** The newest `rows` steps of a series. */
export function lastRows(series: Series, rows: number): Series {
  const skipped = Math.max(0, series.values.length - rows);
  return {
    ...series,
    startMs: series.startMs + skipped * series.stepMs,
    values: series.values.subarray(skipped),
  };
}

const HOUR_MS = 3_600_000;

/**
 * Sums over whole clock hours. An hour of which some steps are missing is scaled up from the others; one with less than
 * half of them is missing, and so is what hangs over at either end.
 */
export function sumToHours(series: Series): Series {
  const perHour = Math.round(HOUR_MS / series.stepMs);
  if (perHour <= 1) return series;
  const lead = Math.ceil(series.startMs / HOUR_MS) * HOUR_MS;
  const first = Math.round((lead - series.startMs) / series.stepMs);
  const count = Math.floor((series.values.length - first) / perHour);
  const values = Float64Array.from({ length: Math.max(0, count) }, (_, hour) => {
    const from = first + hour * perHour;
    const present = series.values.subarray(from, from + perHour).filter((y) => !Number.isNaN(y));
    const sum = present.reduce((a, b) => a + b, 0);
    return 2 * present.length < perHour ? NaN : (sum * perHour) / present.length;
  });
  return { name: `${series.name} by the hour`, startMs: lead, stepMs: HOUR_MS, values };
}
