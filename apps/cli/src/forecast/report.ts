import { basename } from 'node:path';
import type { CsvSeries } from '@foreshadow/csv';
import { clockOf, durationText } from '@foreshadow/csv';
import type { Chart } from '../plot/chart.ts';
import { alignedText } from '../plot/ticks.ts';
import { table } from '../table.ts';
import type { ForecastRun } from './run.ts';

/** A forecast with what it is of. */
export interface ForecastReport {
  readonly file: string;
  readonly series: CsvSeries;
  readonly model: string;
  readonly run: ForecastRun;
  readonly warnings: readonly string[];
}

/** One JSON object. */
export function toJson({ file, series, model, run, warnings }: ForecastReport): string {
  const clock = clockOf(series);
  const n = series.values.length;
  const timeOf = (index: number): string | number | null => {
    if (clock.kind === 'none') return null;
    return clock.kind === 'date' ? clock.text(index) : clock.timeMs(index);
  };
  return JSON.stringify({
    file,
    column: series.column ?? null,
    n,
    stepMs: clock.kind === 'none' ? null : series.stepMs,
    end: timeOf(n - 1),
    model,
    points: run.mean.map((mean, h) => ({
      step: h + 1,
      time: timeOf(n + h),
      mean,
      intervals: [...run.bands]
        .reverse()
        .map(({ level, lower, upper }) => ({ level, lower: lower[h], upper: upper[h] })),
      leading: run.leading[h],
      scored: run.scored[h],
    })),
    seasons: run.seasons,
    experts: run.experts,
    models: run.models.map(({ algorithm, form, parameters, trainedOn, score }) => ({
      algorithm,
      form,
      parameters,
      trainedOn: { values: trainedOn.count, to: timeOf(n - 1 - ageOf(trainedOn.toMs, series)) },
      score,
    })),
    features: (run.features?.groups ?? []).map(({ name, isIn, saved, score }) => ({
      name,
      isIn,
      saved,
      score,
    })),
    warnings,
  });
}

/** A row a step: `step,time,mean,lower_90,upper_90`, … */
export function toCsv({ series, run }: ForecastReport): string {
  const clock = clockOf(series);
  const bands = [...run.bands].reverse();
  const header = [
    'step',
    'time',
    'mean',
    ...bands.flatMap(({ level }) => [`lower_${level}`, `upper_${level}`]),
  ];
  const rows = run.mean.map((mean, h) => [
    h + 1,
    clock.text(series.values.length + h),
    mean,
    ...bands.flatMap(({ lower, upper }) => [lower[h], upper[h]]),
  ]);
  return `${[header, ...rows].map((row) => row.join(',')).join('\n')}\n`;
}

/** What is forecast, for people. */
export const headingOf = (report: ForecastReport): string => `${titleOf(report)}: ${subtitleOf(report)}\n\n`;

/** The points for people, and why. */
export function toText({ series, run }: ForecastReport): string {
  const clock = clockOf(series);
  const bands = [...run.bands].reverse();
  const header = ['step', 'time', 'mean', ...bands.map(({ level }) => `${level} %`), 'led by'];
  const text = columnText(run);
  const rows = run.mean.map((mean, h) => [
    String(h + 1),
    timeText(clock.text(series.values.length + h)),
    text(mean),
    ...bands.map(({ lower, upper }) => `${text(lower[h])} … ${text(upper[h])}`),
    run.leading[h] ?? '',
  ]);
  return [table(header, rows), '', why(run), ...modelLines(run, series), ...featureLines(run), ''].join('\n');
}

/** Writes numbers alike, to a hundredth of the narrowest of the widest band, or of the values where it has no width. */
function columnText({ mean, bands: [widest] }: ForecastRun): (x: number | undefined) => string {
  const all = [...mean, ...Array.from(widest?.upper ?? []), ...Array.from(widest?.lower ?? [])].map(Math.abs);
  const largest = all.reduce((a, b) => Math.max(a, b), 0);
  const widths = mean.map((_, h) => (widest?.upper[h] ?? 0) - (widest?.lower[h] ?? 0)).filter((w) => w > 0);
  const narrowest = widths.reduce((a, b) => Math.min(a, b), largest);
  return (x) => alignedText(x ?? NaN, Math.max(narrowest / 100, largest * 1e-6), largest);
}

const timeText = (text: string): string => text.replace('T', ' ').replace(/:00Z$/, '').replace(/Z$/, '');

