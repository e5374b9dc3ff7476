import {
  type Clock,
  type LoadForecast,
  type LoadSample,
  type PartitionKey,
  type SamplingReport,
  type Scorecard,
  systemClock,
  Xoshiro128,
} from '@foreshadow/domain';
import { EdgeLink, type EdgeLinkStats, type PartitionFeedback } from '@foreshadow/protocol';
import { EdgeSdkError } from './errors.ts';
import { Failures } from './failures.ts';
import { type LinkDelivery, LinkDriver } from './link-driver.ts';
import { SILENT } from './logger.ts';
import { Observatory } from './observatory.ts';
import { PartitionRota } from './partition-rota.ts';
import {
  checkOptions,
  type EdgeLinkAddress,
  type ForeshadowEdgeOptions,
  type SamplingWatch,
} from './options.ts';
import { StreamTaps, type StreamTap } from './taps.ts';
import type { TapStats } from '@foreshadow/shadow';
import { runTicks } from './ticker.ts';
import { VERSION } from './version.ts';
import { webSocketFactory } from './web-socket.ts';

const MODEL_REPORT_INTERVAL_MS = 60_000;
const SCORE_REPORT_INTERVAL_MS = 10_000;
/** Partitions whose scores may wait for the socket; more are not made meanwhile. */
const MAX_WAITING_SCORES = 2048;
/** States that may wait for the socket; more are not made meanwhile. */
const MAX_WAITING_MODELS = 4;
/** States are reported on stop as long as they are no more than this. */
const MAX_STOP_BYTES = 4 * 1024 * 1024;

/** What a tick gave. */
export interface EdgeTick {
  readonly atMs: number;
  readonly samples: readonly LoadSample[];
  readonly forecasts: readonly LoadForecast[];
}

export interface EdgeStatus {
  /** `idle` before start, after stop and without a link; `waiting` between two attempts to connect. */
  readonly link: 'idle' | 'connecting' | 'connected' | 'waiting';
  /** Why the last connection or attempt ended. */
  readonly lastEnd: string | undefined;
}

export interface EdgeStats {
  readonly ticks: number;
  /** Errors inside ticks, listeners and the link; the record path never saw them. */
  readonly failures: number;
  readonly streams: Readonly<Record<string, TapStats>>;
  /** Offers to streams that there are not. */
  readonly strayOffers: number;
  readonly link: EdgeLinkStats | undefined;
}

/**
 * An ingest edge to embed: shadow tap, forecasts, and the link to the actuator. Runs in Node, Deno and browsers.
 * `offer` stands in the record path and never throws; nothing that fails behind it is noticed there.
 *
 * @example
 * const edge = new ForeshadowEdge({
 *   nodeId: 'gateway-1',
 *   streams: [{ name: 'orders', partitions: 8 }],
 *   forecast: { tickMs: 1000, horizonsMs: [5000, 60_000, 300_000] },
 *   link: { url: 'ws://127.0.0.1:7070/v1/link' },
 * });
 * edge.start();
 * edge.offer('orders', 3, 'customer-17', 420);
 */
export class ForeshadowEdge {
  readonly #tickMs: number;
  readonly #clock: Clock;
  readonly #failures: Failures;
  readonly #taps: StreamTaps;
  readonly #sampling: SamplingWatch | undefined;
  readonly #observatory: Observatory;
  readonly #models: PartitionRota;
  readonly #scores: PartitionRota;
  readonly #link: EdgeLink | undefined;
  readonly #driver: LinkDriver | undefined;
  readonly #listeners = new Set<(tick: EdgeTick) => void>();
  #samples: readonly LoadSample[] = [];
  #lastTickMs: number | undefined;
  #ticks = 0;
  #running: { readonly abort: AbortController; readonly done: Promise<unknown> } | undefined;

