import { basename } from 'node:path';
import { systemClock } from '@foreshadow/domain';
import {
  backtest,
  type BacktestForecast,
  type BacktestOptions,
  type BacktestResult,
  type Combination,
  COMBINATIONS,
} from '@foreshadow/forecast';
import { Command, InvalidArgumentError, Option } from 'commander';
import { ForecastFile } from '../backtest/forecast-file.ts';
import { RecentForecasts } from '../backtest/recent.ts';
import { ratioBars, renderSummary, type SeriesReport, timingOf } from '../backtest/summary.ts';
import type { CsvSeries } from '@foreshadow/csv';
import { readSeries } from '../csv.ts';
import { clockOf, type SeriesClock } from '@foreshadow/csv';
import { CliError } from '../errors.ts';
import { integer, integerList, timeZone } from '../options.ts';
import { print } from '../output.ts';
import type { Chart } from '../plot/chart.ts';
import { plot, plotTarget, type PlotTarget, takesOutput } from '../plot/target.ts';
import { Progress } from '../progress.ts';

interface BacktestFlags {
  readonly horizon: readonly number[];
  readonly warmup: number;
  readonly season?: number;
  readonly combination: Combination;
  readonly zone: string;
  readonly calendar: boolean;
  readonly timeColumn?: string;
  readonly column?: string;
  readonly signed?: boolean;
  readonly json?: boolean;
  readonly forecasts?: string;
  readonly plot?: PlotTarget | true;
}

const EPILOGUE = `
Every point after the warm-up is an origin; each forecast is made, by the bank that edges run with its default settings,
before any later value is read. Where the file has dates the bank learns from the time of day and the day of the week in
--zone, as an edge does in forecast.zone (steps of 3 minutes to a day resolve them); a row tells of the step that begins
at its time. Errors are over all origins with a value at the target:
  mae, wape        mean |error|; Σ|error| / Σ|actual|; wapeRatioToNaive: relative to last value's
  mase             mae / mean |difference| of neighbouring values in the warm-up
  seasonalMase     mae / mean |difference| of values one season apart in the warm-up
  maseToSeasonalNaive  mae / that of the seasonal naive forecast at the same origins
  pinball          mean loss of the quantiles at 5, 50 (the mean) and 95 %
  coverage90, width90  share of actuals in the 90 % interval; its mean width
  winkler90        interval score (Gneiting & Raftery 2007); winklerConstant90: of the best constant band in hindsight
  worst100         least coverage over 100 forecasts on end; idealWorst100: 10th percentile of what ideal intervals show
Experts give points, not intervals: they have no coverage of their own. What cannot be computed is null in JSON.

--forecasts writes a row for each forecast: file,origin,origin_time,steps,target_time,mean,lower,upper,actual
(origin: index of the newest value known; lower, upper: 5 and 95 % quantile; actual: empty where missing or past the end).

Examples:
  foreshadow backtest trace.csv --horizon 1,6,12
  foreshadow backtest traces/*.csv --warmup 0.3 --json > scores.json
  foreshadow backtest hourly.csv --zone Europe/Berlin --horizon 1,48 --season 168 --forecasts all.csv --plot scores.svg`;

export function backtestCommand(): Command {
  return new Command('backtest')
    .description(
      'forecast a recorded series from every point after the warm-up, strictly causally, and score it',
    )
    .argument('<file...>', 'CSV files with a header; one time and one value column')
    .option('--horizon <steps>', 'steps ahead, e.g. 1,6,12', integerList(1, 10_000), [1, 6, 12])
    .option(
      '--warmup <share>',
      'share of the series before the first forecast that is scored',
      warmupShare,
      0.5,
    )
    .option(
      '--season <steps>',
      'season for the seasonal scores (default: the first one found by the end of the warm-up)',
      integer(2, 1_000_000),
    )
    .addOption(
      new Option('--combination <rule>', "rule by which the experts' weights are learned")
        .choices(COMBINATIONS)
        .default('mlpol'),
    )
    .option('--zone <name>', 'time zone of days and weeks, where the file has dates', timeZone, 'UTC')
    .option('--no-calendar', 'leave the calendar out, for comparison')
    .option('--time-column <name>', 'time column (default: the first that holds times)')
    .option('--column <name>', 'value column (default: the first numeric one)')
    .option('--signed', 'keep negative values (default: missing, unless more than a quarter are negative)')
    .option('--json', 'print one JSON object')
    .option('--forecasts <file.csv>', 'write every forecast with its origin to this file')
    .option(
      '--plot [target]',
      'draw the latest forecasts: terminal (default), svg, html, or a file that ends in .svg or .html',
      plotTarget,
    )
    .addHelpText('after', EPILOGUE)
    .action((files: string[], flags: BacktestFlags) => run(files, flags));
}

