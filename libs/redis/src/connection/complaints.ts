import type { Clock } from '@foreshadow/domain';
import type { RedisLogger } from '../options.ts';

/** What goes on failing is said again after this time. */
const REMIND_EVERY_MS = 30_000;

/**
 * Says what is tried again and again: the first failure, each new reason, and the same one now and then, also where it
 * works in between.
 */
export class Complaints {
  readonly #logger: RedisLogger;
  readonly #clock: Clock;
  readonly #message: string;
  #reason: string | undefined;
  #sinceMs = Number.NaN;
  #saidAtMs = Number.NEGATIVE_INFINITY;

  constructor(logger: RedisLogger, clock: Clock, message: string) {
    this.#logger = logger;
    this.#clock = clock;
    this.#message = message;
  }

  failed(reason: string, fields: Readonly<Record<string, unknown>> = {}): void {
    const nowMs = this.#clock.monotonicMs();
    if (Number.isNaN(this.#sinceMs)) this.#sinceMs = nowMs;
    if (reason === this.#reason && nowMs - this.#saidAtMs < REMIND_EVERY_MS) return;
    this.#reason = reason;
    this.#saidAtMs = nowMs;
    this.#logger.warn({ ...fields, reason, awayMs: Math.round(nowMs - this.#sinceMs) }, this.#message);
  }

  /** It works: for how long it had not, in ms, or `undefined` if it had. */
  worked(): number | undefined {
    if (Number.isNaN(this.#sinceMs)) return undefined;
    const awayMs = Math.round(this.#clock.monotonicMs() - this.#sinceMs);
    this.#sinceMs = Number.NaN;
    return awayMs;
  }
}
