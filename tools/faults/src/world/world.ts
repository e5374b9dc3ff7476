import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { PartitionKey } from '@foreshadow/domain';
import { type Config, toWorkerPool } from '@foreshadow/domain/config';
import { machineClock } from '@foreshadow/local';
import { StateWorkerRegistry, type WorkerReport } from '@foreshadow/ports';
import getPort from 'get-port';
import { checkHistory, type Verdict } from '../check/check-history.ts';
import { HistoryWriter, machineMs, readHistory } from '../history/files.ts';
import { recordingOrchestrator } from '../history/recording.ts';
import { TcpProxy } from '../net/tcp-proxy.ts';
import { CPU_MS_PER_RECORD } from '../processes/handler.ts';
import { localOrchestrator } from '../processes/orchestrator.ts';
import { type Logger, VARIABLES } from '../processes/setting.ts';
import { openStores, type Stores } from '../processes/stores.ts';
import { Daemon } from './daemon.ts';
import { FaultsError } from './errors.ts';
import { Producer } from './producer.ts';
import { startRedis } from './redis-server.ts';
import { Scaler } from './scaler.ts';
import {
  DRAIN_TIMEOUT_MS,
  KEYS,
  linkUrl,
  POOL,
  RECORDS_PER_SEC,
  STREAM,
  worldConfig,
  type WorldSettings,
} from './settings.ts';

/** Only a system that does not come up at all takes as long: on a busy machine each process needs a minute to start. */
const READY_TIMEOUT_MS = 300_000;
/** The longest that all that was acknowledged may take to be handled once the fault is over. */
const CATCH_UP_MS = 60_000;
const STOP_GRACE_MS = 20_000;
const WARM_UP_MS = 4000;
const LOOPBACK = { host: '127.0.0.1' };

/** Links that can be made bad: producer to edge, edge to the actuators, all to Redis. */
export interface Links {
  readonly ingest: TcpProxy;
  /** One an actuator, in their order. */
  readonly actuators: readonly TcpProxy[];
  /** None on LMDB. */
  readonly redis: RedisLinks | undefined;
}

/** To Redis, apart by who is at the other end. */
export interface RedisLinks {
  readonly workers: TcpProxy;
  readonly edge: TcpProxy;
  /** In their order. */
  readonly actuators: readonly TcpProxy[];
}

interface Parts {
  readonly dir: string;
  readonly config: Config;
  readonly history: HistoryWriter;
  readonly stores: Stores;
  readonly links: Links;
  /** None on LMDB. */
  readonly redis: Daemon | undefined;
  readonly edge: Daemon;
  /** None while the run itself scales. */
  readonly actuators: readonly Daemon[];
  readonly scaler: Scaler | undefined;
}

