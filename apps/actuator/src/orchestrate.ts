import type { Clock } from '@foreshadow/domain';
import type { Config } from '@foreshadow/domain/config';
import type { Orchestrator, WorkerRegistry } from '@foreshadow/ports';
import { ActuatorError } from './errors.ts';
import type { Logger } from './logger.ts';

/** The process that a worker is. */
export type WorkerCommand = (worker: { readonly id: string; readonly pool: string }) => {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
};

export interface OrchestratorParts {
  readonly registry: WorkerRegistry;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly command: WorkerCommand | undefined;
}

/**
 * The orchestrator of worker processes on this machine; none in advise mode, where others run the workers.
 * @throws {ActuatorError} `NO_WORKER_COMMAND` in act mode without a command.
 */
export function openOrchestrator(config: Config, parts: OrchestratorParts): Orchestrator | undefined {
  if (config.actuator.mode !== 'act' || config.pools.length === 0) return undefined;
  throw new ActuatorError(
    'NO_WORKER_COMMAND',
    `mode 'act' needs an orchestrator, or the command that starts a worker (${parts.command === undefined ? 'none' : 'unused'})`,
  );
}