  /**
   * @throws {EdgeSdkError} `INVALID_ARGUMENT`, `NO_WEBSOCKET`; and the errors of tap, forecaster and protocol for
   * options of theirs.
   */
  constructor(options: ForeshadowEdgeOptions) {
    checkOptions(options);
    const { clock = systemClock, logger = SILENT, forecast, link } = options;
    this.#tickMs = forecast.tickMs;
    this.#clock = clock;
    this.#failures = new Failures(logger);
    this.#taps = new StreamTaps(options.streams, (notice) => logger.warn({}, notice));
    this.#sampling = options.sampling?.(this.#taps.watched, () => clock.monotonicMs());
    const fits = { monotonicMs: () => clock.monotonicMs() };
    this.#observatory = new Observatory({ fits, ...forecast }, this.#failures, (partition) =>
      this.#taps.workPerRecord(partition),
    );
    this.#models = new PartitionRota(link?.modelReportIntervalMs ?? MODEL_REPORT_INTERVAL_MS);
    this.#scores = new PartitionRota(link?.scoreReportIntervalMs ?? SCORE_REPORT_INTERVAL_MS);
    if (link === undefined) return;
    this.#link = createLink(options, link, clock);
    this.#driver = new LinkDriver({
      link: this.#link,
      url: link.url,
      open: webSocketFactory(link.webSocket),
      clock,
      logger,
      failures: this.#failures,
      deliver: (delivery) => this.#deliver(delivery),
    });
  }

  /** Show the edge one record. Synchronous, bounded, never throws. */
  offer(stream: string, partition: number, key: string | Uint8Array | undefined, sizeBytes: number): void {
    this.#taps.offer(stream, partition, key, sizeBytes);
  }

  /**
   * The record path of one stream, without looking the stream up each time.
   * @throws {EdgeSdkError} `UNKNOWN_STREAM` that lists the known ones.
   */
  tap(stream: string): StreamTap {
    const tap = this.#taps.get(stream);
    if (tap !== undefined) return tap;
    const known = this.#taps.names().join(', ');
    throw new EdgeSdkError('UNKNOWN_STREAM', `no stream '${stream}'; there are ${known || 'none'}`);
  }

  /** Tick by the clock and keep the link, until `stop`. */
  start(): void {
    if (this.#running !== undefined) return;
    const abort = new AbortController();
    // What came before belongs to no tick.
    this.#failures.guard('a tap failed', () => this.#taps.tick(this.#clock.nowMs(), 0));
    const ticks = runTicks(this.#clock, this.#tickMs, abort.signal, (now, window) => this.#tick(now, window));
    this.#running = { abort, done: Promise.all([ticks, this.#driver?.run(abort.signal)]) };
  }

  /** Report the forecasters' states as far as the link takes them, say goodbye, and come to rest. */
  async stop(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    this.#offerLastModels();
    running.abort.abort();
    await running.done;
    this.#running = undefined;
  }

  /**
   * Close the tick that ends at `nowMs` and began with the one before it; for embedders that keep time themselves,
   * instead of `start`. Never throws.
   */
  tick(nowMs: number): void {
    const windowMs = this.#lastTickMs === undefined ? this.#tickMs : Math.round(nowMs - this.#lastTickMs);
    this.#tick(nowMs, windowMs);
  }

  /** The newest forecast of each partition that has one. */
  forecasts(): readonly LoadForecast[] {
    return this.#observatory.forecasts();
  }

  forecast(partition: PartitionKey): LoadForecast | undefined {
    return this.#observatory.forecast(partition);
  }

  /** Samples of the last tick. */
  samples(): readonly LoadSample[] {
    return this.#samples;
  }

  /** The newest report on each stream's sampling, one every few seconds; none without `sampling`. */
  sampling(): readonly SamplingReport[] {
    return this.#sampling?.reports ?? [];
  }

  /** Predicted against actual, as seen here; `undefined` before the first tick. */
  scorecard(partition: PartitionKey): Scorecard | undefined {
    return this.#observatory.scorecard(partition);
  }

  /** What the actuator last said of the partition's forecasts. */
  feedback(partition: PartitionKey): PartitionFeedback | undefined {
    return this.#observatory.feedback(partition);
  }

  /** Called after each tick; returns the function that ends it. */
  onTick(listener: (tick: EdgeTick) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  status(): EdgeStatus {
    const stats = this.#link?.stats();
    const state = stats?.state ?? 'idle';
    return { link: state === 'greeting' ? 'connecting' : state, lastEnd: stats?.lastEnd };
  }

  stats(): EdgeStats {
    return {
      ticks: this.#ticks,
      failures: this.#failures.count,
      streams: this.#taps.stats(),
      strayOffers: this.#taps.strayOffers,
      link: this.#link?.stats(),
    };
  }

  #tick(nowMs: number, windowMs: number): void {
    this.#ticks += 1;
    if (Number.isFinite(nowMs)) this.#lastTickMs = nowMs;
    this.#failures.guard('sampling could not be watched', () => this.#sampling?.closing());
    const samples = this.#failures.guard('a tap failed', () => this.#taps.tick(nowMs, windowMs)) ?? [];
    this.#failures.guard('sampling could not be watched', () => {
      const reports = this.#sampling?.closed(samples, nowMs, windowMs) ?? [];
      this.#link?.offerSamplings(reports);
    });
    const forecasts = this.#observatory.observe(samples);
    this.#samples = samples;
    this.#report(samples, forecasts, windowMs);
    for (const listener of this.#listeners) {
      this.#failures.guard('a listener failed', () => listener({ atMs: nowMs, samples, forecasts }));
    }
  }

  #report(samples: readonly LoadSample[], forecasts: readonly LoadForecast[], windowMs: number): void {
    const link = this.#link;
    if (link === undefined) return;
    this.#failures.guard('a report failed', () => {
      link.offerForecasts(forecasts);
      link.offerLoads(samples.filter((sample) => sample.recordsPerSec !== undefined));
      this.#offerScores(link, windowMs);
      this.#offerModels(link, windowMs);
    });
    this.#driver?.poll();
  }

  #offerScores(link: EdgeLink, elapsedMs: number): void {
    if (link.state !== 'connected' || link.waitingScores >= MAX_WAITING_SCORES) return;
    for (const partition of this.#scores.due(this.#observatory.partitions(), elapsedMs)) {
      const scores = this.#failures.guard('a forecaster could not be explained', () =>
        this.#observatory.scores(partition),
      );
      if (scores !== undefined) link.offerScores(scores);
    }
  }

  #offerModels(link: EdgeLink, elapsedMs: number): void {
    if (link.state !== 'connected' || link.waitingModels >= MAX_WAITING_MODELS) return;
    for (const partition of this.#models.due(this.#observatory.partitions(), elapsedMs)) {
      if (link.waitingModels < MAX_WAITING_MODELS) this.#offerModel(link, partition);
    }
  }

  #offerLastModels(): void {
    const link = this.#link;
    if (link?.state !== 'connected') return;
    let bytes = 0;
    for (const partition of this.#observatory.partitions()) {
      if (bytes > MAX_STOP_BYTES) return;
      bytes += this.#offerModel(link, partition);
    }
  }

  /** Gives the size of the state in bytes. */
  #offerModel(link: EdgeLink, partition: PartitionKey): number {
    const model = this.#failures.guard('a state could not be saved', () =>
      this.#observatory.saveState(partition),
    );
    if (model === undefined) return 0;
    link.offerModel(model);
    return model.state.length;
  }

  #deliver(delivery: LinkDelivery): void {
    const refusal = this.#carryOut(delivery);
    const { commandId } = delivery;
    if (commandId === undefined) return;
    this.#driver?.handle({ kind: 'acknowledge', commandId, ...(refusal === undefined ? {} : { refusal }) });
  }

  /** Gives the reason if it was not carried out. */
  #carryOut(delivery: LinkDelivery): string | undefined {
    switch (delivery.kind) {
      case 'settings': {
        const { samplingRate, samplingIntervalMs, modelIntervalMs, scoreIntervalMs } = delivery.settings;
        const sampling = this.#sampling;
        if (samplingRate !== undefined) {
          this.#taps.setRate(samplingRate);
          if (sampling !== undefined) sampling.maxRate = samplingRate;
        }
        if (samplingIntervalMs !== undefined && sampling !== undefined) {
          sampling.intervalMs = samplingIntervalMs;
        }
        if (modelIntervalMs !== undefined) this.#models.intervalMs = modelIntervalMs;
        if (scoreIntervalMs !== undefined) this.#scores.intervalMs = scoreIntervalMs;
        return undefined;
      }
      case 'feedback':
        this.#observatory.applyFeedback(delivery.partitions);
        return undefined;
      case 'model-update':
        return this.#observatory.offerState(delivery.model);
      case 'network-update':
        return this.#observatory.takeNetwork(delivery.stream, delivery.bytes);
      case 'prior-update':
        return this.#observatory.takePrior(delivery.stream, delivery.bytes);
      case 'events-update':
        return this.#observatory.takeEvents(delivery.stream, delivery.events);
    }
  }
}

function createLink(options: ForeshadowEdgeOptions, address: EdgeLinkAddress, clock: Clock): EdgeLink {
  const { nodeId, streams, forecast } = options;
  const epoch = Math.round(clock.nowMs());
  const { heartbeatIntervalMs } = address;
  return new EdgeLink(
    {
      nodeId,
      softwareVersion: VERSION,
      streams: streams.map(({ name, partitions }) => ({ name, partitions })),
      tickMs: forecast.tickMs,
      horizonsMs: forecast.horizonsMs,
      epoch,
      ...(heartbeatIntervalMs === undefined ? {} : { heartbeatIntervalMs }),
    },
    options.rng ?? new Xoshiro128(seedOf(nodeId, epoch)),
  );
}

/** Edges that start at one moment must not reconnect at one moment. */
function seedOf(nodeId: string, epoch: number): number {
  let hash = epoch >>> 0;
  for (let i = 0; i < nodeId.length; i++) hash = Math.imul(hash ^ nodeId.charCodeAt(i), 0x0100_0193);
  return hash >>> 0;
}
