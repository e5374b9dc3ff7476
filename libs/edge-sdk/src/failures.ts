import type { Logger } from './logger.ts';

/**
 * Runs what must not disturb its caller: errors are caught, counted and, growing rarer (the 1st, 2nd, 4th, 8th, …),
 * logged. A logger that throws is passed over.
 */
export class Failures {
  readonly #logger: Logger;
  #count = 0;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  get count(): number {
    return this.#count;
  }

  guard<T>(what: string, run: () => T): T | undefined {
    try {
      return run();
    } catch (error) {
      this.#note(what, error);
      return undefined;
    }
  }

  /** As `guard`; gives the reason if it failed. */
  reasonOf(what: string, run: () => void): string | undefined {
    try {
      run();
      return undefined;
    } catch (error) {
      this.#note(what, error);
      return `${what}: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  #note(what: string, error: unknown): void {
    this.#count += 1;
    if ((this.#count & (this.#count - 1)) !== 0) return;
    try {
      this.#logger.error({ error, failures: this.#count }, what);
    } catch {
      // Nobody is left to tell.
    }
  }
}
