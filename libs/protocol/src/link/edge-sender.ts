import type { LoadForecast, LoadSample, PartitionKey, SamplingReport } from '@foreshadow/domain';
import {
  encodeForecasts,
  encodeLoads,
  encodeMessage,
  encodeSamplings,
  encodeScores,
} from '../codec/envelope.ts';
import type { LinkSettings, LinkStream, ModelState, PartitionScores, Throttle } from '../messages.ts';
import { LinkSession } from '../session.ts';
import { Outbox } from './pending.ts';
import { RateGate } from './rate-gate.ts';

export interface EdgeSenderOptions {
  readonly streams: readonly LinkStream[];
  readonly horizonsMs: readonly number[];
  readonly epoch: number;
  readonly maxBufferedBytes: number;
}

/** Partitions whose scores go out at a time: at the start of a session all their models go with them. */
const SCORES_A_FLUSH = 256;

/**
 * What an edge has to say, and when it may: the newest item of each kind and partition waits until the interval that
 * was asked for is over and the socket has room.
 */
export class EdgeSender {
  readonly #options: EdgeSenderOptions;
  readonly #outbox = new Outbox();
  readonly #forecastGate = new RateGate(0);
  readonly #loadGate = new RateGate(0);
  /** Whether this session's actuator wants to hear of sampling: one that does not ask may not know of it. */
  #wantsSampling = false;
  #throttle = { minIntervalMs: 0, untilMs: 0 };
  #session: LinkSession;
  #refused = 0;

  /** @throws {ProtocolError} for streams that no session may have. */
  constructor(options: EdgeSenderOptions) {
    this.#options = options;
    this.#session = this.#newSession(options.epoch, 0);
  }

  get session(): LinkSession {
    return this.#session;
  }

  get coalesced(): number {
    return this.#outbox.coalesced;
  }

  get refused(): number {
    return this.#refused;
  }

  get waitingScores(): number {
    return this.#outbox.scores.size;
  }

  offerScores(scores: PartitionScores): void {
    if (this.#knows(scores.partition)) this.#outbox.scores.put(scores);
  }

  /** States that wait to be sent; they are large, so ask before making more. */
  get waitingModels(): number {
    return this.#outbox.models.size;
  }

  offerForecasts(forecasts: readonly LoadForecast[]): void {
    for (const forecast of forecasts)
      if (this.#knows(forecast.partition)) this.#outbox.forecasts.put(forecast);
  }

  offerLoads(samples: readonly LoadSample[]): void {
    for (const sample of samples) if (this.#knows(sample.partition)) this.#outbox.loads.put(sample);
  }

  /** The newest of each stream waits, while it is wanted. */
  offerSamplings(reports: readonly SamplingReport[]): void {
    if (!this.#wantsSampling) return;
    for (const report of reports) this.#outbox.samplings.set(report.stream, report);
  }

  offerModel(model: ModelState): void {
    if (this.#knows(model.partition)) this.#outbox.models.put(model);
  }

  /** A new connection: symbols start anew, frames count on, and the newest forecasts go out again. */
  startSession(): void {
    this.#session = this.#newSession(this.#session.epoch, this.#session.lastSeq);
    this.#throttle = { minIntervalMs: 0, untilMs: 0 };
    this.#wantsSampling = false;
    this.#outbox.samplings.clear();
    this.#outbox.resend();
    this.#forecastGate.reset();
    this.#loadGate.reset();
  }

  /** The node is known with a newer epoch than ours: its clock went back between two starts. */
  startAfter(lastEpoch: number): void {
    if (lastEpoch > this.#session.epoch) this.#session = this.#newSession(lastEpoch + 1, 0);
  }

  apply(settings: LinkSettings): void {
    this.#forecastGate.intervalMs = settings.forecastIntervalMs ?? this.#forecastGate.intervalMs;
    this.#loadGate.intervalMs = settings.loadIntervalMs ?? this.#loadGate.intervalMs;
    this.#wantsSampling ||= settings.samplingIntervalMs !== undefined;
  }

  throttle({ minIntervalMs, durationMs }: Throttle, monotonicMs: number): void {
    this.#throttle = { minIntervalMs, untilMs: monotonicMs + durationMs };
  }

  /** Messages that may go now; none while the socket holds more than `maxBufferedBytes`. */
  flush(
    bufferedBytes: number,
    monotonicMs: number,
    maxBufferedBytes: number = this.#options.maxBufferedBytes,
  ): Uint8Array[] {
    if (!(bufferedBytes <= maxBufferedBytes)) return [];
    const messages = [
      ...this.#flushForecasts(monotonicMs),
      ...this.#flushLoads(monotonicMs),
      ...encodeScores(this.#outbox.scores.take(SCORES_A_FLUSH), this.#session, this.#refuse),
      ...encodeSamplings(this.#outbox.takeSamplings(), this.#session, this.#refuse),
    ];
    let buffered = bufferedBytes + messages.reduce((sum, m) => sum + m.length, 0);
    while (buffered <= maxBufferedBytes) {
      const model = this.#outbox.models.takeOldest();
      if (model === undefined) break;
      const message = this.#encodeModel(model);
      if (message === undefined) continue;
      messages.push(message);
      buffered += message.length;
    }
    return messages;
  }

  #flushForecasts(monotonicMs: number): Uint8Array[] {
    if (this.#outbox.forecasts.size === 0 || !this.#passes(this.#forecastGate, monotonicMs)) return [];
    return encodeForecasts(this.#outbox.takeForecasts(), this.#session, this.#refuse);
  }

  #flushLoads(monotonicMs: number): Uint8Array[] {
    if (this.#outbox.loads.size === 0 || !this.#passes(this.#loadGate, monotonicMs)) return [];
    return encodeLoads(this.#outbox.loads.takeAll(), this.#session, this.#refuse);
  }

  #encodeModel(model: ModelState): Uint8Array | undefined {
    try {
      return encodeMessage({ kind: 'model', epoch: this.#session.epoch, ...model }, this.#session);
    } catch {
      this.#refused += 1;
      return undefined;
    }
  }

  #passes(gate: RateGate, monotonicMs: number): boolean {
    const floorMs = monotonicMs < this.#throttle.untilMs ? this.#throttle.minIntervalMs : 0;
    if (!gate.isOpen(monotonicMs, floorMs)) return false;
    gate.passed(monotonicMs);
    return true;
  }

  readonly #refuse = (_item: LoadForecast | LoadSample | PartitionScores | SamplingReport): void => {
    this.#refused += 1;
  };

  #knows(partition: PartitionKey): boolean {
    try {
      this.#session.locate(partition);
      return true;
    } catch {
      this.#refused += 1;
      return false;
    }
  }

  #newSession(epoch: number, lastSeq: number): LinkSession {
    const { streams, horizonsMs } = this.#options;
    return new LinkSession({ streams, horizonsMs, epoch, lastSeq });
  }
}
