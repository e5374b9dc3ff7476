import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics.ts';
import type { Delivery } from './connection.ts';

type AckDelivery = Extract<Delivery, { readonly kind: 'ack' }>;

/** Different refusals that are remembered as told. */
const MAX_TOLD = 1000;

/** Counts commands that edges refused, and says each reason of an edge once: a fleet refuses a thousand states alike. */
export class Refusals {
  readonly #metrics: Metrics;
  readonly #logger: Logger;
  readonly #told = new Set<string>();

  constructor(metrics: Metrics, logger: Logger) {
    this.#metrics = metrics;
    this.#logger = logger;
  }

  onAck(edge: string, { command, subject, refusal }: AckDelivery): void {
    if (refusal === '') return;
    this.#metrics.edgeRefusals.inc({ command });
    const key = `${edge} ${command} ${refusal}`;
    if (this.#told.has(key)) return;
    if (this.#told.size >= MAX_TOLD) this.#told.clear();
    this.#told.add(key);
    this.#logger.warn({ edge, command, subject, refusal }, 'the edge refused a command');
  }
}
