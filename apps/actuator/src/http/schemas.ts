import { z } from '@hono/zod-openapi';

/** Numbers are `null` where unknown: JSON has no NaN. */
const maybe = z.number().nullable();
const wallClock = z.number().describe('wall-clock, milliseconds since the Unix epoch');

const resources = z
  .object({
    cpuCores: maybe,
    memoryBytes: maybe,
    networkBytesPerSec: maybe,
    diskBytesPerSec: maybe,
  })
  .openapi('ResourceVector');

const allocation = z.object({ workers: z.number().int(), perWorker: resources }).openapi('Allocation');

const forecastPoint = z
  .object({ horizonMs: z.number(), mean: z.number(), lower: z.number(), upper: z.number() })
  .openapi('ForecastPoint', { description: 'records/s; lower and upper bound the central 90 %' });

const poolPlan = z
  .object({
    pool: z.string(),
    decidedAtMs: wallClock,
    allocation,
    assignment: z.object({
      version: z.number().int(),
      owners: z.record(z.string(), z.array(z.string()).readonly()),
    }),
    retiring: z.array(z.string()).readonly(),
    reason: z.string(),
    basis: z.string(),
    message: z.string(),
    ingredients: z.record(z.string(), maybe),
    changed: z.boolean(),
    unfulfilled: z.array(z.string()).readonly(),
  })
  .openapi('PoolPlan');

const partitionView = z
  .object({
    partition: z.string().openapi({ example: 'orders/3' }),
    atMs: wallClock,
    recordsPerSec: maybe,
    forecast: z.array(forecastPoint).readonly(),
    path: z.array(forecastPoint).readonly(),
    capacityRecordsPerSec: maybe,
    owner: z.string().nullable(),
    lagRecords: maybe,
    lagSeconds: maybe,
    leadingExpert: z.string().nullable(),
    stale: z.boolean().describe('no edge has reported for three ticks'),
  })
  .openapi('PartitionView');

const horizonScore = z.object({
  horizonMs: z.number(),
  scored: z.number().int(),
  wape: maybe,
  wapeNaive: maybe,
  bias: maybe,
  coverage90: maybe,
  width90: maybe,
});

const scorecard = z
  .object({
    partition: z.string(),
    horizons: z.array(horizonScore).readonly(),
    experts: z.array(z.object({ name: z.string(), weights: z.array(z.number()).readonly() })).readonly(),
  })
  .openapi('Scorecard');

const poolView = z
  .object({
    name: z.string(),
    stream: z.string(),
    workers: z.object({ starting: z.number(), ready: z.number(), draining: z.number() }),
    capacity: resources,
    demand: resources.nullable(),
    planned: allocation.nullable(),
    used: resources.nullable(),
    leadTimeMs: z.number(),
    lastDecision: poolPlan.nullable(),
  })
  .openapi('PoolView');

const stream = z.object({
  name: z.string(),
  partitions: z.array(partitionView).readonly(),
  pools: z.array(z.string()).readonly(),
});

export const streamsSchema = z.object({ streams: z.array(stream).readonly() }).openapi('Streams');

export const partitionDetailSchema = z
  .object({
    view: partitionView,
    series: z
      .array(z.object({ atMs: wallClock, recordsPerSec: maybe, capacityRecordsPerSec: maybe }))
      .readonly(),
    scorecard: scorecard.nullable(),
  })
  .openapi('PartitionDetail');

export const poolsSchema = z.object({ pools: z.array(poolView).readonly() }).openapi('Pools');

export const planSchema = z
  .object({ decidedAtMs: wallClock, pools: z.array(poolPlan).readonly() })
  .openapi('Plan');

export const decisionsSchema = z
  .object({
    decisions: z
      .array(
        poolPlan
          .extend({
            id: z.number().int(),
            applied: z.boolean().describe('carried out (`act`) or only said (`advise`)'),
          })
          .openapi('Decision'),
      )
      .readonly(),
  })
  .openapi('Decisions');

export const eventsSchema = z
  .object({
    events: z
      .array(
        z
          .object({
            id: z.number().int(),
            atMs: wallClock,
            kind: z.string(),
            subject: z.string(),
            message: z.string(),
          })
          .openapi('Event'),
      )
      .readonly(),
  })
  .openapi('Events');

export const healthSchema = z
  .object({ status: z.string(), reasons: z.array(z.string()).readonly() })
  .openapi('Health');

export const errorSchema = z
  .object({ error: z.object({ code: z.string(), message: z.string() }) })
  .openapi('Error');

export const limitQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(100).describe('at most so many, newest first'),
});

export const partitionParams = z.object({
  stream: z.string().openapi({ param: { name: 'stream', in: 'path' }, example: 'orders' }),
  index: z.coerce
    .number()
    .int()
    .min(0)
    .openapi({ param: { name: 'index', in: 'path' }, example: 3 }),
});
