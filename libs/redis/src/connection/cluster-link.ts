import { createCluster, type RedisArgument } from 'redis';
import { Complaints } from './complaints.ts';
import { portErrorOf } from './errors.ts';
import { CLIENT_OPTIONS, encryption, SOCKET_OPTIONS } from './client-options.ts';
import { InFlight } from './in-flight.ts';
import type { BlockingClient, Command, Link, LinkSetting, Reply } from './link.ts';
import { requireReplicas, waitFor } from './replicas.ts';
import type { Target } from './targets.ts';
import type { ReplicaOptions } from '../options.ts';

const LONGEST_PAUSE_MS = 1000;
/** A node that stays away this long may have been replaced: look who has its slots. */
const REFRESH_AFTER_MS = 500;

type Cluster = ReturnType<typeof clusterOf>;

interface Node {
  readonly host: string;
  readonly port: number;
}

/** Connections to all nodes of a cluster. The client follows moved slots and opens lost connections again. */
export class ClusterLink implements Link {
  readonly isCluster = true;
  readonly where: string;
  readonly lost: Promise<unknown>;
  readonly #cluster: Cluster;
  readonly #inFlight: InFlight;
  #destroyed: (reason: unknown) => void = () => undefined;

  private constructor(where: string, cluster: Cluster, nowMs: () => number) {
    this.where = where;
    this.#cluster = cluster;
    this.#inFlight = new InFlight(nowMs);
    this.lost = new Promise((resolve) => (this.#destroyed = resolve));
  }

  static async open(targets: readonly Target[], setting: LinkSetting): Promise<ClusterLink> {
    const cluster = clusterOf(targets);
    tellOf(cluster, setting);
    await cluster.connect();
    const nowMs = (): number => setting.clock.monotonicMs();
    return new ClusterLink(targets.map((t) => t.shown).join(','), cluster, nowMs);
  }

  send({ key, args, replicas }: Command): Promise<Reply> {
    const reply = (): Promise<Reply> => this.#cluster.sendCommand<Reply>(key, false, [...args]);
    return this.#inFlight.track(replicas === undefined ? reply() : this.#replicated(key, reply, replicas));
  }

  /** `WAIT` counts what its own connection wrote: an answer over another one than the write counts for nothing. */
  async #replicated(key: string, write: () => Promise<Reply>, replicas: ReplicaOptions): Promise<Reply> {
    const node = await this.#cluster.getNodeClientForKey(key);
    const epoch = node.socketEpoch;
    const reply = await write();
    const reached = Number(await node.sendCommand(waitFor(replicas)));
    const isSame = node === (await this.#cluster.getNodeClientForKey(key)) && node.socketEpoch === epoch;
    requireReplicas(isSame ? reached : 0, replicas, this.where);
    return reply;
  }

  async eachPrimary(act: (send: BlockingClient['send']) => Promise<void>): Promise<void> {
    for (const primary of this.#cluster.masters) {
      const client = await this.#cluster.nodeClient(primary);
      await act((args) => client.sendCommand<Reply>(args));
    }
  }

  async openBlocking(key: string): Promise<BlockingClient> {
    const node = await this.#cluster.getNodeClientForKey(key);
    const client = node.duplicate({
      ...CLIENT_OPTIONS,
      socket: { ...node.options.socket, reconnectStrategy: false },
    });
    client.on('error', () => undefined);
    await client.connect();
    return {
      send: (args: readonly RedisArgument[]) => client.sendCommand<Reply>(args),
      destroy: () => client.isOpen && client.destroy(),
    };
  }

  oldestMs(): number {
    return this.#inFlight.oldestMs();
  }

  destroy(reason?: unknown): void {
    this.#cluster.destroy();
    this.#destroyed(reason);
  }
}

/** A node that goes away is not the end of the link, but it is said, and that it is back. */
function tellOf(cluster: Cluster, { clock, logger }: LinkSetting): void {
  const byNode = new Map<string, Complaints>();
  const of = (node: string): Complaints => {
    const known =
      byNode.get(node) ?? new Complaints(logger, clock, 'a node of the cluster is away; trying on');
    byNode.set(node, known);
    return known;
  };
  const whole = new Complaints(logger, clock, 'the nodes of the cluster cannot be found; trying on');
  cluster.on('error', (error: unknown) => whole.failed(portErrorOf(error, 'the cluster').message));
  cluster.on('node-error', (error: unknown, { host, port }: Node) => {
    const redis = `${host}:${port}`;
    of(redis).failed(portErrorOf(error, redis).message, { redis });
  });
  cluster.on('node-ready', ({ host, port }: Node) => {
    const redis = `${host}:${port}`;
    whole.worked();
    const afterMs = of(redis).worked();
    if (afterMs !== undefined) logger.info({ redis, afterMs }, 'connected to a node of the cluster again');
  });
}

function clusterOf(targets: readonly Target[]) {
  const { commandOptions, RESP, ...defaults } = CLIENT_OPTIONS;
  const [first] = targets;
  const { username, password } = new URL(first?.url ?? 'redis://localhost');
  return createCluster({
    RESP,
    commandOptions,
    rootNodes: targets.map(({ url }) => ({ url })),
    defaults: {
      ...defaults,
      ...(username === '' ? {} : { username: decodeURIComponent(username) }),
      ...(password === '' ? {} : { password: decodeURIComponent(password) }),
      socket: {
        ...SOCKET_OPTIONS,
        ...encryption(first?.tls),
        // Never ends: the client's own strategy closes for good after a socket timeout.
        reconnectStrategy: (retries: number) => Math.min(LONGEST_PAUSE_MS, 50 * 2 ** Math.min(retries, 10)),
      },
    },
    topologyRefreshOnReconnectionAttemptStrategy: REFRESH_AFTER_MS,
  });
}
