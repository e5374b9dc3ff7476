import type { HttpBindings } from '@hono/node-server';
import type { Clock } from '@foreshadow/domain';
import type { Config } from '@foreshadow/domain/config';
import type { Logger } from '@foreshadow/edge-sdk';
import { type Context, Hono } from 'hono';
import { readBody } from './body.ts';
import type { StreamIngest } from './ingest.ts';
import type { EdgeMetrics } from './metrics.ts';
import { parseNdjson } from './ndjson.ts';
import { Problem } from './problem.ts';

export interface EdgeAppOptions {
  readonly limits: Pick<Config['edge'], 'maxBatchBytes' | 'maxRecordBytes'>;
  readonly ingests: ReadonlyMap<string, StreamIngest>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** True from when the node starts to close. */
  readonly closing: () => boolean;
  /** Rejects where the log does not answer. */
  readonly probe: () => Promise<unknown>;
  readonly metrics: EdgeMetrics;
  /** What `/v1/stats` adds to the counters of ingest. */
  readonly shadowStats: () => Readonly<Record<string, unknown>>;
}

export interface EdgeEnv {
  Bindings: HttpBindings;
}

type EdgeContext = Context<EdgeEnv>;

const RETRY_AFTER_SECONDS = '1';

/** The HTTP face of an edge node. Runs on Node alone: bodies are read from its own request. */
export function edgeApp(options: EdgeAppOptions): Hono<EdgeEnv> {
  const app = new Hono<EdgeEnv>();
  app.use(async (c, next) => {
    await next();
    if (options.closing()) c.header('connection', 'close');
  });
  app.post('/v1/streams/:stream/records', (c) => ingest(c, options));
  app.get('/v1/streams', (c) => c.json({ streams: streamsOf(options) }));
  app.get('/v1/stats', (c) => c.json({ ingest: ingestStats(options), ...options.shadowStats() }));
  app.get('/metrics', async (c) => {
    const { contentType, body } = await options.metrics.text();
    return c.text(body, 200, { 'content-type': contentType });
  });
  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  app.get('/readyz', (c) => ready(c, options));
  app.notFound((c) => answer(c, new Problem('NOT_FOUND', `no ${c.req.method} ${c.req.path} here`)));
  app.onError((error, c) => fail(c, error, options.logger));
  return app;
}

async function ingest(c: EdgeContext, options: EdgeAppOptions): Promise<Response> {
  if (options.closing()) throw new Problem('SHUTTING_DOWN', 'this node is shutting down; send to another');
  const stream = streamOf(c.req.param('stream') ?? '', options);
  const encoding = c.req.header('content-encoding') ?? 'identity';
  if (encoding !== 'identity') {
    throw new Problem(
      'UNSUPPORTED_ENCODING',
      `content-encoding ${encoding} is not supported; send plain NDJSON`,
    );
  }
  const body = await readBody(c.env.incoming, options.limits.maxBatchBytes);
  return stream.path.during(async () => {
    const records = parseNdjson(body, {
      keyField: c.req.query('key'),
      timestampField: c.req.query('timestamp'),
      arrivalMs: options.clock.nowMs(),
      maxRecordBytes: options.limits.maxRecordBytes,
    });
    if (records.length === 0)
      throw new Problem('NO_RECORDS', 'the body has no records; send one JSON value a line');
    const partitions = await stream.append(records);
    return c.json({ accepted: records.length, partitions });
  });
}

function streamOf(name: string, { ingests }: EdgeAppOptions): StreamIngest {
  const found = ingests.get(name);
  if (found !== undefined) return found;
  const known = [...ingests.keys()].join(', ') || '(none)';
  throw new Problem('UNKNOWN_STREAM', `no stream "${name}"; known: ${known}`);
}

function streamsOf({ ingests }: EdgeAppOptions): { name: string; partitions: number }[] {
  return [...ingests.values()].map(({ stream, partitions }) => ({ name: stream, partitions }));
}

function ingestStats({ ingests }: EdgeAppOptions): Record<string, unknown> {
  return Object.fromEntries([...ingests].map(([name, stream]) => [name, stream.stats()]));
}

async function ready(c: EdgeContext, options: EdgeAppOptions): Promise<Response> {
  if (options.closing()) throw new Problem('SHUTTING_DOWN', 'this node is shutting down');
  await options.probe().catch((cause: unknown) => {
    throw new Problem('LOG_UNAVAILABLE', 'the stream log does not answer', { cause });
  });
  return c.json({ status: 'ready' });
}

/** Answer an error; what is the node's fault and not the client's is logged with its cause. */
function fail(c: EdgeContext, error: Error, logger: Logger): Response {
  const problem =
    error instanceof Problem ? error : new Problem('INTERNAL', 'the edge failed', { cause: error });
  if (problem.status >= 500) logger.error({ error: problem.cause, path: c.req.path }, problem.message);
  return answer(c, problem);
}

function answer(c: EdgeContext, { code, message, line, status }: Problem): Response {
  if (status === 503) c.header('retry-after', RETRY_AFTER_SECONDS);
  return c.json({ error: line === undefined ? { code, message } : { code, message, line } }, status);
}
