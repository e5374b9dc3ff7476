import { configJsonSchema } from '@foreshadow/domain/config';
import { Command } from 'commander';
import { stringify } from 'yaml';
import { loadConfig } from '../config-file.ts';

export function configCommand(): Command {
  const command = new Command('config').description('check, show or describe the configuration');
  command
    .command('check')
    .description(
      'check a configuration file and the environment; exit code 2 with key, value and range if invalid',
    )
    .argument('<file>', 'YAML or JSON file')
    .action((file: string) => {
      const { streams, pools } = loadConfig(file);
      const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
      process.stdout.write(
        `${file}: valid; ${count(streams.length, 'stream')}, ${count(pools.length, 'pool')}\n`,
      );
    });
  command
    .command('show')
    .description('print the configuration with all defaults and the environment applied')
    .argument('[file]', 'YAML or JSON file')
    .action((file: string | undefined) => void process.stdout.write(stringify(loadConfig(file))));
  command
    .command('schema')
    .description('print the JSON Schema of the configuration file')
    .action(() => void process.stdout.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`));
  return command;
}
