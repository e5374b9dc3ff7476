import type { MetricsView } from '../observation.ts';
import type { LoadTrace } from '../trace.ts';
import type { History } from './history.ts';
import type { Queues } from './queues.ts';

/** Records are committed this long after they were done: what is always in flight shows up as lag. */
export const COMMIT_DELAY_SECONDS = 2;

/** Metrics as they reach a policy: everything up to `delaySeconds` ago. */
export class FieldView implements MetricsView {
  readonly newestSeconds: number;
  readonly #trace: LoadTrace;
  readonly #history: History;
  readonly #queues: Queues;
  readonly #knownSeconds: Float64Array;
  readonly #delay: number;

  constructor(
    trace: LoadTrace,
    history: History,
    queues: Queues,
    knownSeconds: Float64Array,
    delaySeconds: number,
  ) {
    this.#trace = trace;
    this.#history = history;
    this.#queues = queues;
    this.#knownSeconds = knownSeconds;
    this.newestSeconds = Math.max(0, history.seconds - delaySeconds);
    this.#delay = history.seconds - this.newestSeconds;
  }

  arrivalsPerSec(windowSeconds: number, agoSeconds = 0): number {
    const to = Math.max(0, this.newestSeconds - Math.max(0, Math.round(agoSeconds)));
    return this.#rate(this.#trace.total, to, windowSeconds);
  }

  partitionArrivalsPerSec(partition: number, windowSeconds: number): number {
    return this.#rate(this.#trace.cumulative[partition]!, this.newestSeconds, windowSeconds);
  }

  processedPerSec(windowSeconds: number): number {
    const from = this.#from(windowSeconds);
    const seconds = this.newestSeconds - from;
    return seconds > 0 ? this.#history.processed(from, this.newestSeconds) / seconds : NaN;
  }

  utilization(windowSeconds: number): number {
    const from = this.#from(windowSeconds);
    const capacity = this.#history.capacity(from, this.newestSeconds);
    return capacity > 0 ? this.#history.processed(from, this.newestSeconds) / capacity : NaN;
  }

  readyWorkers(windowSeconds: number): number {
    const from = this.#from(windowSeconds);
    const seconds = this.newestSeconds - from;
    return seconds > 0 ? this.#history.readyWorkers(from, this.newestSeconds) / seconds : NaN;
  }

  lagRecords(): number {
    return this.newestSeconds > 0 ? this.#history.lagRecords(this.newestSeconds) : NaN;
  }

  partitionLagRecords(partition: number): number {
    const committed = this.#queues.servedAgo(partition, this.#delay + COMMIT_DELAY_SECONDS);
    return Math.max(0, this.#trace.cumulative[partition]![this.newestSeconds]! - committed);
  }

  partitionLagSeconds(partition: number): number {
    if (this.#delay === 0) return this.#queues.lagSeconds(partition);
    const served = this.#queues.servedAgo(partition, this.#delay);
    const arrived = this.#trace.cumulative[partition]!;
    let head = this.newestSeconds;
    while (head > 0 && arrived[head - 1]! > served * (1 + 1e-12)) head--;
    return arrived[this.newestSeconds]! > served * (1 + 1e-12) ? this.newestSeconds - head + 1 : 0;
  }

  #from(windowSeconds: number): number {
    return Math.max(0, this.newestSeconds - Math.max(1, Math.round(windowSeconds)));
  }

  /** Mean over the seconds of a window that were measured. */
  #rate(cumulative: Float64Array, to: number, windowSeconds: number): number {
    const from = Math.max(0, to - Math.max(1, Math.round(windowSeconds)));
    const known = this.#knownSeconds[to]! - this.#knownSeconds[from]!;
    if (known === 0) return NaN;
    if (known === to - from) return (cumulative[to]! - cumulative[from]!) / known;
    let sum = 0;
    for (let i = from; i < to; i++) {
      if (this.#knownSeconds[i + 1]! > this.#knownSeconds[i]!) sum += cumulative[i + 1]! - cumulative[i]!;
    }
    return sum / known;
  }
}
