import { basename } from 'node:path';
import { backtest, type BacktestResult } from '@foreshadow/forecast';
import { Command } from 'commander';
import { readSeries } from '../csv.ts';
import { integerList, positive } from '../options.ts';
import { table } from '../table.ts';

interface BacktestOptions {
  readonly horizon: readonly number[];
  readonly warmup: number;
  readonly timeColumn?: string;
  readonly column?: string;
  readonly json?: boolean;
}

interface SeriesReport extends BacktestResult {
  readonly file: string;
  readonly warnings: readonly string[];
}

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
      positive(0.99),
      0.5,
    )
    .option('--time-column <name>', 'time column (default: the first that holds times)')
    .option('--column <name>', 'value column (default: the first numeric one)')
    .option('--json', 'print one JSON object')
    .action((files: string[], options: BacktestOptions) => {
      const started = performance.now();
      const reports = files.map((file, i) => {
        if (process.stderr.isTTY)
          process.stderr.write(`\r\u001b[K${i + 1}/${files.length} ${basename(file)} …`);
        return report(file, options);
      });
      if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
      const updates = reports.reduce((sum, r) => sum + r.n, 0);
      const updateMicros = ((performance.now() - started) * 1000) / Math.max(1, updates);
      if (options.json === true)
        process.stdout.write(`${JSON.stringify({ series: reports, updateMicros })}\n`);
      else process.stdout.write(render(reports, updateMicros));
    });
}

function report(file: string, options: BacktestOptions): SeriesReport {
  const columns = {
    ...(options.timeColumn === undefined ? {} : { timeColumn: options.timeColumn }),
    ...(options.column === undefined ? {} : { column: options.column }),
  };
  const { values, warnings: read } = readSeries(file, columns);
  const result = backtest(values, { horizons: options.horizon, warmup: options.warmup });
  const warnings = [...read, ...unscored(result)];
  for (const warning of warnings) process.stderr.write(`${file}: ${warning}\n`);
  return { file, ...result, warnings };
}

/** Says at which horizons the series is too short, or too full of holes, to score anything. */
function unscored({ n, horizons }: BacktestResult): string[] {
  const steps = horizons.filter((h) => h.scored === 0).map((h) => h.steps);
  if (steps.length === 0) return [];
  return [`too few values to score a forecast of ${steps.join(', ')} steps: ${n}, the warm-up included`];
}

function render(reports: readonly SeriesReport[], updateMicros: number): string {
  const percent = (x: number): string => (Number.isFinite(x) ? `${(100 * x).toFixed(1)} %` : '–');
  const rows = reports.flatMap((r) =>
    r.horizons.map((h) => [
      basename(r.file),
      String(h.steps),
      String(h.scored),
      percent(h.wape),
      percent(h.wapeNaive),
      Number.isFinite(h.wapeRatioToNaive) ? h.wapeRatioToNaive.toFixed(3) : '–',
      percent(h.coverage90),
    ]),
  );
  const header = ['series', 'steps', 'scored', 'WAPE', 'last value', 'ratio', 'coverage 90 %'];
  return `${table(header, rows)}\nreading, forecasting and scoring: ${updateMicros.toFixed(0)} µs a row\n`;
}
