import { type Clock, type LoadSample, systemClock, Xoshiro128 } from '@foreshadow/domain';
import type { Config } from '@foreshadow/domain/config';
import { ForeshadowEdge, type Logger } from '@foreshadow/edge-sdk';
import { watchSampling } from '@foreshadow/edge-sdk/sampling';
import { LogFeed, LogTap } from '@foreshadow/edge-sdk/shadow-log';
import type { StreamLog } from '@foreshadow/ports';
import type { RateBudget } from '@foreshadow/shadow';
import type { ProbeOptions } from '@foreshadow/shadow-thread';
import { openStorage } from '@foreshadow/storage';
import { WebSocket } from 'ws';
import { edgeApp } from './app.ts';
import { StreamIngest } from './ingest.ts';
import { EdgeMetrics } from './metrics.ts';
import { listen } from './server.ts';
import { Probes } from './probes.ts';
import { ShadowStreams } from './shadow-streams.ts';
import { startTrimming } from './trimming.ts';

export interface EdgeDeps {
  /** Log to append to; by default the one that `storage` names. A log that is passed in is not closed. */
  readonly log?: StreamLog;
  readonly clock?: Clock;
  /** Where failures of the log, the forecasts and the link are said; by default nowhere. */
  readonly logger?: Logger;
  /** Scripts of the probes' threads, where they are not beside the modules of `@foreshadow/shadow-thread` (in a bundle). */
  readonly probeScripts?: ProbeOptions['scripts'];
}

/** An edge node that runs. */
export interface EdgeServer {
  readonly url: string;
  readonly port: number;
  /** Taps, forecasts and link of this node. */
  readonly sdk: ForeshadowEdge;
  /** Stop accepting, finish what is in flight, stop forecasting, close the log. Calling it again changes nothing. */
  close(): Promise<void>;
}

/**
 * Start an ingest edge node: HTTP ingest into the log, the shadow of every configured stream, and the link to the
 * actuator, which need not be there yet.
 * @throws {EdgeError} `PORT_IN_USE` or `LISTEN_FAILED`; what the log throws if it cannot be opened.
 */
export async function startEdge(config: Config, deps: EdgeDeps = {}): Promise<EdgeServer> {
  const clock = deps.clock ?? systemClock;
  const logger = deps.logger ?? SILENT;
  const storage: LogOnly =
    deps.log === undefined
      ? await openStorage(config.storage, logger)
      : { log: deps.log, close: async () => undefined };
  try {
    return await run(config, storage, clock, logger, deps.probeScripts);
  } catch (error) {
    await storage.close();
    throw error;
  }
}

const SILENT: Logger = { info: () => undefined, warn: () => undefined, error: () => undefined };

interface LogOnly {
  readonly log: StreamLog;
  close(): Promise<void>;
}

async function run(
  config: Config,
  storage: LogOnly,
  clock: Clock,
  logger: Logger,
  probeScripts: EdgeDeps['probeScripts'],
): Promise<EdgeServer> {
  const { edge, forecast, streams } = config;
  const { log } = storage;
  for (const { name, partitions } of streams) await log.createStream(name, partitions);
  const shadowStreams = new ShadowStreams(config, log, clock);
  const probes = new Probes(config, clock, logger, probeScripts);
  const ingests = new Map<string, StreamIngest>();
  const sdk = new ForeshadowEdge({
    nodeId: edge.nodeId,
    streams: streams.map((stream) => ({
      ...stream,
      overhead: stream.overhead && budgetOf(stream.overhead),
      samples: stream.tap === 'log' ? followLog(log, stream, clock) : undefined,
      shadows: [...shadowStreams.of(stream.name), ...probes.of(stream.name)],
      workPerRecord: probes.workOf(stream.name),
    })),
    forecast,
    sampling: watchSampling({ pathMs: (stream) => ingests.get(stream)?.path.take() }),
    clock,
    logger,
    link: { url: edge.actuatorUrl, webSocket: (url) => new WebSocket(url) },
  });
  for (const { name, partitions } of streams) {
    ingests.set(name, new StreamIngest(name, partitions, log, sdk.tap(name), clock));
  }
  const metrics = new EdgeMetrics({
    ingest: () => [...ingests].map(([name, ingest]) => [name, ingest.stats()] as const),
    stats: () => sdk.stats(),
    sampling: () => sdk.sampling(),
    shadowStreams: () => shadowStreams.status(),
    probes: () => probes.status(),
  });
  let closing: Promise<void> | undefined;
  const app = edgeApp({
    limits: edge,
    ingests,
    clock,
    logger,
    closing: () => closing !== undefined,
    probe: () => log.streams(),
    metrics,
    shadowStats: () => ({
      nodeId: edge.nodeId,
      shadow: sdk.stats(),
      sampling: sdk.sampling(),
      shadowStreams: shadowStreams.status(),
      probes: probes.status(),
      link: sdk.status(),
    }),
  });
  const http = await listen(app, edge.host, edge.port);
  sdk.onTick(() => probes.tick());
  sdk.start();
  const stopTrimming = startTrimming(config, log, clock, logger);
  const close = async (): Promise<void> => {
    await http.close();
    await sdk.stop();
    await probes.stop();
    await shadowStreams.stop();
    await stopTrimming();
    await storage.close();
  };
  return { url: http.url, port: http.port, sdk, close: () => (closing ??= close()) };
}

function budgetOf({
  share,
  floorSamples,
  maxRate,
}: NonNullable<Config['streams'][number]['overhead']>): RateBudget {
  return { overheadShare: share, floorSamples, maxRate };
}

/** Loads from the log's own positions, with samples read at places that differ from start to start. */
function followLog(
  log: StreamLog,
  { name, partitions }: Config['streams'][number],
  clock: Clock,
): (atMs: number, windowMs: number) => readonly LoadSample[] {
  const rng = new Xoshiro128(Math.round(clock.nowMs()) >>> 0);
  const feed = new LogFeed(new LogTap({ log, stream: name, partitions, rng }), name, partitions);
  return (atMs, windowMs) => feed.take(atMs, windowMs);
}
