import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between client and server on loopback and fails on request. */
export class TcpProxy {
  /** Break the connection instead of passing on the next reply: what was asked is done, and nobody hears of it. */
  swallowNextReply = false;
  /** Refuse all. */
  isDown = false;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(targetPort: number): Promise<TcpProxy> {
    const server = createServer();
    const proxy = new TcpProxy(server);
    server.on('connection', (client) => proxy.#join(client, connect(targetPort, '127.0.0.1')));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  breakAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async dispose(): Promise<void> {
    this.#server.close();
    this.breakAll();
    await once(this.#server, 'close');
  }

  #join(client: Socket, server: Socket): void {
    if (this.isDown) {
      client.destroy();
      server.destroy();
      return;
    }
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    client.on('data', (bytes) => server.write(bytes));
    server.on('data', (bytes) => {
      if (!this.swallowNextReply) return void client.write(bytes);
      this.swallowNextReply = false;
      client.destroy();
    });
  }
}
