import { RedisServer } from './redis-server.ts';

/** A primary with one replica in step. */
export class ReplicatedRedis {
  readonly primary: RedisServer;
  readonly replica: RedisServer;

  private constructor(primary: RedisServer, replica: RedisServer) {
    this.primary = primary;
    this.replica = replica;
  }

  static async start(): Promise<ReplicatedRedis> {
    const primary = await RedisServer.start('--repl-diskless-sync-delay', '0');
    const replica = await RedisServer.start('--replicaof', '127.0.0.1', String(primary.port));
    for (let i = 0; i < 400; i++) {
      if (String(await replica.run('INFO', 'replication')).includes('master_link_status:up')) break;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    return new ReplicatedRedis(primary, replica);
  }

  /** The replica first: the primary is found whatever the order. */
  get url(): string {
    return `redis://127.0.0.1:${this.replica.port},127.0.0.1:${this.primary.port}`;
  }

  async dispose(): Promise<void> {
    await Promise.all([this.primary.dispose(), this.replica.dispose()]);
  }
}
