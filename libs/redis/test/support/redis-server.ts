import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import getPort from 'get-port';
import { createClient } from 'redis';
import { temporaryDirectory } from './temporary-directory.ts';

/** Why tests that start servers cannot run; `undefined` if they can. */
export const NO_SERVER: string | undefined =
  spawnSync('redis-server', ['--version']).status === 0
    ? undefined
    : 'no redis-server on the PATH: install the package redis-server (node tools/install-redis.mjs as root)';

/** A `redis-server` of the test's own: on loopback, in a directory of its own, ended by its pid. */
export class RedisServer {
  readonly port: number;
  readonly #args: readonly string[];
  readonly #directory: ReturnType<typeof temporaryDirectory>;
  #process: ChildProcess | undefined;

  private constructor(port: number, args: readonly string[]) {
    this.port = port;
    this.#args = args;
    this.#directory = temporaryDirectory();
  }

  static async start(...args: string[]): Promise<RedisServer> {
    const server = new RedisServer(await getPort({ host: '127.0.0.1' }), args);
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    if (this.#process?.pid === undefined) throw new Error('the server does not run');
    return this.#process.pid;
  }

  /** Start it, or start it again with the data that it wrote to disk. */
  async start(): Promise<void> {
    const fixed = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.#directory.path];
    this.#process = spawn('redis-server', [...fixed, '--save', '', ...this.#args], { stdio: 'ignore' });
    for (let i = 0; i < 200; i++) {
      if (await this.#answers()) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`redis-server on port ${this.port} did not start`);
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  freeze(): void {
    process.kill(this.pid, 'SIGSTOP');
  }

  thaw(): void {
    process.kill(this.pid, 'SIGCONT');
  }

  /** One command over a connection of its own. */
  async run(...args: string[]): Promise<unknown> {
    const client = createClient({ url: this.url, RESP: 2, socket: { reconnectStrategy: false } });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await client.sendCommand(args);
    } finally {
      client.destroy();
    }
  }

  async dispose(): Promise<void> {
    await this.kill();
    this.#directory.remove();
  }

  async #answers(): Promise<boolean> {
    return this.run('PING').then(
      () => true,
      // With a password it answers too.
      (error: unknown) => String(error).includes('NOAUTH'),
    );
  }
}
