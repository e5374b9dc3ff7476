import { type Clock, systemClock } from '@foreshadow/domain';
import type { Config } from '@foreshadow/domain/config';
import type { WorkerCommand, WorkerName } from '@foreshadow/local';
import { type Orchestrator, StateWorkerRegistry } from '@foreshadow/ports';
import { openStorage, type Storage } from '@foreshadow/storage';
import { assemble, type Parts } from './assemble.ts';
import { findDashboard } from './dashboard.ts';
import { createApp } from './http/app.ts';
import { isLoopback } from './http/guard.ts';
import { closeServer, listen, urlOf } from './listen.ts';
import { type Logger, silentLogger } from './logger.ts';
import { openOrchestrator } from './orchestrate.ts';
import { openTrainer } from './training/open-trainer.ts';
import type { Trainer } from './training/trainer.ts';
import { VERSION } from './version.ts';
import type { World } from './world.ts';

export interface ActuatorDependencies {
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** Log and state; by default those that `storage` names are opened, and closed with the actuator. */
  readonly storage?: Pick<Storage, 'log' | 'state'>;
  /** By default, in `act` mode, workers are processes of this machine. It is closed with the actuator. */
  readonly orchestrator?: Orchestrator;
  /** How a worker process is started; needed in `act` mode without `orchestrator`. */
  readonly workerCommand?: (worker: WorkerName) => WorkerCommand;
  /** What trains networks; by default that of `@foreshadow/trainer`, where it is installed. */
  readonly openTrainer?: () => Promise<Trainer | undefined>;
  /** Folder of the built dashboard; by default that of `@foreshadow/dashboard`. */
  readonly dashboardDir?: string;
}

/** A running actuator. */
export interface ActuatorServer {
  readonly url: string;
  readonly port: number;
  /**
   * Stop planning, drain and stop the workers (`drain`) or leave them running for a successor (`leave`), save state,
   * say goodbye to the edges and close. In advise mode no worker is touched.
   */
  close(mode: 'drain' | 'leave'): Promise<void>;
}

const CLOSE_GRACE_MS = 500;

/**
 * Start the actuator: link hub, control loop and HTTP API on one port.
 * @throws {ActuatorError} `PORT_IN_USE`, `CANNOT_LISTEN`, `NO_WORKER_COMMAND`
 */
export async function startActuator(
  config: Config,
  dependencies: ActuatorDependencies = {},
): Promise<ActuatorServer> {
  const { logger = silentLogger, clock = systemClock } = dependencies;
  const storage =
    dependencies.storage === undefined
      ? await openStorage(config.storage, logger)
      : { ...dependencies.storage, close: () => Promise.resolve() };
  const { log, state } = storage;
  const closing = new AbortController();
  try {
    const registry = new StateWorkerRegistry(state);
    const orchestrator =
      dependencies.orchestrator ??
      openOrchestrator(config, { registry, clock, logger, command: dependencies.workerCommand });
    const trainer = dependencies.openTrainer ?? (() => openTrainer(state, clock));
    const world = { clock, logger, log, state, orchestrator, openTrainer: trainer, usage: processUsage };
    const parts = assemble(config, world);
    await parts.models.restore();
    const server = await serve(config, parts, { logger, clock }, closing.signal, dependencies.dashboardDir);
    orchestrator?.onEvent((e) => parts.journal.note(e.atMs, `worker-${e.kind}`, e.worker, e.message));
    await parts.loop.restore();
    const running = Promise.all([parts.loop.run(closing.signal), parts.models.run(closing.signal)]);
    const closeOrchestrator = async (mode: 'drain' | 'leave'): Promise<void> => {
      if (config.actuator.mode !== 'act') return;
      await orchestrator?.close(mode).catch((err: unknown) => {
        logger.error({ err, mode }, 'the workers could not be stopped in order');
      });
    };
    const stop = async (mode: 'drain' | 'leave'): Promise<void> => {
      closing.abort();
      await running;
      await closeOrchestrator(mode);
      await parts.loop.save();
      parts.hub.close();
      await closeServer(server, CLOSE_GRACE_MS, () => parts.hub.terminate());
      await storage.close();
    };
    let stopped: Promise<void> | undefined;
    return { ...urlOf(server, config.actuator.host), close: (mode) => (stopped ??= stop(mode)) };
  } catch (error) {
    closing.abort();
    await storage.close();
    throw error;
  }
}

async function serve(
  config: Config,
  parts: Parts,
  { logger, clock }: Pick<World, 'logger' | 'clock'>,
  closing: AbortSignal,
  dashboardDir: string | undefined,
): ReturnType<typeof listen> {
  const { host, port } = config.actuator;
  const app = createApp({
    api: parts.board,
    metrics: parts.metrics,
    announce: {
      announcements: parts.models.announcements,
      nowMs: () => clock.nowMs(),
      onChange: (kind, stream, message) => parts.journal.note(clock.nowMs(), kind, stream, message),
    },
    link: parts.hub.middleware(),
    host,
    version: VERSION,
    dashboardDir: dashboardDir ?? findDashboard(),
    closing,
    logger,
  });
  if (!isLoopback(host)) {
    logger.warn(
      { host, port },
      'INSECURE: the actuator listens beyond this machine and asks nobody for a token; anyone who reaches the port ' +
        'can read everything and can pass for an edge. Bind it to 127.0.0.1, or keep others off the port',
    );
  }
  return listen(app, host, port);
}

function processUsage(): { readonly cpuSeconds: number; readonly residentBytes: number } {
  const { user, system } = process.cpuUsage();
  return { cpuSeconds: (user + system) / 1e6, residentBytes: process.memoryUsage.rss() };
}
