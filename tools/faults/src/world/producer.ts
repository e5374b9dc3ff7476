import { setTimeout as sleep } from 'node:timers/promises';
import { recordId } from '../history/events.ts';
import { type HistoryWriter, machineMs } from '../history/files.ts';

export interface ProducerOptions {
  /** Where records go: `…/v1/streams/<stream>/records?key=key`. */
  readonly url: string;
  readonly recordsPerSec: number;
  readonly keys: number;
  readonly history: HistoryWriter;
}

const TICK_MS = 100;
const TIMEOUT_MS = 3000;
const RETRY_MS = 100;

/**
 * Produces records at a constant rate, each with a unique id, and sends each batch again and again until the edge has
 * acknowledged it; only then the next. So records of a key are appended for the first time in their order.
 */
export class Producer {
  readonly #options: ProducerOptions;
  readonly #sequences: number[];
  readonly #running: Promise<void>;
  #pending: string[] = [];
  #made = 0;
  #isStopping = false;

  constructor(options: ProducerOptions) {
    this.#options = options;
    this.#sequences = new Array<number>(options.keys).fill(0);
    this.#running = this.#run();
  }

  /** Produce no more; resolves once all is acknowledged, or after `patienceMs`. */
  async stop(patienceMs: number): Promise<void> {
    this.#isStopping = true;
    await Promise.race([this.#running, sleep(patienceMs, undefined, { ref: false })]);
  }

  async #run(): Promise<void> {
    const startedMs = machineMs();
    for (;;) {
      if (!this.#isStopping) {
        const due = Math.floor(((machineMs() - startedMs) / 1000) * this.#options.recordsPerSec);
        while (this.#made < due) this.#pending.push(this.#next());
      }
      if (this.#pending.length === 0 && this.#isStopping) return;
      if (this.#pending.length > 0) await this.#deliver(this.#pending.splice(0, 500));
      await sleep(TICK_MS);
    }
  }

  #next(): string {
    const key = this.#made++ % this.#options.keys;
    return recordId(`key-${key}`, this.#sequences[key]!++);
  }

  async #deliver(ids: readonly string[]): Promise<void> {
    const lines = ids.map((id) => JSON.stringify({ id, key: id.slice(0, id.lastIndexOf(':')) }));
    while (!(await this.#post(`${lines.join('\n')}\n`))) await sleep(RETRY_MS);
    this.#options.history.write({ kind: 'acked', atMs: machineMs(), ids });
  }

  async #post(body: string): Promise<boolean> {
    const headers = { 'content-type': 'application/x-ndjson' };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const response = await fetch(this.#options.url, { method: 'POST', body, headers, signal });
      await response.text();
      return response.ok;
    } catch {
      return false;
    }
  }
}
