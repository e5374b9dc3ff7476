import { type BankForecast, poolLessons, SeriesBank } from '@foreshadow/forecast';
import { ahead, HORIZONS } from './backtests.ts';
import type { DataFolder } from './folder.ts';
import { atLeast, atMost, type Cell, NOTHING, type PartResult } from './report.ts';
import { geometricMean, mean } from './scores.ts';
import type { Series } from './series.ts';

/** Steps that the siblings have learned at least when a new series begins. */
const MATURE_STEPS = 10_000;
const STARTS = 20;
/** First steps of a new series that count. */
const FIRST_STEPS = 60;
/** Intervals count from this step on. */
const COVERED_FROM = 5;
/** Multiples of it fall evenly over an interval and over the phases of any season. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

export interface ColdStartOptions {
  readonly matureSteps: number;
  readonly starts: number;
}

/** What the first steps of one series at one horizon came to, over all its starts. */
export interface FirstSteps {
  absErrorTaught: number;
  absErrorCold: number;
  /** Of the bank that has followed the series all along: what more evidence could reach. */
  absErrorOwn: number;
  covered: number;
  intervals: number;
}

/**
 * Leave-one-out over series of one kind: when a series begins, its siblings are mature; a bank that they teach against
 * one that begins alone, over the first 60 steps, from starts spread over the series.
 */
export function coldStartPart(folder: DataFolder): PartResult {
  const series = folder.tweets();
  const options = { matureSteps: MATURE_STEPS, starts: STARTS };
  const scores = coldStarts(series, options);
  if (scores === undefined) return NOTHING;
  const ratios = scores.map((of) => of.map((s) => s.absErrorTaught / s.absErrorCold));
  const ownRatios = scores.map((of) => of.map((s) => s.absErrorOwn / s.absErrorCold));
  const coverages = scores.map((of) => of.map((s) => s.covered / s.intervals));
  const ratioMeans = HORIZONS.map((_, h) => geometricMean(ratios.map((r) => r[h]!)));
  const ownMeans = HORIZONS.map((_, h) => geometricMean(ownRatios.map((r) => r[h]!)));
  const coverageMeans = HORIZONS.map((_, h) => mean(coverages.map((c) => c[h]!)));
  const cells = (...columns: readonly (readonly number[])[]): Cell[] =>
    HORIZONS.flatMap((_, h) => columns.map((column) => column[h]));
  return {
    targets: [
      atMost('error relative to a cold bank, all horizons', geometricMean(ratioMeans), 0.8),
      ...HORIZONS.map((s, h) => atMost(`error relative to a cold bank, ${ahead(s)}`, ratioMeans[h]!, 0.8)),
      ...HORIZONS.map((s, h) =>
        atLeast(`coverage from step ${COVERED_FROM} on, ${ahead(s)}`, coverageMeans[h]!, 0.85),
      ),
    ],
    tables: [
      {
        title: `First ${FIRST_STEPS} steps of a new series, taught by its siblings`,
        columns: [
          'series',
          ...HORIZONS.flatMap((s) => [`taught (${s})`, `mature (${s})`, `coverage (${s})`]),
        ],
        rows: [
          ...series.map(({ name }, i) => [name, ...cells(ratios[i]!, ownRatios[i]!, coverages[i]!)]),
          ['mean, geometric of errors', ...cells(ratioMeans, ownMeans, coverageMeans)],
        ],
        note: `mean absolute error relative to a bank that begins alone, over ${STARTS} starts; mature: of a bank that has followed the series all along, for comparison`,
      },
    ],
    charts: [],
  };
}

/**
 * Scores of each series, one entry a horizon; `undefined` unless there are two series that last long enough. Series must
 * share their step and start, so that siblings stand at the same clock time.
 */
export function coldStarts(
  series: readonly Series[],
  { matureSteps, starts }: ColdStartOptions,
): FirstSteps[][] | undefined {
  const shortest = Math.min(...series.map(({ values }) => values.length));
  const room = shortest - FIRST_STEPS - matureSteps;
  if (series.length < 2 || !(room >= 0)) return undefined;
  if (new Set(series.map((s) => `${s.startMs}/${s.stepMs}`)).size > 1) {
    throw new RangeError('siblings must share their first time and their step');
  }
  const begins = new Set(
    Array.from({ length: starts }, (_, i) => matureSteps + Math.floor(room * ((i * GOLDEN) % 1))),
  );
  const banks = series.map(() => new SeriesBank({ steps: HORIZONS }));
  const own = series.map((): BankForecast[] => []);
  const begun: Begun[] = [];
  for (let t = 0; t < Math.max(...begins) + FIRST_STEPS; t++) {
    if (begins.has(t)) series.forEach((s, i) => begun.push({ i, start: t, ...begin(s.values, t, banks, i) }));
    banks.forEach((bank, i) => own[i]!.push(step(bank, series[i]!.values[t]!)));
  }
  const scores = series.map(() => HORIZONS.map(nothingYet));
  for (const { i, start, taught, cold } of begun) {
    const actual = series[i]!.values.subarray(start, start + FIRST_STEPS);
    const forecasts = { taught, cold, own: own[i]!.slice(start, start + FIRST_STEPS) };
    HORIZONS.forEach((steps, h) => addRows(scores[i]![h]!, actual, forecasts, steps, h));
  }
  return scores;
}

function nothingYet(): FirstSteps {
  return { absErrorTaught: 0, absErrorCold: 0, absErrorOwn: 0, covered: 0, intervals: 0 };
}

/** Forecasts of the first steps, one entry an origin. */
interface FirstForecasts {
  readonly taught: readonly BankForecast[];
  readonly cold: readonly BankForecast[];
}

interface Begun extends FirstForecasts {
  readonly i: number;
  readonly start: number;
}

/** Let the series with index `i` begin at `start`, where its siblings stand. */
function begin(values: Float64Array, start: number, banks: readonly SeriesBank[], i: number): FirstForecasts {
  const prior = poolLessons(banks.flatMap((bank, k) => (k === i ? [] : (bank.lesson() ?? []))));
  const taught = new SeriesBank({ steps: HORIZONS, ...(prior === undefined ? {} : { prior }) });
  const cold = new SeriesBank({ steps: HORIZONS });
  const actual = [...values.subarray(start, start + FIRST_STEPS)];
  return { taught: actual.map((y) => step(taught, y)), cold: actual.map((y) => step(cold, y)) };
}

function step(bank: SeriesBank, y: number): BankForecast {
  bank.update(y);
  bank.maintain();
  return bank.predict();
}

/** Score what came within the first steps, where all forecast it. */
function addRows(
  score: FirstSteps,
  actual: Float64Array,
  of: FirstForecasts & { readonly own: readonly BankForecast[] },
  steps: number,
  h: number,
): void {
  for (let t = steps; t < actual.length; t++) {
    const y = actual[t]!;
    const { mean, lower, upper } = of.taught[t - steps]!;
    const cold = of.cold[t - steps]!.mean[h]!;
    const own = of.own[t - steps]!.mean[h]!;
    if (!Number.isFinite(y + mean[h]! + cold + own)) continue;
    score.absErrorTaught += Math.abs(mean[h]! - y);
    score.absErrorCold += Math.abs(cold - y);
    score.absErrorOwn += Math.abs(own - y);
    if (t < COVERED_FROM) continue;
    score.intervals++;
    score.covered += lower[h]! <= y && y <= upper[h]! ? 1 : 0;
  }
}
