import type { Connection } from '../connection/connection.ts';
import type { BlockingClient, Reply } from '../connection/link.ts';

/** How long one command blocks: a wait that is no longer wanted holds its connection no longer. */
const BLOCK_MS = 1000;
/** Beyond this the connection counts as dead. */
const LATE_MS = 5000;

/**
 * Waits for entries, each wait on a connection of its own: a command that blocks holds up all that follow it. Connections
 * are kept for the next wait on the same stream.
 */
export class BlockingReads {
  readonly #connection: Connection;
  readonly #idle = new Map<string, BlockingClient[]>();
  readonly #open = new Set<BlockingClient>();
  #closed = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * At most `max` entries after `id`, or none when `waitMs` (at most a second) are over or the signal aborts.
   * @throws what the client throws when the connection fails
   */
  async read(stream: string, id: string, max: number, waitMs: number, signal?: AbortSignal): Promise<Reply> {
    const client = this.#idle.get(stream)?.pop() ?? (await this.#connect(stream));
    const blockMs = Math.max(1, Math.ceil(Math.min(waitMs, BLOCK_MS)));
    const args = ['XREAD', 'COUNT', String(max), 'BLOCK', String(blockMs), 'STREAMS', stream, id];
    const reply = this.#reply(client, args, stream);
    return signal === undefined ? reply : unlessAborted(reply, signal);
  }

  close(): void {
    this.#closed = true;
    for (const client of this.#open) client.destroy();
    this.#open.clear();
  }

  async #connect(stream: string): Promise<BlockingClient> {
    const client = await this.#connection.openBlocking(stream);
    if (this.#closed) client.destroy();
    else this.#open.add(client);
    return client;
  }

  async #reply(client: BlockingClient, args: readonly string[], stream: string): Promise<Reply> {
    const late = setTimeout(() => this.#drop(client), BLOCK_MS + LATE_MS);
    try {
      const reply = await client.send(args);
      const idle = this.#idle.get(stream);
      if (idle === undefined) this.#idle.set(stream, [client]);
      else idle.push(client);
      // [[stream, entries]], or null.
      return Array.isArray(reply) ? ((reply[0] as readonly Reply[])[1] ?? null) : null;
    } catch (error) {
      this.#drop(client);
      throw error;
    } finally {
      clearTimeout(late);
    }
  }

  #drop(client: BlockingClient): void {
    this.#open.delete(client);
    client.destroy();
  }
}

/** The reply, or null once the signal aborts. Leaves nothing behind on a signal that outlives many reads. */
function unlessAborted(reply: Promise<Reply>, signal: AbortSignal): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const end = (): void => resolve(null);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
    reply.finally(() => signal.removeEventListener('abort', end)).then(resolve, reject);
  });
}
