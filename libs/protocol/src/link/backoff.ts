import type { Rng } from '@foreshadow/domain';

export interface BackoffOptions {
  /** Longest first delay. */
  readonly baseMs: number;
  /** Longest delay. */
  readonly capMs: number;
}

/** Exponential delays with jitter: uniform in the upper half of min(cap, base · 2ⁿ), so that edges do not come back at once. */
export class Backoff {
  readonly #options: BackoffOptions;
  readonly #rng: Rng;
  #failures = 0;

  constructor(options: BackoffOptions, rng: Rng) {
    this.#options = options;
    this.#rng = rng;
  }

  /** The delay after one more failure. */
  nextMs(): number {
    const { baseMs, capMs } = this.#options;
    const ceilingMs = Math.min(capMs, baseMs * 2 ** this.#failures);
    if (ceilingMs < capMs) this.#failures += 1;
    return ceilingMs * (0.5 + 0.5 * this.#rng.next());
  }

  reset(): void {
    this.#failures = 0;
  }
}
