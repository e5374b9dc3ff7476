import { startActuator } from '@foreshadow/actuator';
import { Command } from 'commander';
import { loadConfig } from '../config-file.ts';
import { createLogger } from '../logger.ts';
import { aborted, leaveParent, shutdownSignal } from '../shutdown.ts';
import { workerInvocation } from '../worker-invocation.ts';

export function actuatorCommand(): Command {
  return new Command('actuator')
    .description('run the actuator: forecasts in, plans out; HTTP API and dashboard')
    .option('-c, --config <file>', 'configuration file (YAML or JSON)')
    .option('--leave-workers', 'on exit, leave the workers running for a successor instead of draining them')
    .action(async (options: { config?: string; leaveWorkers?: boolean }) => {
      const signal = shutdownSignal();
      const logger = createLogger('actuator');
      const config = loadConfig(options.config);
      const workerCommand = workerInvocation(options.config);
      const server = await startActuator(config, { logger, workerCommand });
      logger.info({ url: server.url, mode: config.actuator.mode }, 'actuator listens');
      await aborted(signal);
      await server.close(options.leaveWorkers === true ? 'leave' : 'drain');
      leaveParent();
    });
}
