import { PortError } from '@foreshadow/ports';
import { Complaints } from './complaints.ts';
import { isPassing, portErrorOf } from './errors.ts';
import type { BlockingClient, Command, Link, LinkSetting, Reply } from './link.ts';
import { openLink } from './open-link.ts';
import type { Target } from './targets.ts';

export interface ConnectionOptions extends LinkSetting {
  readonly connectTimeoutMs: number;
  readonly callTimeoutMs: number;
  readonly replyTimeoutMs: number;
}

const SHORTEST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;

/**
 * Keeps a link to Redis: opens another when one is lost, for ever, and says so. Commands wait for it within their
 * time and are sent again after a failure: each one must be such that doing it twice does it once.
 */
export class Connection {
  readonly #targets: readonly Target[];
  readonly #options: ConnectionOptions;
  readonly #closing = new AbortController();
  #link: Link | undefined;
  #isCluster = false;
  #failure: PortError | undefined;

  private constructor(targets: readonly Target[], options: ConnectionOptions, link: Link) {
    this.#targets = targets;
    this.#options = options;
    this.#link = link;
    void this.#keep(link);
    void this.#watch();
  }

  /** @throws {PortError} what stands in the way; what may pass is waited for up to `connectTimeoutMs` */
  static async open(targets: readonly Target[], options: ConnectionOptions): Promise<Connection> {
    const { clock, connectTimeoutMs } = options;
    const deadlineMs = clock.monotonicMs() + connectTimeoutMs;
    for (;;) {
      try {
        return new Connection(targets, options, await openLink(targets, options));
      } catch (error) {
        if (!isPassing(error) || clock.monotonicMs() >= deadlineMs) throw error;
      }
      await clock.sleep(LONGEST_PAUSE_MS);
    }
  }

  get where(): string {
    return this.#link?.where ?? this.#targets.map((t) => t.shown).join(',');
  }

  /** Of the link that was there last: whether a script may touch the keys of one slot only. */
  get isCluster(): boolean {
    return this.#isCluster;
  }

  get isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** @throws {PortError} */
  async send(command: Command, timeoutMs: number = this.#options.callTimeoutMs): Promise<Reply> {
    const { clock } = this.#options;
    const deadlineMs = clock.monotonicMs() + timeoutMs;
    for (let pauseMs = SHORTEST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
      try {
        return await this.#present().send(command);
      } catch (cause) {
        this.#requireOpen();
        const isLate = clock.monotonicMs() + pauseMs > deadlineMs;
        if (isLate || !isPassing(cause)) throw portErrorOf(cause, this.where);
        if (isDemoted(cause)) this.#link?.destroy(cause);
      }
      await this.#pause(pauseMs);
    }
  }

  /** Do something at each primary in turn; not tried again. */
  async eachPrimary(act: (send: BlockingClient['send']) => Promise<void>): Promise<void> {
    await this.#present().eachPrimary(act);
  }

  /** A connection of its own for commands that block. */
  async openBlocking(key: string): Promise<BlockingClient> {
    return this.#present().openBlocking(key);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#link?.destroy();
    this.#link = undefined;
  }

  #present(): Link {
    this.#requireOpen();
    if (this.#link !== undefined) return this.#link;
    const why = this.#failure?.message ?? `the connection to Redis at ${this.where} was lost`;
    throw new PortError('UNAVAILABLE', why, { cause: this.#failure, retryable: true });
  }

  async #keep(first: Link): Promise<void> {
    for (let link: Link | undefined = first; link !== undefined; link = await this.#reopen()) {
      this.#isCluster = link.isCluster;
      this.#link = link;
      const reason = await link.lost;
      this.#link = undefined;
      if (this.isClosed) return;
      link.destroy();
      this.#failure = portErrorOf(reason, link.where);
      this.#options.logger.warn(
        { redis: link.where, reason: String(reason) },
        'the connection to Redis was lost',
      );
    }
  }

  /** Try until it succeeds; `undefined` once closed. */
  async #reopen(): Promise<Link | undefined> {
    const { clock, logger } = this.#options;
    const complaints = new Complaints(logger, clock, 'Redis is away; trying on');
    const lostAtMs = clock.monotonicMs();
    for (let pauseMs = SHORTEST_PAUSE_MS; !this.isClosed; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
      try {
        const link = await openLink(this.#targets, this.#options);
        if (this.isClosed) {
          link.destroy();
          return undefined;
        }
        const afterMs = Math.round(clock.monotonicMs() - lostAtMs);
        logger.info({ redis: link.where, afterMs }, 'connected to Redis again');
        return link;
      } catch (error) {
        this.#failure = portErrorOf(error, this.where);
        complaints.failed(this.#failure.message);
      }
      await this.#pause(pauseMs);
    }
    return undefined;
  }

  /** Give up a link that owes replies for too long: a server that froze leaves its connections open. */
  async #watch(): Promise<void> {
    const { replyTimeoutMs } = this.#options;
    while (!this.isClosed) {
      await this.#pause(replyTimeoutMs / 4);
      if ((this.#link?.oldestMs() ?? 0) < replyTimeoutMs) continue;
      this.#link?.destroy(new Error(`no reply for ${replyTimeoutMs} ms`));
    }
  }

  async #pause(ms: number): Promise<void> {
    // The abort of closing ends it early; whoever comes next sees that.
    await this.#options.clock.sleep(ms, this.#closing.signal).catch(() => undefined);
  }

  #requireOpen(): void {
    if (this.isClosed) throw new PortError('CLOSED', 'the connection to Redis is closed');
  }
}

/** Whether the primary became a replica: another one has to be found. */
function isDemoted(cause: unknown): boolean {
  return cause instanceof Error && cause.message.startsWith('READONLY');
}
