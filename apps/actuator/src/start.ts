import type { Server } from 'node:http';
import { type Clock, systemClock } from '@foreshadow/domain';
import type { Config } from '@foreshadow/domain/config';
import type { Lead, WorkerCommand, WorkerName } from '@foreshadow/local';
import {
  type FrameRelay,
  type Leases,
  MemoryLeases,
  type Orchestrator,
  StateWorkerRegistry,
  type WorkerRegistry,
} from '@foreshadow/ports';
import { openStorage, type Storage } from '@foreshadow/storage';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Parts } from './assemble.ts';
import { findDashboard } from './dashboard.ts';
import { createApp } from './http/app.ts';
import { isLoopback } from './http/guard.ts';
import { candidateOf } from './lead/candidate.ts';
import { Election } from './lead/election.ts';
import { RelayGuest } from './lead/relay-guest.ts';
import { RelayHost } from './lead/relay-host.ts';
import { Replica } from './lead/replica.ts';
import { standbyApp } from './lead/standby-app.ts';
import { type CloseMode, Term } from './lead/term.ts';
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
  /**
   * Log and state, and leases where there are other replicas; by default those that `storage` names are opened, and
   * closed with the actuator.
   */
  readonly storage?: Pick<Storage, 'log' | 'state'> & Partial<Pick<Storage, 'leases' | 'relay'>>;
  /**
   * By default, in `act` mode, workers are processes of this machine. One that serves all terms of this replica and is
   * closed with it; or what opens one for a term, under its lead (`undefined`: there are no other replicas).
   */
  readonly orchestrator?: Orchestrator | ((lead: Lead | undefined) => Orchestrator);
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
  /** Whether it leads; a replica that does not stands by, and sends edges to the one that does. */
  readonly isLeading: boolean;
  /**
   * Stop planning, drain and stop the workers (`drain`) or leave them running for a successor (`leave`), save state,
   * say goodbye to the edges and close. In advise mode no worker is touched.
   */
  close(mode: 'drain' | 'leave'): Promise<void>;
}

const CLOSE_GRACE_MS = 500;

/**
 * Start the actuator: link hub, control loop and HTTP API on one port. Of several on one storage one leads.
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
  const run = new Run(config, dependencies, { ...storage, clock, logger });
  try {
    return await run.start();
  } catch (error) {
    await run.abandon();
    throw error;
  }
}

interface Basis extends Omit<Storage, 'leases' | 'relay' | 'clear'> {
  /** `undefined`: there are no other replicas. */
  readonly leases?: Leases;
  readonly relay?: FrameRelay | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** One run of an actuator process: its server, and the replica behind it. */
class Run {
  readonly #config: Config;
  readonly #dependencies: ActuatorDependencies;
  readonly #basis: Basis;
  #replica: Replica | undefined;
  #server: Server | undefined;
  #closed: Promise<void> | undefined;

  constructor(config: Config, dependencies: ActuatorDependencies, basis: Basis) {
    this.#config = config;
    this.#dependencies = dependencies;
    this.#basis = basis;
  }