function titleOf({ file, series }: ForecastReport): string {
  return `${basename(file)}, ${series.column ?? 'events/s'}`;
}

function subtitleOf({ series, run, model }: ForecastReport): string {
  const clock = clockOf(series);
  const n = series.values.length;
  const length = clock.kind === 'none' ? `${n} steps` : `${n} steps of ${durationText(series.stepMs)}`;
  const end = clock.kind === 'date' ? `, to ${timeText(clock.text(n - 1))} UTC` : '';
  return [
    `${length}${end}`,
    seasonsText(run, series, clock.kind !== 'none'),
    ...(model === 'auto' ? [] : [model]),
  ].join('; ');
}

function seasonsText({ seasons }: ForecastRun, { stepMs }: CsvSeries, hasTimes: boolean): string {
  if (seasons.length === 0) return 'no season';
  const texts = seasons.map((m) => (hasTimes ? `${m} steps (${durationText(m * stepMs)})` : `${m} steps`));
  return `season${seasons.length === 1 ? '' : 's'} of ${texts.join(' and ')}`;
}

/** Steps from the end of a model's training to the end of the series. */
function ageOf(toMs: number, series: CsvSeries): number {
  const endMs = clockOf(series).timeMs(series.values.length - 1);
  return Math.round((endMs - toMs) / series.stepMs);
}

/** Forms of the fitted models, and how they did since: an error relative to last value's. */
function modelLines({ models }: ForecastRun, series: CsvSeries): string[] {
  if (models.length === 0) return [];
  const rows = models.map(({ algorithm, form, trainedOn, score }) => [
    algorithm,
    form,
    String(trainedOn.count),
    String(ageOf(trainedOn.toMs, series)),
    Number.isFinite(score) ? score.toFixed(2) : '–',
  ]);
  return ['', table(['model', 'form', 'fitted to values', 'steps ago', 'error / last value'], rows)];
}

/** Features of the calendar that are in, and what each saves. */
function featureLines({ features }: ForecastRun): string[] {
  const used = features?.groups.filter((group) => group.isIn) ?? [];
  if (used.length === 0) return [];
  const saved = (share: number): string => (Number.isFinite(share) ? `${(100 * share).toFixed(0)} %` : '–');
  const rows = used.map((group) => [group.name, saved(group.saved)]);
  return ['', table(['calendar', 'of the error saved'], rows)];
}

const SHOWN_STEPS = 5;
const SHOWN_EXPERTS = 12;
const SHOWN_WEIGHT = 0.005;

/** Weights of the experts at some of the steps, the heaviest first. */
function why({ experts, mean }: ForecastRun): string {
  const shown = Math.min(SHOWN_STEPS, mean.length);
  const steps = Array.from({ length: shown }, (_, i) =>
    shown === 1 ? 0 : Math.round((i * (mean.length - 1)) / (shown - 1)),
  );
  const share = (w = 0): string => (w < SHOWN_WEIGHT ? '·' : `${(100 * w).toFixed(0)} %`);
  const total = (weights: readonly number[]): number => steps.reduce((sum, h) => sum + (weights[h] ?? 0), 0);
  const heavy = experts
    .filter(({ weights }) => steps.some((h) => (weights[h] ?? 0) >= SHOWN_WEIGHT))
    .sort((a, b) => total(b.weights) - total(a.weights))
    .slice(0, SHOWN_EXPERTS);
  const rows = heavy.map(({ name, weights }) => [name, ...steps.map((h) => share(weights[h]))]);
  const others = experts.length - heavy.length;
  const rest = others === 0 ? [] : [`${others} more with less`];
  return [table(['weight of experts', ...steps.map((h) => `step ${h + 1}`)], rows), ...rest].join('\n');
}

const LEAST_PAST = 60;
const MOST_PAST = 1000;

/** With as much of the past as shows what the forecast goes on from: three horizons, and two of the shortest season. */
export function chartOf(report: ForecastReport): Chart {
  const { series, run } = report;
  const n = series.values.length;
  const season = run.seasons.length === 0 ? 0 : Math.min(...run.seasons);
  const past = Math.min(MOST_PAST, Math.max(LEAST_PAST, 3 * run.mean.length, 2 * season));
  const from = Math.max(0, n - past);
  return {
    title: titleOf(report),
    subtitle: subtitleOf(report),
    unit: series.column ?? 'events/s',
    clock: clockOf(series),
    actual: { from, values: series.values.subarray(from) },
    forecast: { from: n, values: run.mean, bands: run.bands },
    forecastName: 'forecast',
  };
}
