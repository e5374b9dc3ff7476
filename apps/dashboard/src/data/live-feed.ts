import type { DecisionView, EventView, LiveSnapshot } from '@foreshadow/domain';
import { type LinkState, REOPEN_AFTER_MS } from '../model/liveness.ts';

/** The part of `EventSource` that the feed uses. */
export interface LiveSource {
  readonly readyState: number;
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void;
  close(): void;
}

export interface LiveHandlers {
  readonly onSnapshot: (snapshot: LiveSnapshot) => void;
  readonly onDecision: (decision: DecisionView) => void;
  readonly onEvent: (event: EventView) => void;
  /** The stream was opened, for the first time or again: what was missed can be fetched now. */
  readonly onOpen: () => void;
}

const CLOSED = 2;

/**
 * The live stream of the actuator. The browser reopens a broken stream by itself; after a refusal (a proxy's 502) or
 * when a stream falls silent without an error, `check` opens a new one.
 */
export class LiveFeed {
  readonly #open: () => LiveSource;
  readonly #monotonicMs: () => number;
  readonly #handlers: LiveHandlers;
  #source: LiveSource | undefined;
  #link: LinkState = 'connecting';
  #openedAtMs = 0;
  #snapshotAtMs: number | undefined;
  #unreadable = 0;

  constructor(open: () => LiveSource, monotonicMs: () => number, handlers: LiveHandlers) {
    this.#open = open;
    this.#monotonicMs = monotonicMs;
    this.#handlers = handlers;
  }

  get link(): LinkState {
    return this.#link;
  }

  /** Messages that were no JSON object. */
  get unreadable(): number {
    return this.#unreadable;
  }

  /** Time since the last snapshot came in; `undefined` before the first. */
  get sinceSnapshotMs(): number | undefined {
    return this.#snapshotAtMs === undefined ? undefined : this.#monotonicMs() - this.#snapshotAtMs;
  }

  start(): void {
    this.#openedAtMs = this.#monotonicMs();
    const source = this.#open();
    this.#source = source;
    source.addEventListener('open', () => {
      this.#link = 'open';
      this.#handlers.onOpen();
    });
    source.addEventListener('error', () => {
      this.#link = 'broken';
    });
    source.addEventListener('snapshot', (event) => {
      this.#read(event, (snapshot: LiveSnapshot) => {
        this.#link = 'open';
        this.#snapshotAtMs = this.#monotonicMs();
        this.#handlers.onSnapshot(snapshot);
      });
    });
    source.addEventListener('decision', (event) => this.#read(event, this.#handlers.onDecision));
    source.addEventListener('event', (event) => this.#read(event, this.#handlers.onEvent));
  }

  /** To be called about once a second: opens the stream anew where the browser does not. */
  check(): void {
    const now = this.#monotonicMs();
    const quietMs = now - Math.max(this.#openedAtMs, this.#snapshotAtMs ?? 0);
    const refused = this.#source?.readyState === CLOSED && now - this.#openedAtMs > 2_000;
    if (refused || quietMs > REOPEN_AFTER_MS) this.#reopen();
  }

  close(): void {
    this.#source?.close();
    this.#source = undefined;
  }

  #reopen(): void {
    this.close();
    this.#link = 'broken';
    this.start();
  }

  #read<Body>(event: MessageEvent<string>, take: (body: Body) => void): void {
    const body = parseObject(event.data);
    if (body === undefined) this.#unreadable += 1;
    else take(body as Body);
  }
}

function parseObject(text: string): object | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? body : undefined;
  } catch {
    return undefined;
  }
}
