import type { Clock } from '@foreshadow/domain';
import type { Acknowledgement } from './acked-positions.ts';
import { WorkloadError } from './error.ts';

export interface EdgeClientOptions {
  readonly edgeUrl: string;
  readonly stream: string;
  readonly keyField: string;
  readonly clock: Clock;
  /** Once aborted, a delivery that fails is given up. */
  readonly giveUp: AbortSignal;
  readonly onRetry?: (why: string) => void;
}

const TIMEOUT_MS = 10_000;
const FIRST_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 2000;
const TOO_MANY_REQUESTS = 429;

/** Delivers batches to the edge, each again and again until it is acknowledged. */
export class EdgeClient {
  readonly #options: EdgeClientOptions;
  readonly #url: URL;
  #retries = 0;

  constructor(options: EdgeClientOptions) {
    this.#options = options;
    this.#url = new URL(`/v1/streams/${encodeURIComponent(options.stream)}/records`, options.edgeUrl);
    this.#url.searchParams.set('key', options.keyField);
  }

  get retries(): number {
    return this.#retries;
  }

  /**
   * The edge's acknowledgement, or `undefined` if it was given up.
   * @throws {WorkloadError} `REFUSED` if the edge refuses the batch for good.
   */
  async deliver(lines: readonly string[]): Promise<Acknowledgement | undefined> {
    const { clock, giveUp, onRetry } = this.#options;
    const body = `${lines.join('\n')}\n`;
    for (let backoffMs = FIRST_BACKOFF_MS; ; backoffMs = Math.min(MAX_BACKOFF_MS, backoffMs * 2)) {
      const outcome = await this.#post(body);
      if (typeof outcome !== 'string') return outcome;
      if (giveUp.aborted) return undefined;
      this.#retries++;
      onRetry?.(outcome);
      await clock.sleep(backoffMs, giveUp).catch(() => {});
    }
  }

  /** The acknowledgement, or why it may be tried again. */
  async #post(body: string): Promise<Acknowledgement | string> {
    const headers = { 'content-type': 'application/x-ndjson' };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const response = await fetch(this.#url, { method: 'POST', body, headers, signal });
      if (response.ok) return (await response.json()) as Acknowledgement;
      const text = await response.text();
      if (response.status < 500 && response.status !== TOO_MANY_REQUESTS) {
        throw new WorkloadError('REFUSED', `the edge refused records: ${response.status} ${text}`);
      }
      return `the edge answered ${response.status}`;
    } catch (error) {
      if (error instanceof WorkloadError) throw error;
      return `the edge at ${this.#url.origin} does not answer (${(error as Error).message})`;
    }
  }
}
