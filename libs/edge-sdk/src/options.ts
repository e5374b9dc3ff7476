import type { Clock, Estimate, LoadSample, Rng, SamplingReport } from '@foreshadow/domain';
import type { ForecastEngineOptions } from '@foreshadow/forecast';
import type { RateBudget, SamplerOptions, ShadowStreamOptions, ShadowTap } from '@foreshadow/shadow';
import { EdgeSdkError } from './errors.ts';
import type { Logger } from './logger.ts';
import type { WebSocketFactory } from './web-socket.ts';

export interface EdgeStreamOptions {
  readonly name: string;
  readonly partitions: number;
  /** By default 1 % Bernoulli. */
  readonly sampler?: SamplerOptions;
  /** Adapts the sampler's rate each tick to what the tap costs; only with `sampling`. */
  readonly overhead?: RateBudget | undefined;
  /** Name the keys that hold much of a partition to the actuator, for advice. Default true. */
  readonly hotKeys?: boolean | undefined;
  /** Shadow streams beside it, each with a sampler of its own and a sink; see `@foreshadow/edge-sdk/shadow-log`. */
  readonly shadows?: readonly ShadowStreamOptions[];
  /**
   * Load of each tick, one sample a partition in order, in place of what the tap counts: a `LogFeed` of
   * `@foreshadow/edge-sdk/shadow-log`, where producers do not pass here.
   */
  readonly samples?: ((atMs: number, windowMs: number) => readonly LoadSample[]) | undefined;
  /** Work per record of a partition as a probe measures it now; `undefined` while it does not know. */
  readonly workPerRecord?: ((partition: number) => Estimate | undefined) | undefined;
}

export interface EdgeLinkAddress {
  /** `ws://` or `wss://` address of the actuator's link; of several replicas, separated by commas: tried in turn. */
  readonly url: string;
  /** Opens sockets; by default the platform's WebSocket. Node 20 has none: pass `ws`. */
  readonly webSocket?: WebSocketFactory;
  /** Time in which the state of each partition's forecaster is reported once. Default 60 s. */
  readonly modelReportIntervalMs?: number;
  /** Time in which the scores and models of each partition are reported once. Default 10 s; the actuator may set another. */
  readonly scoreReportIntervalMs?: number;
  /** Default 5 s; the actuator may set another. */
  readonly heartbeatIntervalMs?: number;
}

/** The tap of a stream, for whoever watches its sampling. */
export interface WatchedTap {
  readonly stream: EdgeStreamOptions;
  readonly tap: ShadowTap;
}

/** Watches how the taps of an edge sample, between ticks; `@foreshadow/edge-sdk/sampling` has one. */
export interface SamplingWatch {
  /** The newest report of each stream; none before the first. */
  readonly reports: readonly SamplingReport[];
  /** Time between two reports. */
  intervalMs: number;
  /** Largest rate of streams whose rate is adapted. */
  maxRate: number;
  /** All ticks are about to close: their samples are still held. */
  closing(): void;
  /** They are closed: samples of all partitions of all streams, in order. Gives the reports that this made. */
  closed(samples: readonly LoadSample[], atMs: number, windowMs: number): readonly SamplingReport[];
}

export interface ForeshadowEdgeOptions {
  /** Names this edge to the actuator; one process a name. */
  readonly nodeId: string;
  readonly streams: readonly EdgeStreamOptions[];
  readonly forecast: ForecastEngineOptions;
  /** `watchSampling()` of `@foreshadow/edge-sdk/sampling`: reports on sampling, and rates that keep to a budget. */
  readonly sampling?: (taps: readonly WatchedTap[], monotonicMs: () => number) => SamplingWatch;
  readonly clock?: Clock;
  /** Randomness of the reconnect delays. */
  readonly rng?: Rng;
  /** Without it nothing leaves the process; forecasts are there all the same. */
  readonly link?: EdgeLinkAddress;
  readonly logger?: Logger;
}

const MAX_NODE_ID = 64;

/** @throws {EdgeSdkError} `INVALID_ARGUMENT` that names the option, its value and its range. */
export function checkOptions(options: ForeshadowEdgeOptions): void {
  const { nodeId, streams, sampling, forecast, link } = options;
  if (nodeId.length < 1 || nodeId.length > MAX_NODE_ID) {
    throw invalid('nodeId', nodeId, `1–${MAX_NODE_ID} characters`);
  }
  const budgeted = streams.find(({ overhead }) => overhead !== undefined);
  if (budgeted !== undefined && sampling === undefined) {
    throw invalid(
      `streams.${budgeted.name}.overhead`,
      budgeted.overhead,
      'only with sampling: watchSampling()',
    );
  }
  const { tickMs } = forecast;
  if (!Number.isInteger(tickMs) || tickMs < 10) throw invalid('forecast.tickMs', tickMs, 'an integer ≥ 10');
  if (link === undefined) return;
  for (const url of linkUrls(link.url)) {
    if (!isLinkUrl(url)) throw invalid('link.url', url, 'ws://… or wss://…');
  }
  for (const key of ['modelReportIntervalMs', 'scoreReportIntervalMs'] as const) {
    const value = link[key] ?? 1;
    if (!(value > 0)) throw invalid(`link.${key}`, value, '> 0');
  }
}

/** The addresses that `link.url` names; at least one. */
export function linkUrls(url: string): readonly string[] {
  return url.split(',').map((one) => one.trim());
}

export function isLinkUrl(url: string): boolean {
  return /^wss?:\/\/[^/]/i.test(url) && URL.canParse(url);
}

function invalid(key: string, value: unknown, range: string): EdgeSdkError {
  return new EdgeSdkError('INVALID_ARGUMENT', `${key}: ${range}; got ${JSON.stringify(value)}`);
}
