import type { RestartBackoffOptions } from './options.ts';

/** Says when the replacements of crashed workers may start. Times are monotonic milliseconds. */
export class RestartBackoff {
  readonly #options: RestartBackoffOptions;
  #failures = 0;
  #notBeforeMs = -Infinity;

  constructor(options: RestartBackoffOptions) {
    this.#options = options;
  }

  /** A worker ended unasked after it had lived for `livedMs`. */
  failed(nowMs: number, livedMs: number): void {
    const { baseMs, maxMs, stableMs } = this.#options;
    this.#failures = livedMs >= stableMs ? 1 : this.#failures + 1;
    const delayMs = this.#failures === 1 ? 0 : Math.min(maxMs, baseMs * 2 ** (this.#failures - 2));
    this.#notBeforeMs = nowMs + delayMs;
  }

  /** Milliseconds until a replacement may start; 0: now. */
  waitMs(nowMs: number): number {
    return Math.max(0, this.#notBeforeMs - nowMs);
  }
}
