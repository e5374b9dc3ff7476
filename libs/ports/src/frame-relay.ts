/**
 * Carries frames between processes, at most once: what nobody listens for is lost, and so is what comes faster than it
 * can be carried. Frames of one publisher on one channel come in order.
 */
export interface FrameRelay {
  /** Send to whoever listens. Synchronous; never throws. */
  publish(channel: string, frame: Uint8Array): void;
  /** Resolves once what is published from then on will be heard, until the signal aborts. */
  listen(channel: string, onFrame: (frame: Uint8Array) => void, signal: AbortSignal): Promise<void>;
  /** Frames that could not be carried. */
  readonly dropped: number;
}

/** A relay within one process. */
export class MemoryFrameRelay implements FrameRelay {
  readonly dropped = 0;
  readonly #listeners = new Map<string, Set<(frame: Uint8Array) => void>>();

  publish(channel: string, frame: Uint8Array): void {
    const copy = frame.slice();
    for (const onFrame of this.#listeners.get(channel) ?? []) queueMicrotask(() => onFrame(copy));
  }

  async listen(channel: string, onFrame: (frame: Uint8Array) => void, signal: AbortSignal): Promise<void> {
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners.add(onFrame));
    signal.addEventListener('abort', () => listeners.delete(onFrame), { once: true });
  }
}
