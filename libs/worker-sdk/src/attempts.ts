import type { Clock } from '@foreshadow/domain';
import type { WorkerLogger } from './options.ts';

interface Failure {
  readonly why: string;
  readonly sinceMs: number;
  readonly saidMs: number;
}

/** What goes on failing is said again after this time. */
const REMIND_EVERY_MS = 30_000;

/**
 * Runs what may fail and is repeated anyway: the first failure in a row is said, each new reason, the same one now and
 * then, and the recovery; those between are not, so that an outage neither fills the log nor is forgotten.
 */
export class Attempts {
  readonly #failing = new Map<string, Failure>();
  readonly #logger: WorkerLogger;
  readonly #clock: Clock;

  constructor(logger: WorkerLogger, clock: Clock) {
    this.#logger = logger;
    this.#clock = clock;
  }

  /** The result, or `undefined` if it failed. */
  async run<T>(what: string, action: () => Promise<T>): Promise<T | undefined> {
    try {
      const result = await action();
      if (this.#failing.delete(what)) this.#logger.info({}, `${what}: works again`);
      return result;
    } catch (error) {
      this.#failed(what, error);
      return undefined;
    }
  }

  #failed(what: string, err: unknown): void {
    const nowMs = this.#clock.monotonicMs();
    const why = err instanceof Error ? err.message : String(err);
    const before = this.#failing.get(what);
    if (before !== undefined && before.why === why && nowMs - before.saidMs < REMIND_EVERY_MS) return;
    const sinceMs = before?.sinceMs ?? nowMs;
    this.#failing.set(what, { why, sinceMs, saidMs: nowMs });
    if (before === undefined) this.#logger.warn({ err }, `${what}: failed`);
    else this.#logger.warn({ err, forMs: Math.round(nowMs - sinceMs) }, `${what}: fails still`);
  }
}
