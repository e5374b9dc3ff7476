import type { Clock } from '@foreshadow/domain';
import type { Logger } from '../logger.ts';
import type { Alert } from './alert.ts';
import { endpointOf, postable } from './alertmanager.ts';

export type NotificationOutcome = 'delivered' | 'failed' | 'refused';

export interface NotifierOptions {
  /** Address of an Alertmanager, or of anything that takes its `POST /api/v2/alerts`. */
  readonly webhook: string;
  /** What fires is told again so often. */
  readonly resendMs: number;
  /** A receiver that has not answered by then is tried again later. */
  readonly timeoutMs: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly generatorUrl: string | undefined;
  /** All that is to be told now. */
  readonly alerts: () => readonly Alert[];
  /** While false nothing is sent: another replica leads. */
  readonly mayAct: () => boolean;
  readonly onOutcome: (outcome: NotificationOutcome) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** As Prometheus: without news an alert ends after so many intervals. */
const EXPIRE_AFTER_INTERVALS = 4;
const MOST_IN_ONE_REQUEST = 256;
const FIRST_BACKOFF_MS = 1000;
const LONGEST_BACKOFF_MS = 60_000;

/**
 * Tells a receiver of alerts, in the background: at once when something changes, and again each interval while anything
 * fires or has resolved lately. What is sent is made anew each time, so a receiver that was away misses nothing that still
 * matters, and nothing queues up for one that hangs.
 */
export class Notifier {
  readonly #o: NotifierOptions;
  readonly #endpoint: ReturnType<typeof endpointOf>;
  #pause = new AbortController();
  #isNews = false;
  #failures = 0;
  #complaint: string | undefined;

  constructor(options: NotifierOptions) {
    this.#o = options;
    this.#endpoint = endpointOf(options.webhook);
  }

  /** Something fires or has resolved. */
  wake(): void {
    this.#isNews = true;
    // After a failure the receiver gets its rest all the same.
    if (this.#failures === 0) this.#pause.abort();
  }

  /** Runs until the signal aborts, which ends a request under way too. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (!this.#isNews || this.#failures > 0) await this.#rest(signal);
      if (signal.aborted) return;
      this.#isNews = false;
      if (this.#o.mayAct()) await this.#tell(signal);
    }
  }

  async #rest(signal: AbortSignal): Promise<void> {
    const { clock, resendMs } = this.#o;
    const backoffMs = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (this.#failures - 1));
    const end = AbortSignal.any([signal, this.#pause.signal]);
    await clock.sleep(this.#failures > 0 ? backoffMs : resendMs, end).catch(() => undefined);
    this.#pause = new AbortController();
  }

  async #tell(signal: AbortSignal): Promise<void> {
    const alerts = this.#o.alerts();
    for (let from = 0; from < alerts.length; from += MOST_IN_ONE_REQUEST) {
      const outcome = await this.#post(alerts.slice(from, from + MOST_IN_ONE_REQUEST), signal);
      if (signal.aborted) return;
      this.#o.onOutcome(outcome);
      // What is refused now will be refused again: it waits for the next time.
      this.#failures = outcome === 'failed' ? this.#failures + 1 : 0;
      if (outcome !== 'delivered') return;
    }
  }

  async #post(alerts: readonly Alert[], signal: AbortSignal): Promise<NotificationOutcome> {
    const { clock, labels, generatorUrl, resendMs, timeoutMs } = this.#o;
    const expiresMs = EXPIRE_AFTER_INTERVALS * resendMs;
    const posting = { nowMs: clock.nowMs(), expiresMs, labels, generatorUrl };
    const { url, authorization } = this.#endpoint;
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
        body: JSON.stringify(alerts.map((alert) => postable(alert, posting))),
        // A redirected POST becomes a GET, which tells nothing to anybody.
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      await response.body?.cancel();
      return this.#judge(response.status);
    } catch (error) {
      if (!signal.aborted) this.#complain(`could not be reached: ${messageOf(error)}`);
      return 'failed';
    }
  }

  #judge(status: number): NotificationOutcome {
    if (status >= 200 && status < 300) {
      if (this.#complaint !== undefined) this.#o.logger.info({}, 'the receiver of alerts takes them again');
      this.#complaint = undefined;
      return 'delivered';
    }
    this.#complain(`answered with status ${status}`);
    const mayPass = status >= 500 || status === 408 || status === 429;
    return mayPass ? 'failed' : 'refused';
  }

  /** The same complaint once. */
  #complain(what: string): void {
    if (this.#complaint === what) return;
    this.#complaint = what;
    this.#o.logger.warn({ receiver: this.#endpoint.url }, `alerts are not delivered: the receiver ${what}`);
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
