import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '@foreshadow/domain';
import type { Config } from '@foreshadow/domain/config';
import { type Lead, LocalOrchestrator } from '@foreshadow/local';
import type { WorkerRegistry } from '@foreshadow/ports';
import { type Logger, VARIABLES } from './setting.ts';

const WORKER = fileURLToPath(new URL('./worker.js', import.meta.url));

/** Runs the workers of the run as processes of this machine. */
export function localOrchestrator(
  config: Config,
  registry: WorkerRegistry,
  clock: Clock,
  logger: Logger,
  lead?: Lead,
): LocalOrchestrator {
  const { startDelayMs, drainTimeoutMs, frozenAfterMs } = config.local;
  const redis = process.env[VARIABLES.redisOfWorkers];
  const env = redis === undefined ? {} : { [VARIABLES.redis]: redis };
  return new LocalOrchestrator({
    registry,
    command: ({ id, pool }) => ({ file: process.execPath, args: [WORKER, pool, id], env }),
    clock,
    logger,
    startDelayMs,
    drainTimeoutMs,
    frozenAfterMs,
    logDirectory: join(config.storage.path, 'logs'),
    ...(lead && { lead }),
  });
}
