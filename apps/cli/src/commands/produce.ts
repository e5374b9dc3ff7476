import { Command } from 'commander';
import { linesOf } from '../lines.ts';
import { httpUrl } from '../options.ts';
import { produceLines } from '../produce-lines.ts';
import { shutdownSignal } from '../shutdown.ts';

export function produceCommand(): Command {
  return new Command('produce')
    .description('send each line of standard input as a record: tail -f access.log | foreshadow produce web')
    .argument('<stream>', 'name of the stream')
    .option('--key <field>', 'route by this top-level field of JSON lines')
    .option('--edge <url>', 'ingest edge', httpUrl, 'http://127.0.0.1:7071')
    .action(async (stream: string, options: { key?: string; edge: string }) => {
      const sent = await produceLines({
        lines: linesOf(process.stdin),
        stream,
        key: options.key,
        edgeUrl: options.edge,
        signal: shutdownSignal(),
        onRetry: (why) => process.stderr.write(`foreshadow: ${why}; trying again\n`),
      }).finally(() => process.stdin.destroy()); // an open pipe would keep a stopped process alive
      process.stderr.write(`${sent} records acknowledged\n`);
    });
}
