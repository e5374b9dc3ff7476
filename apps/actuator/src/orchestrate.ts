import { join } from 'node:path';
import type { Clock } from '@foreshadow/domain';
import type { Config } from '@foreshadow/domain/config';
import { type Lead, LocalOrchestrator, type WorkerCommand, type WorkerName } from '@foreshadow/local';
import type { Orchestrator, WorkerRegistry } from '@foreshadow/ports';
import { ActuatorError } from './errors.ts';
import type { Logger } from './logger.ts';

export interface OrchestratorParts {
  readonly registry: WorkerRegistry;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How a worker is started. */
  readonly command: ((worker: WorkerName) => WorkerCommand) | undefined;
  /** `undefined`: there are no other replicas. */
  readonly lead: Lead | undefined;
}

/**
 * The orchestrator of worker processes on this machine, which log to `<storage.path>/logs`; none in advise mode, where
 * others run the workers, and none where there is no pool.
 * @throws {ActuatorError} `NO_WORKER_COMMAND` in act mode without a command.
 */
export function openOrchestrator(config: Config, parts: OrchestratorParts): Orchestrator | undefined {
  const { registry, clock, logger, command, lead } = parts;
  if (config.actuator.mode !== 'act' || config.pools.length === 0) return undefined;
  if (command === undefined) {
    throw new ActuatorError(
      'NO_WORKER_COMMAND',
      "actuator.mode 'act' needs workerCommand, which says how to start a worker, or an orchestrator",
    );
  }
  const { startDelayMs, drainTimeoutMs, frozenAfterMs } = config.local;
  return new LocalOrchestrator({
    registry,
    command,
    clock,
    logger,
    startDelayMs,
    drainTimeoutMs,
    frozenAfterMs,
    logDirectory: join(config.storage.path, 'logs'),
    ...(lead && { lead }),
  });
}