/** A running system under load, of real processes, to break. */
export class World {
  readonly #parts: Parts;
  readonly #registry: StateWorkerRegistry;
  #producer: Producer | undefined;
  #stopped: Promise<void> | undefined;

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.#registry = new StateWorkerRegistry(parts.stores.state);
  }

  /** Start everything; resolves once all partitions have owners and the load has run for a while. */
  static async start(settings: WorldSettings): Promise<World> {
    const world = new World(await startParts(settings));
    try {
      await world.settled();
      world.#load();
      await sleep(WARM_UP_MS);
      await world.#until('the load is kept up with', READY_TIMEOUT_MS, () =>
        world.#isLagBelow(RECORDS_PER_SEC),
      );
    } catch (error) {
      await world.close(true);
      throw error;
    }
    return world;
  }

  #load(): void {
    const { links, history } = this.#parts;
    const neededCores = (RECORDS_PER_SEC * CPU_MS_PER_RECORD) / 1000;
    history.write({ kind: 'load', atMs: machineMs(), neededCores });
    const url = `http://127.0.0.1:${links.ingest.port}/v1/streams/${STREAM}/records?key=key`;
    this.#producer = new Producer({ url, recordsPerSec: RECORDS_PER_SEC, keys: KEYS, history });
  }

  get edge(): Daemon {
    return this.#parts.edge;
  }

  get links(): Parts['links'] {
    return this.#parts.links;
  }

  /** The only actuator, or the first. */
  get actuator(): Daemon {
    const [actuator] = this.#parts.actuators;
    if (actuator === undefined)
      throw new FaultsError('NO_ACTUATOR', 'this run has no actuator; it scales itself');
    return actuator;
  }

  /** The actuator that leads, with its place among them. */
  async leader(): Promise<{ readonly actuator: Daemon; readonly index: number }> {
    const { actuators, links, stores } = this.#parts;
    const name = (await stores.leases.holder('actuator/leader'))?.owner;
    const index = links.actuators.findIndex((link) => name?.startsWith(`${linkUrl(link.port)}#`));
    const actuator = actuators[index];
    if (actuator === undefined) throw new FaultsError('NO_ACTUATOR', 'no actuator leads');
    return { actuator, index };
  }

  /** Resolves once another actuator leads than the one at `index`. */
  async succeeded(index: number): Promise<void> {
    await this.#until('another actuator leads', READY_TIMEOUT_MS, async () => {
      return (await this.leader()).index !== index;
    });
  }

  get redis(): Daemon {
    const { redis } = this.#parts;
    if (redis === undefined) throw new FaultsError('NO_REDIS', 'this run is on LMDB');
    return redis;
  }

  get redisLinks(): RedisLinks {
    const { redis } = this.#parts.links;
    if (redis === undefined) throw new FaultsError('NO_REDIS', 'this run is on LMDB');
    return redis;
  }

  /** Scale by hand; resolves once there are so many workers, all ready, and all partitions have owners among them. */
  async scaleTo(workers: number): Promise<void> {
    const { scaler } = this.#parts;
    if (scaler === undefined) throw new FaultsError('NO_SCALER', 'this run is scaled by its actuator');
    scaler.scaleTo(workers);
    await this.#until(`${workers} workers are ready and own all partitions`, READY_TIMEOUT_MS, async () => {
      const reports = await this.#registry.reports(POOL);
      const owned = reports.reduce((sum, r) => sum + r.owns.length, 0);
      const areReady = reports.every((r) => r.phase === 'ready');
      return reports.length === workers && areReady && owned === this.#partitions().length;
    });
  }

  /** While true, each record takes its worker 50 ms more. */
  set isSlow(slow: boolean) {
    const file = join(this.#parts.config.storage.path, 'slow');
    if (slow) writeFileSync(file, '');
    else rmSync(file, { force: true });
  }

  /** The fault proper: what is done to the system, for as long as it lasts. */
  async fault(act: () => Promise<void>): Promise<void> {
    this.#parts.history.write({ kind: 'fault', atMs: machineMs(), what: 'begin' });
    await act();
    this.#parts.history.write({ kind: 'fault', atMs: machineMs(), what: 'end' });
  }

  /** The worker that owns the most partitions. */
  async busiestWorker(): Promise<WorkerReport & { readonly pid: number }> {
    const reports = (await this.#registry.reports(POOL)).filter((r) => r.phase === 'ready');
    const [first] = [...reports].sort((a, b) => b.owns.length - a.owns.length);
    if (first?.pid === undefined) throw new FaultsError('NOT_READY', 'no worker is ready');
    return { ...first, pid: first.pid };
  }

  /** Resolves once every partition has a ready owner. */
  async settled(): Promise<void> {
    const partitions = this.#partitions();
    await this.#until('every partition has an owner', READY_TIMEOUT_MS, async () => {
      const reports = await this.#registry.reports(POOL);
      const owned = new Set(reports.filter((r) => r.phase === 'ready').flatMap((r) => r.owns));
      return partitions.every((p) => owned.has(p));
    });
  }

  /** End the load, wait until all is handled, stop everything in order, and check the history. */
  async finish(): Promise<Verdict> {
    await this.#producer?.stop(CATCH_UP_MS);
    // What is not handled by then, the check tells.
    await this.#until('all is handled', CATCH_UP_MS, () => this.#isLagBelow(1)).catch(() => undefined);
    await this.#stop();
    const events = readHistory(this.#historyDir);
    return checkHistory(events, { drainTimeoutMs: DRAIN_TIMEOUT_MS });
  }

  /** Stop everything; its files go, unless they are to be looked at. */
  async close(keep = false): Promise<string> {
    await this.#producer?.stop(0);
    await this.#stop();
    if (!keep) rmSync(this.#parts.dir, { recursive: true, force: true });
    return this.#parts.dir;
  }

  #stop(): Promise<void> {
    return (this.#stopped ??= this.#stopParts());
  }

  async #stopParts(): Promise<void> {
    const { scaler, edge, links, stores, redis } = this.#parts;
    await scaler?.stop();
    // The one that leads last: it drains the workers, and nobody else may start them again.
    for (const actuator of await this.#leaderLast()) await actuator.stop(STOP_GRACE_MS);
    await edge.stop(STOP_GRACE_MS);
    await this.#killWorkers();
    await stores.close();
    const toRedis = links.redis && [links.redis.workers, links.redis.edge, ...links.redis.actuators];
    const all = [links.ingest, ...links.actuators, ...(toRedis ?? [])];
    await Promise.all(all.map((link) => link.close()));
    await redis?.stop(STOP_GRACE_MS);
  }

  async #leaderLast(): Promise<readonly Daemon[]> {
    const { actuators } = this.#parts;
    const last = actuators.length > 1 ? await this.leader().catch(() => undefined) : undefined;
    return [...actuators].sort((a, b) => Number(a === last?.actuator) - Number(b === last?.actuator));
  }

  /** Workers that a stopped actuator left, by their own reports. */
  async #killWorkers(): Promise<void> {
    for (const { id, pid } of await this.#registry.reports(POOL)) {
      if (pid !== undefined && isWorker(pid, id)) process.kill(pid, 'SIGKILL');
    }
  }

  /** Whether fewer records than this wait to be handled. */
  async #isLagBelow(records: number): Promise<boolean> {
    const { log } = this.#parts.stores;
    const group = this.#parts.config.pools[0]!.group;
    const lags = await Promise.all(this.#partitions().map((p) => log.lag(p, group)));
    return lags.reduce((sum, lag) => sum + lag.records, 0) < records;
  }

  async #until(what: string, timeoutMs: number, isTrue: () => Promise<boolean>): Promise<void> {
    const giveUpMs = machineMs() + timeoutMs;
    while (machineMs() < giveUpMs) {
      if (await isTrue().catch(() => false)) return;
      await sleep(100);
    }
    throw new FaultsError(
      'TIMEOUT',
      `not within ${timeoutMs / 1000} s: ${what}; logs are in ${this.#parts.dir}`,
    );
  }

  #partitions(): readonly PartitionKey[] {
    const { pools, streams } = this.#parts.config;
    return toWorkerPool(pools[0]!, streams[0]!).partitions;
  }

  get #historyDir(): string {
    return join(this.#parts.dir, 'history');
  }
}

