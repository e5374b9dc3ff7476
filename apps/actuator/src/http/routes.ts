import { createRoute, z } from '@hono/zod-openapi';
import {
  alertsSchema,
  decisionsSchema,
  errorSchema,
  eventsSchema,
  healthSchema,
  horizonQuery,
  limitQuery,
  partitionDetailSchema,
  partitionParams,
  planSchema,
  poolsSchema,
  scorecardViewSchema,
  streamsSchema,
  weightsSchema,
} from './schemas.ts';

const ok = <S extends z.ZodType>(schema: S, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});
const badRequest = { description: 'a parameter is out of its range', content: jsonError() };
const notFound = { description: 'not there; the message lists what is', content: jsonError() };

function jsonError() {
  return { 'application/json': { schema: errorSchema } };
}

export const streamsRoute = createRoute({
  method: 'get',
  path: '/v1/streams',
  summary:
    'Streams, their partitions with load and forecast, how edges sample them, and the pools that serve them',
  responses: { 200: ok(streamsSchema, 'streams') },
});

export const partitionRoute = createRoute({
  method: 'get',
  path: '/v1/partitions/{stream}/{index}',
  summary: 'One partition: load series, forecast, scorecard',
  request: { params: partitionParams },
  responses: { 200: ok(partitionDetailSchema, 'partition'), 400: badRequest, 404: notFound },
});

export const scorecardRoute = createRoute({
  method: 'get',
  path: '/v1/partitions/{stream}/{index}/scorecard',
  summary: 'Scores of one partition, and of what its forecasts are made: experts, models, seasons, drifts',
  request: { params: partitionParams },
  responses: { 200: ok(scorecardViewSchema, 'scorecard'), 400: badRequest, 404: notFound },
});

export const weightsRoute = createRoute({
  method: 'get',
  path: '/v1/partitions/{stream}/{index}/weights',
  summary: 'Weights of the experts of one partition over the last hour, with drifts and refits',
  request: { params: partitionParams, query: horizonQuery },
  responses: { 200: ok(weightsSchema, 'weights'), 400: badRequest, 404: notFound },
});

export const poolsRoute = createRoute({
  method: 'get',
  path: '/v1/pools',
  summary: 'Worker pools: workers, capacity, demand, plan',
  responses: { 200: ok(poolsSchema, 'pools') },
});

export const planRoute = createRoute({
  method: 'get',
  path: '/v1/plan',
  summary: 'The plan that stands, per pool, with reason and ingredients',
  responses: { 200: ok(planSchema, 'plan') },
});

export const decisionsRoute = createRoute({
  method: 'get',
  path: '/v1/decisions',
  summary: 'Decisions that changed something or had a new reason, newest first',
  request: { query: limitQuery },
  responses: { 200: ok(decisionsSchema, 'decisions'), 400: badRequest },
});

export const eventsRoute = createRoute({
  method: 'get',
  path: '/v1/events',
  summary: 'What happened to workers, edges and links, newest first',
  request: { query: limitQuery },
  responses: { 200: ok(eventsSchema, 'events'), 400: badRequest },
});

export const alertsRoute = createRoute({
  method: 'get',
  path: '/v1/alerts',
  summary: 'Alerts that fire, the oldest first',
  responses: { 200: ok(alertsSchema, 'alerts') },
});

export const liveFeedRoute = createRoute({
  method: 'get',
  path: '/v1/live',
  summary: 'Server-sent events: `snapshot` each second, `decision` and `event` as they come',
  responses: { 200: { description: 'endless feed', content: { 'text/event-stream': {} } } },
});

export const healthRoute = createRoute({
  method: 'get',
  path: '/healthz',
  summary: 'Whether the control loop runs',
  responses: { 200: ok(healthSchema, 'alive'), 503: ok(healthSchema, 'stuck') },
});

export const readyRoute = createRoute({
  method: 'get',
  path: '/readyz',
  summary: 'Whether it plans',
  responses: { 200: ok(healthSchema, 'ready'), 503: ok(healthSchema, 'not ready, and why') },
});

export const metricsRoute = createRoute({
  method: 'get',
  path: '/metrics',
  summary: 'Metrics in the Prometheus text format',
  responses: { 200: { description: 'metrics', content: { 'text/plain': { schema: z.string() } } } },
});
