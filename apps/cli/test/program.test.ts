import { type Command, CommanderError } from 'commander';
import { expect, it } from 'vitest';
import { CliError, exitCodeOf, explain } from '../src/errors.ts';
import { buildProgram } from '../src/program.ts';

it('lists every command, the exit codes and examples in its help', () => {
  let help = '';
  const program = buildProgram().configureOutput({ writeOut: (text) => (help += text) });
  program.outputHelp();
  for (const command of ['demo', 'edge', 'actuator', 'worker', 'produce', 'forecast', 'backtest', 'config']) {
    expect(help).toMatch(new RegExp(`^  ${command} `, 'm'));
  }
  expect(help).toMatch(/Exit codes:[\s\S]*Environment:[\s\S]*Examples:/);
});

it('describes every option of every command', () => {
  const visit = (command: Command): void => {
    expect(command.description(), command.name()).not.toBe('');
    for (const option of command.options) expect(option.description, option.flags).not.toBe('');
    for (const child of command.commands) visit(child);
  };
  visit(buildProgram());
});

it('shows defaults as they would be written', () => {
  const demo = buildProgram().commands.find((command) => command.name() === 'demo');
  expect(demo?.helpInformation()).toMatch(/--start-delay[\s\S]*\(default: 15s\)[\s\S]*\(default: 2s\)/);
});

it.each([
  ['an address that is none', ['produce', 'web', '--edge', 'localhost:7071']],
  ['an unknown command', ['nonsense']],
  ['an unknown option', ['demo', '--nonsense']],
  ['a bad value', ['demo', '--partitions', '0']],
  ['a bad choice', ['demo', '--forecaster', 'crystal-ball']],
  ['a missing argument', ['backtest']],
])('exits with 2 on %s', async (_, args) => {
  const program = buildProgram();
  const quiet = { writeErr: () => undefined, writeOut: () => undefined };
  for (const command of [program, ...program.commands]) command.configureOutput(quiet);
  const error: unknown = await program.parseAsync(args, { from: 'user' }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CommanderError);
  expect(exitCodeOf(error)).toBe(2);
});

it('explains its own errors by their message and others by their stack', () => {
  expect(explain(new CliError('FAILED', 'do this'))).toBe('foreshadow: do this');
  expect(exitCodeOf(new CliError('INVALID_FILE', 'x'))).toBe(2);
  expect(exitCodeOf(new CliError('FAILED', 'x'))).toBe(1);
  expect(explain(new Error('bug'))).toMatch(/bug[\s\S]*program\.test/);
});
