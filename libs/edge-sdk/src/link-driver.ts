import { type Clock } from '@foreshadow/domain';
import {
  EDGE_CLOSE,
  type EdgeLink,
  type EdgeLinkAction,
  type EdgeLinkEvent,
  instantOf,
} from '@foreshadow/protocol';
import type { Failures } from './failures.ts';
import type { Logger } from './logger.ts';
import { isLinkUrl, linkUrls } from './options.ts';
import type { WebSocketFactory, WebSocketLike } from './web-socket.ts';

/** How often the link looks at the time. */
const POLL_MS = 250;
/** How long a closing handshake may take when the edge stops. */
const CLOSE_TIMEOUT_MS = 1000;

export type LinkDelivery = Extract<
  EdgeLinkAction,
  {
    readonly kind:
      | 'settings'
      | 'feedback'
      | 'model-update'
      | 'network-update'
      | 'prior-update'
      | 'events-update';
  }
>;

export interface LinkDriverOptions {
  readonly link: EdgeLink;
  /** One address, or several separated by commas. */
  readonly url: string;
  readonly open: WebSocketFactory;
  readonly clock: Clock;
  readonly failures: Failures;
  readonly logger: Logger;
  readonly deliver: (delivery: LinkDelivery) => void;
}

/** Carries the link's actions out on sockets, and the sockets' events to the link. One socket at a time. */
export class LinkDriver {
  readonly #options: LinkDriverOptions;
  readonly #urls: readonly string[];
  #attempts = 0;
  #socket: WebSocketLike | undefined;
  #closed: Promise<void> = Promise.resolve();
  #resolveClosed: () => void = () => {};

  constructor(options: LinkDriverOptions) {
    this.#options = options;
    this.#urls = linkUrls(options.url);
  }

  /** Keep the link until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    this.handle({ kind: 'start' });
    while (!signal.aborted) {
      await this.#options.clock.sleep(POLL_MS, signal).catch(() => {});
      if (!signal.aborted) this.poll();
    }
    this.handle({ kind: 'stop' });
    await this.#closing();
  }

  /** Let the link send what may be sent. */
  poll(): void {
    this.handle({ kind: 'tick', bufferedBytes: this.#socket?.bufferedAmount ?? 0 });
  }

  handle(event: EdgeLinkEvent): void {
    this.#options.failures.guard('the link failed', () => {
      const { link, clock } = this.#options;
      const before = link.state;
      const actions = link.handle(event, instantOf(clock));
      if (link.state !== before) this.#report();
      for (const action of actions) this.#perform(action);
    });
  }

  #report(): void {
    const { link, logger, url } = this.#options;
    const { state, lastEnd } = link.stats();
    if (state === 'connected') logger.info({ url }, 'link is up');
    if (state === 'waiting') logger.warn({ url, reason: lastEnd }, 'link is down; it will be tried again');
  }

  #perform(action: EdgeLinkAction): void {
    switch (action.kind) {
      case 'connect':
        return this.#connect(action.leaderUrl);
      case 'send':
        // The link's messages are made by us, over plain ArrayBuffers.
        return this.#socket?.send(action.bytes as Uint8Array<ArrayBuffer>);
      case 'close':
        return this.#close(action.code, action.reason);
      default:
        return this.#options.deliver(action);
    }
  }

  #connect(leaderUrl: string | undefined): void {
    const { open } = this.#options;
    // An address that works is kept: only an attempt moves on, and there is none while the link is up.
    const url = this.#urls[this.#attempts++ % this.#urls.length]!;
    let socket: WebSocketLike;
    try {
      socket = open(leaderUrl !== undefined && isSafeRedirect(url, leaderUrl) ? leaderUrl : url);
    } catch (error) {
      return this.handle({ kind: 'closed', code: 1006, reason: String(error) });
    }
    this.#attach(socket);
  }

  #attach(socket: WebSocketLike): void {
    this.#socket = socket;
    this.#closed = new Promise((resolve) => (this.#resolveClosed = resolve));
    const resolveClosed = this.#resolveClosed;
    const isCurrent = (): boolean => this.#socket === socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      if (isCurrent()) this.handle({ kind: 'opened' });
    };
    socket.onmessage = ({ data }: { readonly data: unknown }) => {
      if (isCurrent()) this.handle({ kind: 'message', bytes: bytesOf(data) });
    };
    socket.onclose = ({ code, reason }: { readonly code: number; readonly reason: string }) => {
      resolveClosed();
      if (!isCurrent()) return;
      this.#socket = undefined;
      this.handle({ kind: 'closed', code, reason });
    };
    // Each error is followed by a close; without a listener some sockets throw.
    socket.onerror = () => {};
  }

  #close(code: number, reason: string): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close(code, reason);
    // A peer that is silent will not answer a closing handshake either.
    if (code === EDGE_CLOSE.silent) socket?.terminate?.();
  }

  async #closing(): Promise<void> {
    const timeout = new AbortController();
    const late = this.#options.clock.sleep(CLOSE_TIMEOUT_MS, timeout.signal).catch(() => {});
    await Promise.race([this.#closed, late]);
    timeout.abort();
  }
}

/** Text is no message of the link; as empty bytes it is refused like any other that is none. */
function bytesOf(data: unknown): Uint8Array {
  return data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array();
}

/** A redirect must be a link address, and must not take the link off TLS. */
function isSafeRedirect(url: string, leaderUrl: string): boolean {
  return isLinkUrl(leaderUrl) && (new URL(leaderUrl).protocol === 'wss:' || new URL(url).protocol === 'ws:');
}
