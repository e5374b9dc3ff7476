import { startEdge } from '@foreshadow/edge';
import { Command } from 'commander';
import { loadConfig } from '../config-file.ts';
import { createLogger } from '../logger.ts';
import { aborted, leaveParent, shutdownSignal } from '../shutdown.ts';

export function edgeCommand(): Command {
  return new Command('edge')
    .description(
      'run an ingest edge node: HTTP NDJSON in, stream log out, shadow and forecasts to the actuator',
    )
    .option('-c, --config <file>', 'configuration file (YAML or JSON)')
    .action(async (options: { config?: string }) => {
      const signal = shutdownSignal();
      const logger = createLogger('edge');
      const server = await startEdge(loadConfig(options.config), { logger });
      logger.info({ url: server.url }, 'edge listens');
      await aborted(signal);
      await server.close();
      leaveParent();
    });
}
