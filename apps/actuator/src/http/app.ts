import { existsSync } from 'node:fs';
import { serveStatic } from '@hono/node-server/serve-static';
import { OpenAPIHono } from '@hono/zod-openapi';
import { secureHeaders } from 'hono/secure-headers';
import type { MiddlewareHandler } from 'hono';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics.ts';
import { addAnnouncements, type AnnounceOptions } from './announce-routes.ts';
import type { ActuatorApi } from './api.ts';
import { errorBody, onError } from './errors.ts';
import { guard } from './guard.ts';
import { liveRoute } from './live.ts';
import * as routes from './routes.ts';

export interface AppOptions {
  readonly api: ActuatorApi;
  readonly metrics: Metrics;
  readonly announce: Omit<AnnounceOptions, 'logger'>;
  /** Handles the upgrade on `/v1/link`. */
  readonly link: MiddlewareHandler;
  /** Host name or address to which the server is bound. */
  readonly host: string;
  readonly version: string;
  readonly dashboardDir: string | undefined;
  /** Aborted when the server closes: ends the live feeds. */
  readonly closing: AbortSignal;
  readonly logger: Logger;
}

const CONTENT_SECURITY_POLICY = {
  defaultSrc: ["'self'"],
  // "What if" on the page forecasts with WebAssembly; no other code is made of data.
  scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
  imgSrc: ["'self'", 'data:'],
  objectSrc: ["'none'"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
};

/** The HTTP face of the actuator: API, live feed, metrics, link and the dashboard's files. */
export function createApp(options: AppOptions): OpenAPIHono {
  const app = new OpenAPIHono({
    defaultHook: (result, c) => {
      if (result.success) return undefined;
      const [issue] = result.error.issues;
      const message = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}`;
      return c.json(errorBody('INVALID_ARGUMENT', message), 400);
    },
  });
  app.onError(onError(options.logger));
  app.use(guard(options.host));
  app.get('/v1/link', options.link, (c) =>
    c.json(errorBody('UPGRADE_REQUIRED', 'the link takes WebSockets only'), 426, { upgrade: 'websocket' }),
  );
  app.use(secureHeaders({ contentSecurityPolicy: CONTENT_SECURITY_POLICY, strictTransportSecurity: false }));
  app.use('/v1/*', cacheControl('no-store'));
  addApi(app, options);
  addAnnouncements(app, { ...options.announce, logger: options.logger });
  addDocument(app, options.version);
  addDashboard(app, options.dashboardDir);
  app.notFound((c) => c.json(errorBody('NOT_FOUND', `${c.req.path} is not here; ${known(app)}`), 404));
  return app;
}

function addApi(app: OpenAPIHono, { api, metrics, closing }: AppOptions): void {
  app.openapi(routes.streamsRoute, (c) => c.json({ streams: api.streams() }, 200));
  app.openapi(routes.partitionRoute, (c) => {
    const { stream, index } = c.req.valid('param');
    return c.json(api.partition(stream, index), 200);
  });
  app.openapi(routes.scorecardRoute, (c) => {
    const { stream, index } = c.req.valid('param');
    return c.json(api.scorecard(stream, index), 200);
  });
  app.openapi(routes.weightsRoute, (c) => {
    const { stream, index } = c.req.valid('param');
    return c.json(api.weights(stream, index, c.req.valid('query').horizonMs), 200);
  });
  app.openapi(routes.poolsRoute, (c) => c.json({ pools: api.pools() }, 200));
  app.openapi(routes.planRoute, (c) => c.json(api.plan(), 200));
  app.openapi(routes.decisionsRoute, (c) =>
    c.json({ decisions: api.decisions(c.req.valid('query').limit) }, 200),
  );
  app.openapi(routes.eventsRoute, (c) => c.json({ events: api.events(c.req.valid('query').limit) }, 200));
  app.openapi(routes.alertsRoute, (c) => c.json({ alerts: api.alerts() }, 200));
  app.openapi(routes.liveFeedRoute, liveRoute(api, closing));
  app.openapi(routes.healthRoute, (c) => {
    const reasons = api.stuck();
    return reasons.length === 0
      ? c.json({ status: 'ok', reasons }, 200)
      : c.json({ status: 'stuck', reasons }, 503);
  });
  app.openapi(routes.readyRoute, (c) => {
    const reasons = api.notReady();
    return reasons.length === 0
      ? c.json({ status: 'ready', reasons }, 200)
      : c.json({ status: 'not ready', reasons }, 503);
  });
  app.openapi(routes.metricsRoute, async (c) => {
    const { contentType, body } = await metrics.text();
    return c.text(body, 200, { 'content-type': contentType });
  });
}

function addDocument(app: OpenAPIHono, version: string): void {
  app.doc31('/v1/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'Foreshadow actuator',
      version,
      description: 'Load, forecasts, plans and decisions. Missing values are null, never zero.',
    },
  });
}

function addDashboard(app: OpenAPIHono, dir: string | undefined): void {
  if (dir === undefined || !existsSync(dir)) {
    app.get('/', (c) => c.text('Foreshadow actuator. The API is described at /v1/openapi.json.\n'));
    return;
  }
  app.use('/', cacheControl('no-cache'));
  app.use('/assets/*', cacheControl('public, max-age=31536000, immutable'));
  app.get('*', serveStatic({ root: dir }));
}

/** What was found may be kept for so long; hashed files for ever, pages and data not without asking. */
function cacheControl(value: string): MiddlewareHandler {
  return async (c, next) => {
    await next();
    if (c.res.ok) c.header('cache-control', value);
  };
}

/** The paths that there are, for those who asked for another. */
function known(app: OpenAPIHono): string {
  const paths = app.routes.filter((r) => r.method === 'GET' && r.path !== '*').map((r) => r.path);
  return `there are ${[...new Set(paths)].join(', ')}`;
}
