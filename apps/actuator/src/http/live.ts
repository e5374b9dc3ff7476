import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { ActuatorApi, LiveMessage } from './api.ts';

/** Decisions and events that may wait for a slow reader; beyond it the oldest are dropped. */
const MAX_WAITING = 200;

/**
 * What waits for one reader: decisions and events in order, and of the snapshots only the newest, so that a slow
 * reader costs bounded memory.
 */
export class LiveQueue {
  readonly #waiting: LiveMessage[] = [];
  #snapshot: LiveMessage | undefined;
  #wake: (() => void) | undefined;
  #closed = false;

  push(message: LiveMessage): void {
    if (message.event === 'snapshot') this.#snapshot = message;
    else this.#waiting.push(message);
    if (this.#waiting.length > MAX_WAITING) this.#waiting.shift();
    this.#wake?.();
  }

  /** Ends the queue: `next` gives `undefined` from now on. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  /** The next message, as soon as there is one; `undefined` after `close`. */
  async next(): Promise<LiveMessage | undefined> {
    while (!this.#closed) {
      const message = this.#waiting.shift() ?? this.#takeSnapshot();
      if (message !== undefined) return message;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    return undefined;
  }

  #takeSnapshot(): LiveMessage | undefined {
    const snapshot = this.#snapshot;
    this.#snapshot = undefined;
    return snapshot;
  }
}

/** `GET /v1/live`: the present snapshot at once, then what comes, until the reader leaves or the server closes. */
export function liveRoute(api: ActuatorApi, closing: AbortSignal): (c: Context) => Response {
  return (c) =>
    streamSSE(c, async (stream) => {
      const queue = new LiveQueue();
      const end = (): void => queue.close();
      const unsubscribe = api.onLive((message) => queue.push(message));
      stream.onAbort(end);
      closing.addEventListener('abort', end, { once: true });
      if (closing.aborted) end();
      queue.push({ event: 'snapshot', data: JSON.stringify(api.snapshot()) });
      try {
        for (let m = await queue.next(); m !== undefined; m = await queue.next()) {
          await stream.writeSSE(m);
        }
      } finally {
        unsubscribe();
        closing.removeEventListener('abort', end);
      }
    });
}
