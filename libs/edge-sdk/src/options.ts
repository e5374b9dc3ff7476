import type { Clock, Estimate, Rng } from '@foreshadow/domain';
import type { ForecastEngineOptions } from '@foreshadow/forecast';
import type { SamplerOptions, ShadowStreamOptions } from '@foreshadow/shadow';
import { EdgeSdkError } from './errors.ts';
import type { Logger } from './logger.ts';
import type { WebSocketFactory } from './web-socket.ts';

export interface EdgeStreamOptions {
  readonly name: string;
  readonly partitions: number;
  /** By default 1 % Bernoulli. */
  readonly sampler?: SamplerOptions;
  /** Shadow streams beside it, each with a sampler of its own and a sink; see `@foreshadow/edge-sdk/shadow-log`. */
  readonly shadows?: readonly ShadowStreamOptions[];
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

export interface ForeshadowEdgeOptions {
  /** Names this edge to the actuator; one process a name. */
  readonly nodeId: string;
  readonly streams: readonly EdgeStreamOptions[];
  readonly forecast: ForecastEngineOptions;
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
  const { nodeId, forecast, link } = options;
  if (nodeId.length < 1 || nodeId.length > MAX_NODE_ID) {
    throw invalid('nodeId', nodeId, `1–${MAX_NODE_ID} characters`);
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
