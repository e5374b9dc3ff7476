import type { WorkerLogger } from './options.ts';

/**
 * Runs what may fail and is repeated anyway: the first failure in a row is said, and the recovery; those between are
 * not, so that an outage does not fill the log.
 */
export class Attempts {
  readonly #failing = new Set<string>();
  readonly #logger: WorkerLogger;

  constructor(logger: WorkerLogger) {
    this.#logger = logger;
  }

  /** The result, or `undefined` if it failed. */
  async run<T>(what: string, action: () => Promise<T>): Promise<T | undefined> {
    try {
      const result = await action();
      if (this.#failing.delete(what)) this.#logger.info({}, `${what}: works again`);
      return result;
    } catch (error) {
      if (!this.#failing.has(what)) this.#logger.warn({ err: error }, `${what}: failed`);
      this.#failing.add(what);
      return undefined;
    }
  }
}
