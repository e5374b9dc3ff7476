import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** How a link treats what goes through it. TCP hides loss: what a wire drops comes later, by a retransmission. */
export interface LinkQuality {
  /** Nothing goes this way any more; the connection stays open, as behind a firewall that drops. */
  readonly blockUp?: boolean;
  readonly blockDown?: boolean;
  /** Bytes a second, each way. */
  readonly bytesPerSec?: number;
  /** Share of the pieces that are lost and sent again after `RETRANSMISSION_MS`. */
  readonly dropShare?: number;
}

/** The shortest retransmission timeout of Linux. */
const RETRANSMISSION_MS = 200;
const PIECE_BYTES = 1448;

/** A link between two processes that can be made bad. It listens on loopback. */
export class TcpProxy {
  readonly #server: Server;
  readonly #target: { readonly host: string; readonly port: number };
  readonly #random: () => number;
  readonly #sockets = new Set<Socket>();
  #quality: LinkQuality = {};

  private constructor(target: { host: string; port: number }, random: () => number) {
    this.#target = target;
    this.#random = random;
    this.#server = createServer((client) => this.#join(client));
  }

  /**
   * @param random uniform in [0, 1); decides what is lost
   */
  static async open(
    target: { host: string; port: number },
    random: () => number = Math.random,
  ): Promise<TcpProxy> {
    const proxy = new TcpProxy(target, random);
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once('error', reject);
      proxy.#server.listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** From now on, also on connections that are open. */
  set(quality: LinkQuality): void {
    this.#quality = quality;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #join(client: Socket): void {
    const server = connect(this.#target);
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    }
    void this.#carry(client, server, 'blockUp');
    void this.#carry(server, client, 'blockDown');
  }

  /** Carry bytes one way until the source ends or either breaks. */
  async #carry(from: Socket, to: Socket, block: 'blockUp' | 'blockDown'): Promise<void> {
    from.on('error', () => to.destroy());
    try {
      for await (const chunk of from as AsyncIterable<Buffer>) {
        for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
          await this.#pass(chunk.subarray(at, at + PIECE_BYTES), to, block);
        }
      }
      to.end();
    } catch {
      to.destroy();
    }
  }

  async #pass(piece: Buffer, to: Socket, block: 'blockUp' | 'blockDown'): Promise<void> {
    while (this.#quality[block] === true) {
      if (to.destroyed) return;
      await sleep(20);
    }
    const { bytesPerSec, dropShare } = this.#quality;
    for (let left = dropShare ?? 0; left > 0 && this.#random() < left; ) await sleep(RETRANSMISSION_MS);
    if (bytesPerSec !== undefined) await sleep((piece.length / bytesPerSec) * 1000);
    if (to.destroyed) return;
    if (!to.write(piece)) await new Promise((resolve) => to.once('drain', resolve).once('close', resolve));
  }
}
