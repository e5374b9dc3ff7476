import { accessSync, constants, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  contendersOf,
  type Fault,
  FAULT_KINDS,
  playsOf,
  playTrace,
  POLICIES,
  type RunOptions,
  stageOf,
  type TraceReport,
  type WorldOptions,
} from '@foreshadow/simulate';
import { Command } from 'commander';
import { readSeries } from '../csv.ts';
import { CliError } from '../errors.ts';
import { durationMs, integer, positiveDurationMs } from '../options.ts';
import { print } from '../output.ts';
import { Progress } from '../progress.ts';
import { faultList } from '../simulate/faults.ts';
import { simulationPage } from '../simulate/html.ts';
import { poolHelp, type PolicyFile, readPolicyFile } from '../simulate/policy-file.ts';
import { Counter } from '../simulate/counter.ts';
import { jsonOf, tableOf } from '../simulate/table.ts';

interface SimulateFlags {
  readonly timeColumn?: string;
  readonly column?: string;
  readonly policies: string;
  readonly leadTime: number;
  readonly slo: number;
  readonly rebalancePause: number;
  readonly partitions: number;
  readonly skew: number;
  readonly faults?: readonly Fault[];
  readonly seed: number;
  readonly json?: boolean;
  readonly html?: string;
  readonly policyFile?: string;
  readonly rowSeconds?: number;
  readonly tuned: boolean;
}

const EPILOGUE = `
Each row is a rate of records/s. It is played with bursts that keep its total, the same for every policy; they are as wild as the
noise of the rows says (rows of one second are played as they are). The first quarter is played but not judged. The pool has at
most as many workers as partitions; half of them take what 99 % of rows do not exceed.

Policies:
${POLICIES.map(({ name, about }) => `  ${name.padEnd(22)} ${about}`).join('\n')}
Published policies run with their defaults and again with the best of a grid of their main parameters for this trace, in hindsight.

Table and --json, for each policy (cost: worker-seconds, those of starting and draining workers included):
  latePct, worstLagSeconds   records not done within --slo; longest wait
  cost, costToOracle         cost; relative to the oracle's with no more late records
  thetaU, thetaO             mean shortfall and surplus of workers relative to demand, % (SPEC RG Cloud)
  tauU, tauO, upsilon        share of time with too few, too many, and moving otherwise than demand, %
  epsilon                    elastic speed-up over a pool that stays as large as the mean demand
  actionsPerHour, disruptiveActionsPerHour   changes of what is asked for; pauses because owners changed

--faults KIND@START[+DURATION][:WORKERS],…   kinds: ${FAULT_KINDS.join(', ')}

--policy-file, YAML or JSON:
  policies:
    - { name: mine, family: hpa, targetUtilization: 0.6 }
    - { name: bold, family: foreshadow, quantile: 0.8 }
  pool: { maxWorkers: 12, recordsPerSecPerWorker: 500 }
  pool has ${poolHelp()}

Examples:
  foreshadow simulate trace.csv --row-seconds 30
  foreshadow simulate a.csv b.csv --lead-time 2m --policies foreshadow,hpa,keda-kafka --json
  foreshadow simulate trace.csv --row-seconds 10 --faults edge-silent@20m+5m,node-lost@30m:2 --html report.html`;

