import type { RetryOptions } from './options.ts';

/**
 * What to do about a handler that throws: a failed batch is taken apart, so that one bad record does not take its
 * neighbours with it; a failed record is tried again with growing pauses, and given up after `attempts` calls. Only
 * its own lane waits meanwhile.
 */
export class RetryState {
  readonly #options: RetryOptions;
  #failures = 0;
  #readyAtMs = Number.NEGATIVE_INFINITY;
  /** Records up to this position go to the handler one by one. */
  #isolateUntil = -1;

  constructor(options: RetryOptions) {
    this.#options = options;
  }

  /** When the handler may be called again, monotonic. */
  get readyAtMs(): number {
    return this.#readyAtMs;
  }

  /** Most records of the next batch, which starts at `position`. */
  batchLimit(position: number, records: number): number {
    return position <= this.#isolateUntil ? 1 : records;
  }

  /** The batch is dealt with: handled, or given up. */
  succeeded(): void {
    this.#failures = 0;
  }

  /** A batch of `records` that ends at `lastPosition` failed: call again later, or give up its one record. */
  failed(records: number, lastPosition: number, nowMs: number): 'retry' | 'give-up' {
    if (records > 1) {
      this.#isolateUntil = lastPosition;
      this.#pause(1, nowMs);
      return 'retry';
    }
    this.#failures++;
    this.#pause(this.#failures, nowMs);
    return this.#failures >= this.#options.attempts ? 'give-up' : 'retry';
  }

  #pause(failures: number, nowMs: number): void {
    const { initialBackoffMs, maxBackoffMs } = this.#options;
    this.#readyAtMs = nowMs + Math.min(maxBackoffMs, initialBackoffMs * 2 ** (failures - 1));
  }

  /** The given-up record is out of the way: no need to wait before the next. */
  gaveUp(): void {
    this.#failures = 0;
    this.#readyAtMs = Number.NEGATIVE_INFINITY;
  }
}
