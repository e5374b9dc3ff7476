import getPort from 'get-port';
import { RedisServer } from './redis-server.ts';

const SLOTS = 16_384;
const NODES = 3;

/** A cluster of three primaries. */
export class RedisCluster {
  readonly nodes: readonly RedisServer[];

  private constructor(nodes: readonly RedisServer[]) {
    this.nodes = nodes;
  }

  static async start(): Promise<RedisCluster> {
    const nodes: RedisServer[] = [];
    for (let i = 0; i < NODES; i++) {
      const bus = String(await getPort({ host: '127.0.0.1' }));
      nodes.push(
        await RedisServer.start(
          '--cluster-enabled',
          'yes',
          '--cluster-port',
          bus,
          '--cluster-node-timeout',
          '2000',
        ),
      );
    }
    const cluster = new RedisCluster(nodes);
    await cluster.#form();
    return cluster;
  }

  get url(): string {
    return `redis://${this.nodes.map((n) => `127.0.0.1:${n.port}`).join(',')}`;
  }

  async dispose(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.dispose()));
  }

  async #form(): Promise<void> {
    const [first] = this.nodes;
    for (const [i, node] of this.nodes.entries()) {
      const [from, to] = [Math.floor((i * SLOTS) / NODES), Math.floor(((i + 1) * SLOTS) / NODES) - 1];
      await node.run('CLUSTER', 'ADDSLOTSRANGE', String(from), String(to));
      const bus = /cluster-port\n(\d+)/.exec(
        ((await node.run('CONFIG', 'GET', 'cluster-port')) as string[]).join('\n'),
      );
      await first?.run('CLUSTER', 'MEET', '127.0.0.1', String(node.port), bus?.[1] ?? '');
    }
    for (const node of this.nodes) await settled(node);
  }
}

async function settled(node: RedisServer): Promise<void> {
  for (let i = 0; i < 400; i++) {
    const info = String(await node.run('CLUSTER', 'INFO'));
    if (info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${NODES}`)) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('the cluster did not form');
}
