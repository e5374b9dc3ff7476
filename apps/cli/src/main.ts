#!/usr/bin/env node
/**
 * The `foreshadow` command.
 * @module
 */
import { buildProgram } from './program.ts';
import { exitCodeOf, explain } from './errors.ts';

try {
  await buildProgram().parseAsync(process.argv);
} catch (error) {
  const code = exitCodeOf(error);
  const message = explain(error);
  if (message !== '') process.stderr.write(`${message}\n`);
  process.exitCode = code;
}