  /** The port is taken before the lease is asked for: the address is the candidate's name. */
  async start(): Promise<ActuatorServer> {
    const { host, port } = this.#config.actuator;
    warnIfOpen(host, port, this.#basis.logger);
    const server = await listen((request, env) => this.#app().fetch(request, env), host, port);
    this.#server = server;
    const address = urlOf(server, host);
    this.#replica = this.#replicaAt(
      this.#config.actuator.advertisedUrl ?? `${address.url.replace(/^http/, 'ws')}/v1/link`,
    );
    const replica = this.#replica;
    await replica.start();
    return {
      ...address,
      get isLeading() {
        return replica.isLeading;
      },
      close: (mode) => (this.#closed ??= this.#close(mode)),
    };
  }

  /** After a start that failed. */
  async abandon(): Promise<void> {
    await this.#replica?.close('leave').catch(() => undefined);
    this.#server?.close();
    await this.#basis.close();
  }

  async #close(mode: CloseMode): Promise<void> {
    await this.#replica?.close(mode);
    if (this.#server !== undefined) {
      await closeServer(this.#server, CLOSE_GRACE_MS, () => this.#replica?.terminate());
    }
    await this.#basis.close();
  }

  #app(): OpenAPIHono {
    return this.#replica?.app ?? new OpenAPIHono();
  }

  #replicaAt(linkUrl: string): Replica {
    const { clock, logger, relay, leases: shared } = this.#basis;
    const leases = shared ?? new MemoryLeases(clock);
    const { host, leaseMs } = this.#config.actuator;
    const candidate = candidateOf(linkUrl);
    const election = new Election({ leases, candidate, leaseMs, clock, logger });
    const guest = relay && new RelayGuest(relay, candidate);
    return new Replica({
      election,
      logger,
      guest,
      begin: (token) =>
        this.#begin(candidate, () => election.isLeader, shared === undefined ? undefined : token),
      standby: (leaderUrl) => standbyApp({ host, clock, leaderUrl, guest }),
    });
  }

  async #begin(candidate: string, mayAct: () => boolean, term: number | undefined): Promise<Term> {
    const { log, state, relay, clock, logger } = this.#basis;
    const { openTrainer: trainer } = this.#dependencies;
    const registry = new StateWorkerRegistry(state);
    const lead = term === undefined ? undefined : { token: term, isHeld: mayAct };
    const orchestrator = this.#orchestratorUnder(lead, registry);
    const world: World = {
      clock,
      logger,
      log,
      state,
      orchestrator,
      mayAct,
      term,
      openTrainer: trainer ?? (() => openTrainer(state, clock)),
      usage: processUsage,
    };
    return Term.begin({
      config: this.#config,
      world,
      host: relay && ((hub) => new RelayHost({ relay, candidate, accept: () => hub.accept() })),
      app: (parts, closing) => this.#leaderApp(parts, closing),
      // One that was given serves all terms.
      closeOrchestrator: async (mode, isFinal) => {
        if (isFinal || typeof this.#dependencies.orchestrator !== 'object') await orchestrator?.close(mode);
      },
    });
  }

  #orchestratorUnder(lead: Lead | undefined, registry: WorkerRegistry): Orchestrator | undefined {
    const { orchestrator, workerCommand: command } = this.#dependencies;
    if (typeof orchestrator === 'function') return orchestrator(lead);
    const { clock, logger } = this.#basis;
    return orchestrator ?? openOrchestrator(this.#config, { registry, clock, logger, lead, command });
  }

  #leaderApp(parts: Parts, closing: AbortSignal): OpenAPIHono {
    const { clock, logger } = this.#basis;
    return createApp({
      api: parts.board,
      metrics: parts.metrics,
      announce: {
        announcements: parts.models.announcements,
        nowMs: () => clock.nowMs(),
        onChange: (kind, stream, message) => parts.journal.note(clock.nowMs(), kind, stream, message),
      },
      link: parts.hub.middleware(),
      host: this.#config.actuator.host,
      version: VERSION,
      dashboardDir: this.#dependencies.dashboardDir ?? findDashboard(),
      closing,
      logger,
    });
  }
}

function warnIfOpen(host: string, port: number, logger: Logger): void {
  if (isLoopback(host)) return;
  logger.warn(
    { host, port },
    'INSECURE: the actuator listens beyond this machine and asks nobody for a token; anyone who reaches the port ' +
      'can read everything and can pass for an edge. Bind it to 127.0.0.1, or keep others off the port',
  );
}

function processUsage(): { readonly cpuSeconds: number; readonly residentBytes: number } {
  const { user, system } = process.cpuUsage();
  return { cpuSeconds: (user + system) / 1e6, residentBytes: process.memoryUsage.rss() };
}
