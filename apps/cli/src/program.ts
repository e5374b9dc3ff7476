import { Command } from 'commander';
import { actuatorCommand } from './commands/actuator.ts';
import { backtestCommand } from './commands/backtest.ts';
import { configCommand } from './commands/config.ts';
import { demoCommand } from './commands/demo.ts';
import { edgeCommand } from './commands/edge.ts';
import { forecastCommand } from './commands/forecast.ts';
import { produceCommand } from './commands/produce.ts';
import { simulateCommand } from './commands/simulate.ts';
import { workerCommand } from './commands/worker.ts';

const EPILOGUE = `
Exit codes:
  0  success
  1  failure while running (the message says what to do next)
  2  invalid option, configuration or file

Environment:
  FORESHADOW__SECTION__KEY=value  overrides a key of the configuration, e.g. FORESHADOW__ACTUATOR__PORT=8080

Examples:
  foreshadow demo --duration 5m
  foreshadow demo --replay trace.csv --speed 300
  tail -f access.log | foreshadow produce web
  foreshadow forecast trace.csv --horizon 2h --plot
  foreshadow backtest trace.csv --horizon 1,6,12
  foreshadow simulate trace.csv --row-seconds 30 --html report.html
  foreshadow config check foreshadow.yaml`;

export function buildProgram(): Command {
  const program = new Command('foreshadow')
    .description('Predictive scaling for the workers of partitioned data streams.')
    .version('0.1.0')
    .showHelpAfterError('(run the command with --help for its options)')
    .exitOverride()
    .addHelpText('after', EPILOGUE);
  const commands = [
    demoCommand(),
    edgeCommand(),
    actuatorCommand(),
    workerCommand(),
    produceCommand(),
    forecastCommand(),
    backtestCommand(),
    simulateCommand(),
    configCommand(),
  ];
  for (const command of commands) program.addCommand(command.copyInheritedSettings(program));
  return program;
}
