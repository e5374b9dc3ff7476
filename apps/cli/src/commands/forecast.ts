import { basename } from 'node:path';
import { Command, Option } from 'commander';
import type { CsvSeries } from '@foreshadow/csv';
import { readSeries } from '../csv.ts';
import { CliError } from '../errors.ts';
import {
  horizonChoice,
  type HorizonChoice,
  intervalLevels,
  MOST_STEPS,
  seasonChoice,
  stepsTo,
} from '../forecast/flags.ts';
import { chartOf, type ForecastReport, headingOf, toCsv, toJson, toText } from '../forecast/report.ts';
import { AUTO, type ForecastRun, runForecast } from '../forecast/run.ts';
import { timeZone } from '../options.ts';
import { print } from '../output.ts';
import { plot, plotTarget, type PlotTarget, takesOutput } from '../plot/target.ts';
import { Progress } from '../progress.ts';

interface ForecastFlags {
  readonly horizon: HorizonChoice;
  readonly level: readonly number[];
  readonly season?: readonly number[];
  readonly model: string;
  readonly zone: string;
  readonly timeColumn?: string;
  readonly column?: string;
  readonly signed?: boolean;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly plot?: PlotTarget | true;
}

const EPILOGUE = `
The series is walked once, as an edge would see it, by the bank that edges run; then every step from 1 to the horizon is
forecast. Steps without a row are missing, at the end too: the forecast starts after the last row. Where the file has dates
the bank learns from the time of day and the day of the week in --zone, as an edge does in forecast.zone (steps of 3 minutes
to a day resolve them); a row tells of the step that begins at its time.
--json: points with mean, intervals, leading expert and the scores that the intervals rest on; seasons; experts with
weights and forecasts; fitted models; features of the calendar. Times are ISO 8601 in UTC; ms where the file's times count from a zero of their own.
--csv: step,time,mean,lower_50,upper_50, …
--model with a name forecasts by one expert alone, with quantiles of its own errors on the way: naive, theta, ets, arima,
seasonal-naive, …; a name that is none lists all.

Examples:
  foreshadow forecast trace.csv --horizon 12
  foreshadow forecast requests.csv --horizon 2h --level 50,80,95 --plot
  foreshadow forecast hourly.csv --column load --zone Europe/Berlin --horizon 48 --season 24,168 --csv > load.csv
  foreshadow forecast trace.csv --horizon 1d --plot forecast.svg`;

export function forecastCommand(): Command {
  return new Command('forecast')
    .description('forecast a recorded series past its end: points, intervals, and which experts led to them')
    .argument('<file>', 'CSV file with a header; one time and one value column')
    .addOption(
      new Option('--horizon <h>', `steps ahead, 1 to ${MOST_STEPS}, or a time like 5min, 2h, 1d`)
        .argParser(horizonChoice)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--level <percent>', 'levels of the central intervals')
        .argParser(intervalLevels)
        .default([50, 90], '50,90'),
    )
    .addOption(
      new Option('--season <steps>', 'auto: found in the data; or lengths in steps, e.g. 24,168')
        .argParser(seasonChoice)
        .default(undefined, 'auto'),
    )
    .option('--model <name>', 'auto: all experts under weights; or the name of one', AUTO)
    .option('--zone <name>', 'time zone of days and weeks, where the file has dates', timeZone, 'UTC')
    .option('--time-column <name>', 'time column (default: the first that holds times)')
    .option('--column <name>', 'value column (default: the first numeric one)')
    .option('--signed', 'keep negative values (default: missing, unless more than a quarter are negative)')
    .addOption(new Option('--json', 'print one JSON object').conflicts('csv'))
    .option('--csv', 'print a row for each step')
    .option(
      '--plot [target]',
      'draw it: terminal (default), svg, html, or a file that ends in .svg or .html',
      plotTarget,
    )
    .addHelpText('after', EPILOGUE)
    .action((file: string, flags: ForecastFlags) => run(file, flags));
}

function run(file: string, flags: ForecastFlags): void {
  const target: PlotTarget | undefined =
    flags.plot === true ? { format: 'terminal', file: undefined } : flags.plot;
  const isData = flags.json === true || flags.csv === true;
  if (isData && target !== undefined && target.file === undefined) {
    const data = flags.json === true ? '--json' : '--csv';
    throw new CliError(
      'INVALID_OPTION',
      `${data} and --plot both print; give --plot a file, e.g. --plot forecast.svg`,
    );
  }
  const report = forecastFile(file, flags);
  for (const warning of report.warnings) process.stderr.write(`${file}: ${warning}\n`);
  if (target !== undefined) plot(target, [chartOf(report)]);
  if (flags.json === true) print(`${toJson(report)}\n`);
  else if (flags.csv === true) print(toCsv(report));
  else if (!takesOutput(target)) {
    const heading = target?.format === 'terminal' ? '' : headingOf(report);
    print(heading + toText(report));
  }
}

function forecastFile(file: string, flags: ForecastFlags): ForecastReport {
  const { timeColumn, column, model } = flags;
  const negative = flags.signed === true ? 'kept' : 'found';
  const series = readSeries(file, { timeColumn, column, negative });
  const steps = stepsTo(flags.horizon, series.stepMs, series.timeColumn !== undefined);
  const progress = new Progress(series.values.length);
  try {
    const forecast = runForecast(series, {
      steps,
      levels: flags.level,
      seasons: flags.season,
      zone: flags.zone,
      model,
      onProgress: (done) => progress.show(done, basename(file)),
    });
    return {
      file,
      series,
      model,
      run: forecast,
      warnings: [...series.warnings, ...doubts(series, forecast)],
    };
  } finally {
    progress.end();
  }
}

/** Scores below which an interval is little more than a guess. */
const FEW_SCORES = 30;

function doubts({ values }: CsvSeries, { scored }: ForecastRun): string[] {
  const said: string[] = [];
  let missing = 0;
  while (missing < values.length && !Number.isFinite(values[values.length - 1 - missing])) missing++;
  if (missing > 0)
    said.push(
      `the last ${missing} step${missing === 1 ? ' has' : 's have'} no value; the forecast starts after them`,
    );
  const first = scored.findIndex((count) => count < FEW_SCORES);
  if (first >= 0) {
    said.push(
      `intervals from step ${first + 1} on rest on fewer than ${FEW_SCORES} forecasts scored; take them as guesses`,
    );
  }
  return said;
}
