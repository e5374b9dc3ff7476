import { CsvError } from './error.ts';
import type { Point } from './points.ts';
import { linesText, type Remarks } from './remarks.ts';

/** A series on even steps; NaN is missing. */
export interface RegularSeries {
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly stepMs: number;
}

/** Rows further from their step than this share of it are said to have been moved. */
const OFF_GRID = 0.01;
/** A spacing as frequent as this is the step. */
const MIN_MODAL_SHARE = 0.3;
/** In a series at least this share of the spacings is near the median; of independent arrivals only 17 % are. */
const NEAR = 0.25;
const MIN_NEAR_SHARE = 0.35;
/** A file in which more rows than this repeat the time of the row before holds single events. */
const MAX_REPEATED_SHARE = 0.1;
const MIN_EVENTS = 10;
const MAX_STEPS = 10_000_000;
/** Widths in which events are counted: the narrowest that holds an event on average. */
const EVENT_STEPS_MS = [1000, 10_000, 60_000, 300_000, 3_600_000];

/** Spacings of rows at different times, ascending, in whole microseconds: fractions carry rounding errors. */
function spacingsOf(points: readonly Point[]): Float64Array {
  const all = points.slice(1).map(({ timeMs }, i) => Math.round((timeMs - points[i]!.timeMs) * 1000) / 1000);
  return Float64Array.from(all.filter((ms) => ms > 0)).sort();
}

/**
 * Step of a series: its most frequent spacing, or where jitter leaves none frequent its median one, in whole seconds
 * from ten seconds up. `undefined` if all rows have one time.
 */
export function stepOf(points: readonly Point[]): number | undefined {
  const spacings = spacingsOf(points);
  if (spacings.length === 0) return undefined;
  const mode = modeOf(spacings);
  if (mode.count / spacings.length >= MIN_MODAL_SHARE) return mode.value;
  const median = spacings[spacings.length >> 1]!;
  return median < 10_000 ? Math.max(1, Math.round(median)) : Math.round(median / 1000) * 1000;
}

/** The longest run of equal values; the first among equals. */
function modeOf(sorted: Float64Array): { readonly value: number; readonly count: number } {
  let best = { value: sorted[0]!, count: 0 };
  for (let from = 0; from < sorted.length; ) {
    let to = from;
    while (to < sorted.length && sorted[to] === sorted[from]) to++;
    if (to - from > best.count) best = { value: sorted[from]!, count: to - from };
    from = to;
  }
  return best;
}

/** Whether the rows are single events: their spacings vary freely, or many fall on one time. */
export function areEvents(points: readonly Point[]): boolean {
  const spacings = spacingsOf(points);
  if (points.length < MIN_EVENTS || spacings.length === 0) return false;
  const repeated = points.length - 1 - spacings.length;
  const median = spacings[spacings.length >> 1]!;
  const near = spacings.filter((ms) => Math.abs(ms - median) <= NEAR * median).length;
  return near / spacings.length < MIN_NEAR_SHARE || repeated / points.length > MAX_REPEATED_SHARE;
}

/**
 * Put points on even steps: each at its nearest step, the first one counts where several
 * fall on one, and steps without any are missing.
 * @throws {CsvError} with fewer than two different times, or if the span would need more than ten million steps.
 */
export function onEvenSteps(points: readonly Point[], file: string, remarks: Remarks): RegularSeries {
  const stepMs = stepOf(points);
  if (stepMs === undefined) throw new CsvError({ file }, 'needs rows at two different times at least');
  const startMs = points[0]!.timeMs;
  const count = stepCount(points, stepMs, file, (steps) => Math.round(steps) + 1);
  const values = new Float64Array(count).fill(Number.NaN);
  const isSet = new Uint8Array(count);
  /** Rows behind a gap, in the order of time. */
  const behindGap: number[] = [];
  let last = 0;
  for (const { timeMs, value, line } of points) {
    const exact = (timeMs - startMs) / stepMs;
    const at = Math.round(exact);
    if (Math.abs(exact - at) > OFF_GRID) remarks.note('between two steps, moved to the nearer', line);
    if (isSet[at] === 1) {
      remarks.note('at a time that was there before, left out', line);
      continue;
    }
    if (at > last + 1) behindGap.push(line);
    last = at;
    isSet[at] = 1;
    values[at] = value;
  }
  sayGaps(isSet, behindGap, remarks);
  return { times: Float64Array.from({ length: count }, (_, i) => startMs + i * stepMs), values, stepMs };
}

function stepCount(
  points: readonly Point[],
  stepMs: number,
  file: string,
  toCount: (steps: number) => number,
): number {
  const count = toCount((points.at(-1)!.timeMs - points[0]!.timeMs) / stepMs);
  if (count <= MAX_STEPS) return count;
  throw new CsvError({ file }, `spans ${count} steps of ${stepMs} ms; more than ${MAX_STEPS} are no series`);
}

function sayGaps(isSet: Uint8Array, behindGap: readonly number[], remarks: Remarks): void {
  const missing = isSet.reduce((sum, set) => sum + (1 - set), 0);
  if (missing === 0) return;
  const gaps = behindGap.length;
  remarks.say(
    `${missing} step${missing === 1 ? '' : 's'} in ${gaps} gap${gaps === 1 ? '' : 's'} without a row, taken as missing (before ${linesText(behindGap)})`,
  );
}

/**
 * Count events per step, as events/s.
 * @throws {CsvError} if the span would need more than ten million steps.
 */
export function eventRates(points: readonly Point[], file: string, remarks: Remarks): RegularSeries {
  const startMs = points[0]!.timeMs;
  const spanMs = points.at(-1)!.timeMs - startMs;
  const meanSpacingMs = spanMs / points.length;
  const stepMs = EVENT_STEPS_MS.find((s) => s >= meanSpacingMs) ?? EVENT_STEPS_MS.at(-1)!;
  // The last step is left out unless events fill it.
  const count = Math.max(1, stepCount(points, stepMs, file, Math.floor));
  const values = new Float64Array(count);
  for (const { timeMs } of points) {
    const at = Math.floor((timeMs - startMs) / stepMs);
    if (at < count) values[at]! += 1000 / stepMs;
  }
  remarks.say(`rows are single events, not even steps; counted per ${stepMs / 1000} s, in events/s`);
  return { times: Float64Array.from({ length: count }, (_, i) => startMs + i * stepMs), values, stepMs };
}