interface Input {
  readonly file: string;
  readonly series: CsvSeries;
}

function run(files: readonly string[], flags: BacktestFlags): void {
  const target: PlotTarget | undefined =
    flags.plot === true ? { format: 'terminal', file: undefined } : flags.plot;
  if (flags.json === true && target !== undefined && target.file === undefined) {
    throw new CliError(
      'INVALID_OPTION',
      '--json and --plot both print; give --plot a file, e.g. --plot scores.svg',
    );
  }
  // All of them first: a file that cannot be read should not cost the time of those before it.
  const inputs = files.map((file) => ({ file, series: readSeries(file, columnsOf(flags)) }));
  const { reports, charts } = scoreAll(inputs, flags, target !== undefined);
  const timing = timingOf(reports);
  if (target !== undefined) plot(target, charts, ratioBars(reports));
  if (flags.json === true) print(`${JSON.stringify({ series: reports, ...timing })}\n`);
  else if (!takesOutput(target)) print(renderSummary(reports, timing));
}

const MOST_WARMUP = 0.99;

function warmupShare(text: string): number {
  const share = Number(text);
  if (text.trim() !== '' && share >= 0 && share <= MOST_WARMUP) return share;
  throw new InvalidArgumentError(`a share from 0 to ${MOST_WARMUP}.`);
}

function columnsOf({ timeColumn, column, signed }: BacktestFlags): Parameters<typeof readSeries>[1] {
  return { timeColumn, column, negative: signed === true ? 'kept' : 'found' };
}

function scoreAll(
  inputs: readonly Input[],
  flags: BacktestFlags,
  isPlotted: boolean,
): { readonly reports: readonly SeriesReport[]; readonly charts: readonly Chart[] } {
  const out = flags.forecasts === undefined ? undefined : new ForecastFile(flags.forecasts);
  const progress = new Progress(inputs.reduce((sum, { series }) => sum + series.values.length, 0));
  const reports: SeriesReport[] = [];
  const charts: Chart[] = [];
  let before = 0;
  for (const { file, series } of inputs) {
    const recent = isPlotted ? new RecentForecasts(file, series, flags.horizon[0] ?? 1) : undefined;
    const clock = clockOf(series);
    const take = (forecast: BacktestForecast): void => {
      out?.add(file, clock, forecast);
      recent?.add(forecast);
    };
    const result = backtest(series.values, {
      horizons: flags.horizon,
      warmup: flags.warmup,
      combination: flags.combination,
      monotonicMs: () => systemClock.monotonicMs(),
      onProgress: (done) => progress.show(before + done, basename(file)),
      ...(clock.kind === 'date' && flags.calendar ? { calendar: calendarOf(clock, flags.zone) } : {}),
      ...(flags.season === undefined ? {} : { season: flags.season }),
      ...(out === undefined && recent === undefined ? {} : { onForecast: take }),
    });
    before += series.values.length;
    progress.end();
    const warnings = [...series.warnings, ...unscored(result)];
    for (const warning of warnings) process.stderr.write(`${file}: ${warning}\n`);
    reports.push({ file, ...result, warnings });
    if (recent !== undefined) charts.push(recent.chart(subtitleOf(result)));
  }
  out?.close();
  return { reports, charts };
}

/** A row tells of the step that begins at its time. */
function calendarOf(clock: SeriesClock, zone: string): BacktestOptions['calendar'] & {} {
  return { startMs: clock.timeMs(0), stepMs: clock.stepMs, zone };
}

/** Says at which horizons the series is too short, or too full of holes, to score anything. */
function unscored({ n, horizons }: BacktestResult): string[] {
  const steps = horizons.filter((h) => h.scored === 0).map((h) => h.steps);
  if (steps.length === 0) return [];
  return [`too few values to score a forecast of ${steps.join(', ')} steps: ${n}, the warm-up included`];
}

function subtitleOf({ n, horizons: [first] }: BacktestResult): string {
  if (first === undefined || first.scored === 0) return `${n} values, none scored`;
  return `the last of ${first.scored} forecasts; ${(100 * first.coverage90).toFixed(1)} % of actuals in the 90 % interval`;
}
