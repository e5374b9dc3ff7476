import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { systemClock } from '@foreshadow/domain';
import type { Config, PoolConfig } from '@foreshadow/domain/config';
import { StateWorkerRegistry } from '@foreshadow/ports';
import { openStorage } from '@foreshadow/storage';
import { type RecordHandler, runWorker } from '@foreshadow/worker-sdk';
import { Command } from 'commander';
import { loadConfig, poolPartitions } from '../config-file.ts';
import { CliError } from '../errors.ts';
import { createLogger } from '../logger.ts';
import { leaveParent, shutdownSignal } from '../shutdown.ts';
import { superviseParent } from '../supervisor.ts';

interface Flags {
  config?: string;
  pool: string;
  id: string;
  module?: string;
}

export function workerCommand(): Command {
  return new Command('worker')
    .description('run one worker of a pool; started by the orchestrator, or by hand')
    .option('-c, --config <file>', 'configuration file (YAML or JSON)')
    .requiredOption('--pool <name>', 'pool to work for')
    .option('--id <id>', 'name of this worker, unique in its pool', `worker-${process.pid}`)
    .option(
      '--module <file.js>',
      'module whose default export handles records (default: the pool’s `module`)',
    )
    .action(async (flags: Flags) => {
      const config = loadConfig(flags.config);
      const pool = poolOf(config, flags.pool);
      const handler = await loadHandler(flags.module ?? pool.module);
      const signal = superviseParent(shutdownSignal());
      const logger = createLogger(flags.id);
      const storage = await openStorage(config.storage, logger);
      try {
        await runWorker({
          id: flags.id,
          pool: pool.name,
          group: pool.group,
          partitions: poolPartitions(config, pool.name),
          log: storage.log,
          leases: storage.leases,
          registry: new StateWorkerRegistry(storage.state),
          clock: systemClock,
          handler,
          startDelayMs: Number(process.env['FORESHADOW_START_DELAY_MS'] ?? config.local.startDelayMs),
          drainTimeoutMs: config.local.drainTimeoutMs,
          signal,
          logger,
        });
      } finally {
        await storage.close();
        leaveParent();
      }
    });
}

function poolOf(config: Config, name: string): PoolConfig {
  const pool = config.pools.find((p) => p.name === name);
  if (pool !== undefined) return pool;
  const known = config.pools.map((p) => p.name).join(', ') || '(none configured)';
  throw new CliError('INVALID_OPTION', `unknown pool '${name}'; one of ${known}`);
}

/** The handler of a module's default export; without a module, the demo's. */
async function loadHandler(module: string | undefined): Promise<RecordHandler> {
  const url =
    module === undefined
      ? new URL('../workload/handler.js', import.meta.url)
      : pathToFileURL(resolve(module));
  let loaded: { default?: unknown };
  try {
    loaded = (await import(url.href)) as { default?: unknown };
  } catch (cause) {
    throw new CliError('INVALID_FILE', `cannot load the handler ${module}: ${(cause as Error).message}`, {
      cause,
    });
  }
  if (typeof loaded.default !== 'function') {
    throw new CliError(
      'INVALID_FILE',
      `${module}: its default export must be a function (records, context) => void`,
    );
  }
  return loaded.default as RecordHandler;
}
