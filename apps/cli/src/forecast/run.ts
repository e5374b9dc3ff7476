import type { ModelRecord } from '@foreshadow/domain';
import { calendarCovariates, FITTED_MODELS, type LevelFeatures, SeriesBank } from '@foreshadow/forecast';
import type { CsvSeries } from '@foreshadow/csv';
import { clockOf } from '@foreshadow/csv';
import { CliError } from '../errors.ts';
import type { Band } from '../plot/chart.ts';
import { ErrorHistory } from './error-history.ts';

export interface ForecastRequest {
  /** All steps from 1 to this one are forecast. */
  readonly steps: number;
  /** Levels of central intervals, %, ascending. */
  readonly levels: readonly number[];
  /** Seasons that are known; `undefined`: find them. */
  readonly seasons: readonly number[] | undefined;
  /** Time zone of days and weeks, for a file that has dates. */
  readonly zone: string;
  /** `auto`: the whole bank; else the expert with this name alone. */
  readonly model: string;
  readonly onProgress: (done: number) => void;
}

/** A forecast past the end of a series, and what led to it. All rows have one entry a step. */
export interface ForecastRun {
  readonly mean: readonly number[];
  /** From the widest to the narrowest. */
  readonly bands: readonly Band[];
  /** Seasons followed, in steps. */
  readonly seasons: readonly number[];
  /** Experts that speak, with their weights at each step. */
  readonly experts: readonly {
    readonly name: string;
    readonly weights: readonly number[];
    readonly forecast: readonly number[];
  }[];
  /** The expert with the largest weight. */
  readonly leading: readonly string[];
  /** Models that were fitted to the series, with their forms; of one expert alone only its own. */
  readonly models: readonly ModelRecord[];
  /** Which features of the calendar are in, and why; `undefined` where steps resolve none, or the file has no dates. */
  readonly features: LevelFeatures | undefined;
  /** Forecasts of each step that were scored on the way: what the intervals rest on. */
  readonly scored: readonly number[];
}

export const AUTO = 'auto';

/**
 * Walk a series with a bank, as an edge would, and forecast past its end.
 * @throws {CliError} `INVALID_FILE` if nothing can be forecast, `INVALID_OPTION` if the expert is unknown or silent
 */
export function runForecast(series: CsvSeries, request: ForecastRequest): ForecastRun {
  const { steps, model, onProgress } = request;
  const { values } = series;
  const clock = clockOf(series);
  const isDated = clock.kind === 'date';
  const horizons = Array.from({ length: steps }, (_, i) => i + 1);
  const bank = new SeriesBank({
    steps: horizons,
    ...(isDated ? { covariates: calendarCovariates(series.stepMs, request.zone) } : {}),
    ...(request.seasons === undefined ? {} : { knownSeasons: request.seasons }),
    // Edges leave them out unless told otherwise; who names one wants it.
    ...(isFitted(model) ? { fittedModels: true } : {}),
  });
  const errors = model === AUTO ? undefined : new ErrorHistory(nameIn(bank, model), steps, values.length);
  for (let t = 0; t < values.length; t++) {
    const y = values[t] ?? NaN;
    errors?.score(t, y);
    bank.update(y, isDated ? clock.timeMs(t + 1) : NaN);
    bank.maintain();
    errors?.keep(t, bank);
    onProgress(t + 1);
  }
  const run =
    errors === undefined ? bankRun(bank, request, series) : expertRun(bank, errors, request, series);
  if (run.mean.every((x) => Number.isFinite(x))) return run;
  throw new CliError('INVALID_FILE', `column '${series.column ?? 'events'}' ${whyNone(values)}`);
}

function whyNone(values: Float64Array): string {
  const finite = values.filter((y) => Number.isFinite(y));
  if (finite.length === 0) return 'has no value to forecast from';
  const largest = finite.reduce((most, y) => Math.max(most, Math.abs(y)), 0);
  return `gave no finite forecast from ${finite.length} values of at most ${largest}`;
}

function bankRun(bank: SeriesBank, { levels }: ForecastRequest, series: CsvSeries): ForecastRun {
  const { seasons, scored, experts } = bank.explain();
  const weights = bank.weights();
  const bands = [...levels].reverse().map((level) => {
    const tail = (1 - level / 100) / 2;
    return { level, lower: [...bank.quantile(tail)], upper: [...bank.quantile(1 - tail)] };
  });
  const speaking = experts
    .map(({ name, forecast }, k) => ({ name, forecast, weights: weights[k]?.weights ?? [] }))
    .filter(({ forecast }) => forecast.some((x) => Number.isFinite(x)));
  const leading = bank.steps.map((_, h) => bank.leadingExpert(h));
  const mean = [...bank.predict().mean];
  const { features } = bank;
  return {
    mean,
    bands,
    seasons,
    experts: speaking,
    leading,
    models: modelsOf(bank, series),
    features,
    scored,
  };
}

/** One expert alone; its intervals are quantiles of the errors that it made on the way. */
function expertRun(
  bank: SeriesBank,
  errors: ErrorHistory,
  { levels }: ForecastRequest,
  series: CsvSeries,
): ForecastRun {
  const { values } = series;
  const { seasons, experts } = bank.explain();
  const { name } = errors;
  const forecast = experts.find((expert) => expert.name === name)?.forecast ?? [];
  if (!forecast.every((x) => Number.isFinite(x))) {
    const why = seasons.length === 0 ? ', in which no season was found' : '';
    throw new CliError('INVALID_OPTION', `--model ${name}: it says nothing about this series${why}`);
  }
  const floor = values.some((y) => y < 0) ? -Infinity : 0;
  const mean = forecast.map((x) => Math.max(floor, x));
  const bands = [...levels].reverse().map((level) => {
    const tail = (1 - level / 100) / 2;
    const bound = (p: number): number[] => mean.map((x, h) => Math.max(floor, x + errors.quantile(h, p)));
    return { level, lower: bound(tail), upper: bound(1 - tail) };
  });
  return {
    mean,
    bands,
    seasons,
    experts: [{ name, forecast, weights: mean.map(() => 1) }],
    leading: mean.map(() => name),
    models: modelsOf(bank, series).filter(({ algorithm }) => algorithm === name),
    features: bank.features,
    scored: mean.map((_, h) => errors.count(h)),
  };
}

function modelsOf(bank: SeriesBank, series: CsvSeries): readonly ModelRecord[] {
  return bank.models(series.stepMs, clockOf(series).timeMs(series.values.length - 1));
}

function isFitted(model: string): boolean {
  return (FITTED_MODELS as readonly string[]).includes(model);
}

function nameIn(bank: SeriesBank, model: string): string {
  const names = bank.weights().map(({ name }) => name);
  if (names.includes(model)) return model;
  throw new CliError('INVALID_OPTION', `--model ${model}: must be ${AUTO} or one of ${names.join(', ')}`);
}
