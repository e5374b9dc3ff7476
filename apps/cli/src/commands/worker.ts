import { systemClock } from '@foreshadow/domain';
import type { Config, PoolConfig } from '@foreshadow/domain/config';
import { StateWorkerRegistry } from '@foreshadow/ports';
import { openStorage } from '@foreshadow/storage';
import { runWorker } from '@foreshadow/worker-sdk';
import { Command } from 'commander';
import { loadConfig, poolPartitions } from '../config-file.ts';
import { CliError } from '../errors.ts';
import { createLogger } from '../logger.ts';
import { integer } from '../options.ts';
import { leaveParent, shutdownSignal } from '../shutdown.ts';
import { superviseParent } from '../supervisor.ts';
import { loadHandler } from '../worker/load-handler.ts';

interface Flags {
  config?: string;
  pool?: string;
  id: string;
  module?: string;
  concurrency?: number;
}

const EPILOGUE = `
The module's default export handles batches of records of one partition, in order:

  export default async (records, { partition, token, signal }) => {
    for (const { key, value, position, timestampMs } of records) { … }
  };

What it returns from is committed (at least once: after a crash the last ones come again); what it throws on is tried
again, and after \`pools[].worker.attempts\` calls goes to the dead-letter stream, and the partition goes on. Pass
\`token\` with outside effects: their receiver should refuse smaller ones than it has seen for the partition.

SIGTERM or Ctrl-C drains: nothing new is begun, what is in flight is finished, committed and released (at most
\`local.drainTimeoutMs\`), exit code 0. A second signal ends the process at once; nothing is lost then either.
Logs are JSON, one object a line, on stderr.

Examples:
  foreshadow worker --config foreshadow.yaml --module handler.js
  foreshadow worker --config foreshadow.yaml --pool orders --id orders-7 --concurrency 16`;

export function workerCommand(): Command {
  return new Command('worker')
    .description('run one worker of a pool; started by the orchestrator, or by hand')
    .option('-c, --config <file>', 'configuration file (YAML or JSON)')
    .option('--pool <name>', 'pool to work for (default: the only one configured)')
    .option('--id <id>', 'name of this worker, unique in its pool', `worker-${process.pid}`)
    .option(
      '--module <file.js>',
      'module whose default export handles records, relative to the working directory (default: the pool’s `module`; without one, the work of the demo)',
    )
    .option(
      '--concurrency <n>',
      'handler calls at a time; above 1, records of one key keep their order, and only these (default: the pool’s)',
      integer(1, 1000),
    )
    .addHelpText('after', EPILOGUE)
    .action((flags: Flags) => work(flags));
}

async function work(flags: Flags): Promise<void> {
  const config = loadConfig(flags.config);
  const pool = poolOf(config, flags.pool);
  const handler = await loadHandler(flags.module ?? pool.module);
  const signal = superviseParent(shutdownSignal());
  const logger = createLogger(flags.id, { fields: { pool: pool.name, group: pool.group } });
  const storage = await openStorage(config.storage, logger);
  const { attempts, retryBackoffMs, maxRetryBackoffMs, deadLetterStream, ...settings } = pool.worker;
  try {
    await runWorker({
      ...settings,
      ...(flags.concurrency === undefined ? {} : { concurrency: flags.concurrency }),
      ...(deadLetterStream === undefined ? {} : { deadLetterStream }),
      id: flags.id,
      pool: pool.name,
      group: pool.group,
      partitions: poolPartitions(config, pool.name),
      log: storage.log,
      leases: storage.leases,
      registry: new StateWorkerRegistry(storage.state),
      clock: systemClock,
      handler,
      retry: { attempts, initialBackoffMs: retryBackoffMs, maxBackoffMs: maxRetryBackoffMs },
      startDelayMs: Number(process.env['FORESHADOW_START_DELAY_MS'] ?? config.local.startDelayMs),
      drainTimeoutMs: config.local.drainTimeoutMs,
      signal,
      logger,
    });
  } finally {
    await storage.close();
    leaveParent();
  }
}

function poolOf({ pools }: Config, name: string | undefined): PoolConfig {
  const pool = name === undefined && pools.length === 1 ? pools[0] : pools.find((p) => p.name === name);
  if (pool !== undefined) return pool;
  const known = pools.map((p) => p.name).join(', ');
  if (known === '') {
    throw new CliError(
      'INVALID_OPTION',
      'no pool is configured; name a configuration that has one with --config',
    );
  }
  const problem = name === undefined ? '--pool is missing' : `unknown pool '${name}'`;
  throw new CliError('INVALID_OPTION', `${problem}; one of ${known}`);
}