/** Whether the process is the worker that has this number in its report: the number may be another's by now. */
function isWorker(pid: number, id: string): boolean {
  try {
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return args.includes(id) && args.some((arg) => arg.endsWith('worker.js'));
  } catch {
    return false;
  }
}

async function startParts(settings: WorldSettings): Promise<Parts> {
  const dir = mkdtempSync(join(tmpdir(), 'foreshadow-faults-'));
  const count = settings.planned ? settings.replicas : 1;
  const [edgePort, redisPort] = [await getPort(LOOPBACK), await getPort(LOOPBACK)];
  const ports = await Promise.all(Array.from({ length: count }, () => getPort(LOOPBACK)));
  const isOnRedis = settings.store === 'redis';
  const redis = isOnRedis ? await startRedis(dir, redisPort) : undefined;
  const links: Links = {
    ingest: await linkTo(edgePort),
    actuators: await Promise.all(ports.map(linkTo)),
    redis: isOnRedis ? await redisLinks(redisPort, count) : undefined,
  };
  const linkPorts = links.actuators.map((link) => link.port);
  const config = worldConfig(join(dir, 'store'), { edge: edgePort, links: linkPorts }, settings);
  const [configFile, historyDir] = [join(dir, 'config.json'), join(dir, 'history')];
  mkdirSync(config.storage.path, { recursive: true });
  writeFileSync(configFile, JSON.stringify(config));
  const env = {
    [VARIABLES.config]: configFile,
    [VARIABLES.history]: historyDir,
    [VARIABLES.parent]: String(process.pid),
    [VARIABLES.actuators]: ports.join(),
    [VARIABLES.links]: linkPorts.join(),
    ...redisVariable(VARIABLES.redis, redisPort, isOnRedis),
    ...redisVariable(VARIABLES.redisOfWorkers, links.redis?.workers.port),
  };
  // Workers that this process starts itself have them from it, and the stores are opened by them.
  for (const name of Object.values(VARIABLES)) delete process.env[name];
  Object.assign(process.env, env);
  const stores = await openStores(config, machineClock, quiet);
  const history = new HistoryWriter(historyDir, 'run');
  const start = (name: string, file: string, more: Readonly<Record<string, string>>): Daemon =>
    new Daemon({
      file: process.execPath,
      args: [fileURLToPath(new URL(`../processes/${file}.js`, import.meta.url))],
      env: { ...env, ...more },
      logFile: join(dir, `${name}.log`),
    });
  const edge = start('edge', 'edge', redisVariable(VARIABLES.redis, links.redis?.edge.port));
  const startActuator = (index: number): Daemon =>
    start(`actuator-${index}`, 'actuator', {
      [VARIABLES.replica]: String(index),
      ...redisVariable(VARIABLES.redis, links.redis?.actuators[index]?.port),
    });
  const actuators = settings.planned ? ports.map((_, index) => startActuator(index)) : [];
  const scaler = settings.planned ? undefined : startScaler(config, stores, history);
  return { dir, config, history, stores, links, redis, edge, actuators, scaler };
}

const quiet: Logger = { info: () => undefined, warn: () => undefined, error: () => undefined };

const linkTo = (port: number): Promise<TcpProxy> => TcpProxy.open({ host: '127.0.0.1', port });

async function redisLinks(port: number, actuators: number): Promise<RedisLinks> {
  return {
    workers: await linkTo(port),
    edge: await linkTo(port),
    actuators: await Promise.all(Array.from({ length: actuators }, () => linkTo(port))),
  };
}

function redisVariable(name: string, port: number | undefined, isThere = true): Record<string, string> {
  return port === undefined || !isThere ? {} : { [name]: `redis://127.0.0.1:${port}` };
}

function startScaler(config: Config, stores: Stores, history: HistoryWriter): Scaler {
  const registry = new StateWorkerRegistry(stores.state);
  const orchestrator = localOrchestrator(config, registry, machineClock, quiet);
  return new Scaler(
    toWorkerPool(config.pools[0]!, config.streams[0]!),
    recordingOrchestrator(orchestrator, 'run', history),
    1,
  );
}