export function simulateCommand(): Command {
  return new Command('simulate')
    .description('play scaling policies against recorded load and compare late records, cost and elasticity')
    .argument('<file...>', 'CSV files with a header; one time and one value column')
    .option('--time-column <name>', 'time column (default: the first that holds times)')
    .option('--column <name>', 'value column (default: the first numeric one)')
    .option('--policies <names>', 'all, or names separated by commas', 'all')
    .option('--no-tuned', 'published policies with their defaults only')
    .option('--lead-time <duration>', 'by then 90 % of ordered workers work', seconds(durationMs), 30)
    .option('--slo <duration>', 'a record is late after this', wholeSeconds(positiveDurationMs), 10)
    .option('--rebalance-pause <duration>', 'work rests while owners change', wholeSeconds(durationMs), 3)
    .option('--partitions <n>', 'partitions of the stream', integer(1, 1000), 16)
    .option('--skew <z>', 'exponent of the Zipf law of their shares', skew, 0)
    .option('--faults <list>', 'what goes wrong and when, see below', faultList)
    .option('--seed <n>', 'of bursts, start-up delays and speeds', integer(0, 4_294_967_295), 1)
    .option(
      '--row-seconds <n>',
      'play each row as n seconds (default: as long as recorded)',
      integer(1, 604_800),
    )
    .option('--policy-file <file>', 'policies of your own, and settings of the pool')
    .option('--json', 'print one JSON object')
    .option('--html <file>', 'write a page with pictures, fronts and tables')
    .addHelpText('after', EPILOGUE)
    .action((files: string[], flags: SimulateFlags) => run(files, flags));
}

function seconds(parse: (text: string) => number): (text: string) => number {
  return (text) => parse(text) / 1000;
}

function wholeSeconds(parse: (text: string) => number): (text: string) => number {
  return (text) => Math.ceil(parse(text) / 1000);
}

const MOST_SKEW = 10;

function skew(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= MOST_SKEW) return value;
  throw new CliError('INVALID_OPTION', `--skew ${text}: must be from 0 to ${MOST_SKEW}`);
}

function run(files: readonly string[], flags: SimulateFlags): void {
  // Before anything is played: a page that cannot be written should not cost the time of all plays.
  if (flags.html !== undefined) checkWritable(flags.html);
  const own = flags.policyFile === undefined ? undefined : readPolicyFile(flags.policyFile);
  const options: RunOptions = {
    contenders: [
      ...contendersOf(flags.policies.split(',').map((name) => name.trim())),
      ...(own?.policies ?? []),
    ],
    isTuned: flags.tuned,
    withFronts: flags.html !== undefined,
  };
  // All of them first: a file that cannot be read should not cost the time of those before it.
  const choice = { timeColumn: flags.timeColumn, column: flags.column };
  const inputs = files.map((file) => {
    const series = readSeries(file, choice);
    for (const warning of series.warnings) process.stderr.write(`${file}: ${warning}\n`);
    return { file, series, stage: stageOf(file, series, worldOf(flags, own)) };
  });
  const plays = playsOf(options);
  const progress = new Progress(inputs.reduce((sum, { series }) => sum + plays * series.values.length, 0));
  let done = 0;
  const reports: TraceReport[] = [];
  for (const { file, series, stage } of inputs) {
    const counter = new Counter(progress, done, series.values.length, file);
    const report = playTrace(file, series, stage, options, counter.played);
    done += plays * series.values.length;
    progress.end();
    reports.push(report);
    if (flags.json !== true) print(`${tableOf(report)}\n\n`);
  }
  if (flags.json === true) print(jsonOf(reports));
  if (flags.html !== undefined) write(flags.html, simulationPage(reports));
}

function worldOf(flags: SimulateFlags, own: PolicyFile | undefined): WorldOptions {
  return {
    leadTimeSeconds: flags.leadTime,
    sloSeconds: flags.slo,
    rebalancePauseSeconds: flags.rebalancePause,
    partitions: flags.partitions,
    skew: flags.skew,
    faults: flags.faults ?? [],
    seed: flags.seed,
    rowSeconds: flags.rowSeconds,
    pool: own?.pool ?? {},
  };
}

function checkWritable(file: string): void {
  const info = statSync(file, { throwIfNoEntry: false });
  if (info?.isDirectory() === true)
    throw new CliError('INVALID_FILE', `cannot write ${file}: it is a folder`);
  try {
    accessSync(info === undefined ? dirname(file) : file, constants.W_OK);
  } catch (cause) {
    throw new CliError('INVALID_FILE', `cannot write ${file}: ${(cause as Error).message}`, { cause });
  }
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw new CliError('INVALID_FILE', `cannot write ${file}: ${(cause as Error).message}`, { cause });
  }
}
