import { Command, Option } from 'commander';
import type { DemoOptions } from '../demo/options.ts';
import { renderSummary } from '../demo/report.ts';
import { runDemo } from '../demo/run.ts';
import { plainScreen, type Screen, terminalScreen } from '../demo/terminal.ts';
import { durationMs, integer, positive, positiveDurationMs } from '../options.ts';
import { CliError, EXIT } from '../errors.ts';
import { shutdownSignal } from '../shutdown.ts';

interface Flags {
  duration?: number;
  seed: number;
  partitions: number;
  rate?: number;
  forecaster: 'bank' | 'last-value';
  advise?: boolean;
  startDelay: number;
  planInterval: number;
  port: number;
  edgePort: number;
  edges: number;
  actuators: number;
  killLeader?: number;
  data?: string;
  redis?: string;
  budget?: number;
  json?: boolean;
  replay?: string;
  timeColumn?: string;
  column?: string;
  speed: number;
  scale?: number;
  scenario?: 'costly-mix' | 'hot-key';
  probe: boolean;
}

const EPILOGUE = `
One command brings up the embedded stream log, an edge, the actuator with its dashboard, and workers as real processes.
It ends on Ctrl-C or --duration, drains, and prints a summary. Exit code 1 if records were lost.

Examples:
  foreshadow demo --duration 5m --json
  foreshadow demo --forecaster last-value --seed 7       the same load without forecasting
  foreshadow demo --scenario costly-mix --duration 4m    records grow dear: what they cost is seen before it is felt
  foreshadow demo --scenario hot-key --duration 3m       which key it is, and the split that would help
  foreshadow demo --budget 0.8 --duration 3m             peaks ask for more than there is
  foreshadow demo --replay requests.csv --speed 300      five minutes of the trace a second
  foreshadow demo --redis redis://127.0.0.1:6379 --edges 3 --actuators 2 --kill-leader 2m --duration 5m`;

export function demoCommand(): Command {
  return new Command('demo')
    .description('run the whole system on this machine: records, shadow, forecasts, plans, workers')
    .option('--duration <time>', 'end after this time, e.g. 300, 5m', positiveDurationMs)
    .option('--seed <n>', 'seed of the load', integer(0, 0xffff_ffff), 1)
    .option('--partitions <n>', 'partitions of the stream', integer(1, 64), 8)
    .option('--rate <n>', 'mean records per second (default: 500; 150 for --replay)', positive(5000))
    .addOption(
      new Option('--forecaster <kind>', 'last-value: the same job without forecasting')
        .choices(['bank', 'last-value'])
        .default('bank'),
    )
    .option('--advise', 'plan and say so, but change nothing: one worker does all the work')
    .addOption(
      new Option('--start-delay <time>', 'time before a new worker takes work, as a pod would need')
        .argParser(durationMs)
        .default(15_000, '15s'),
    )
    .addOption(
      new Option('--plan-interval <time>', 'time between plans')
        .argParser(positiveDurationMs)
        .default(2000, '2s'),
    )
    .option('--port <n>', 'actuator and dashboard', integer(1, 65_535), 7070)
    .option(
      '--edge-port <n>',
      'ingest edge; more edges, then more actuators, take the ports after it',
      integer(1, 65_535),
      7071,
    )
    .option('--edges <n>', 'ingest edges, over which the records are spread', integer(1, 16), 1)
    .option('--actuators <n>', 'actuators, of which one leads and the others stand by', integer(1, 8), 1)
    .option(
      '--kill-leader <time>',
      'kill the actuator that leads after this time (SIGKILL); it comes back after 15 s; needs --actuators 2',
      positiveDurationMs,
    )
    .option(
      '--data <dir>',
      'keep log, state and process logs in this folder, or go on from it: the summary counts its earlier runs too (default: a temporary one)',
    )
    .option(
      '--budget <cores>',
      'cores that all workers together may take; pools share them fairly when they ask for more',
      positive(1024),
    )
    .option('--redis <url>', 'keep log, state and leases in this Redis (redis://host:6379), not in files')
    .option(
      '--replay <file.csv>',
      'replay a recorded series of rates, or of single events, instead of the built-in load',
    )
    .option('--time-column <name>', 'time column of the CSV (default: found)')
    .option('--column <name>', 'value column of the CSV (default: found)')
    .option('--speed <n>', 'how many times faster than recorded', positive(1_000_000), 300)
    .option(
      '--scale <x>',
      'records per second for each unit of the trace (default: its mean becomes --rate)',
      positive(),
    )
    .addOption(
      new Option(
        '--scenario <name>',
        'costly-mix: at a steady rate, one record in ten begins to cost 20 times as much after 90 s; hot-key: after 60 s one key is more than the largest worker can take, for 40 s',
      )
        .choices(['costly-mix', 'hot-key'])
        .conflicts('replay'),
    )
    .option('--no-probe', 'in a scenario, plan without probing what records cost, for comparison')
    .option('--json', 'print the summary as one JSON object at the end of standard output')
    .addHelpText('after', EPILOGUE)
    .action(async (flags: Flags) => {
      const json = flags.json === true;
      const summary = await runDemo(toOptions(flags), screenFor(json), shutdownSignal());
      process.stdout.write(json ? `${JSON.stringify(summary)}\n` : `\n${renderSummary(summary)}\n`);
      if (summary.lost > 0) process.exitCode = EXIT.failed;
    });
}

function screenFor(json: boolean): Screen {
  if (json) return plainScreen((line) => process.stderr.write(`${line}\n`));
  if (process.stdout.isTTY) return terminalScreen(process.stdout);
  return plainScreen((line) => process.stdout.write(`${line}\n`));
}

function toOptions(flags: Flags): DemoOptions {
  if (flags.killLeader !== undefined && flags.actuators < 2) {
    throw new CliError(
      'INVALID_OPTION',
      `--kill-leader: needs --actuators 2 or more; got ${flags.actuators}`,
    );
  }
  return {
    durationMs: flags.duration,
    seed: flags.seed,
    partitions: flags.partitions,
    meanRecordsPerSec: flags.rate,
    forecaster: flags.forecaster,
    mode: flags.advise === true ? 'advise' : 'act',
    startDelayMs: flags.startDelay,
    planIntervalMs: flags.planInterval,
    port: flags.port,
    edgePort: flags.edgePort,
    edges: flags.edges,
    actuators: flags.actuators,
    killLeaderAfterMs: flags.killLeader,
    dataDir: flags.data,
    redisUrl: flags.redis,
    budgetCores: flags.budget,
    json: flags.json === true,
    scenario: flags.scenario,
    probe: flags.probe,
    replay:
      flags.replay === undefined
        ? undefined
        : {
            file: flags.replay,
            timeColumn: flags.timeColumn,
            column: flags.column,
            speed: flags.speed,
            scale: flags.scale,
          },
  };
}
