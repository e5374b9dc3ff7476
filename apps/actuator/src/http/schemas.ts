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

const splitAdvice = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('split-key'), key: z.string(), share: z.number(), parts: z.number().int() }),
  z.object({ kind: z.literal('move-keys'), keys: z.array(z.string()).readonly(), share: z.number() }),
  z.object({ kind: z.literal('split-partition'), parts: z.number().int() }),
]);

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
    hot: z
      .array(z.object({ partition: z.string(), advice: splitAdvice }).readonly())
      .readonly()
      .optional()
      .describe('partitions that exceed the largest worker, and the split that would help'),
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
    workPerRecord: maybe.describe('work of a record as a probe measures it, in its units; null without one'),
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

const expertWeights = z
  .array(z.object({ name: z.string(), weights: z.array(z.number()).readonly() }))
  .readonly();

const scorecard = z
  .object({
    partition: z.string(),
    horizons: z.array(horizonScore).readonly(),
    experts: expertWeights,
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

const sampler = {
  kind: z.string().openapi({ example: 'bernoulli' }),
  minRate: z.number().describe('rate of the partition that is sampled least'),
  maxRate: z.number(),
  kept: z.number().describe('records chosen within the span'),
  dropped: z.number().describe('of these, those that there was no room for'),
};

const sampling = z
  .object({
    stream: z.string(),
    nodeId: z.string().describe('edge that samples it'),
    atMs: wallClock,
    spanMs: z.number().describe('time that the counts cover'),
    ...sampler,
    offered: z.number().describe('records that came'),
    recordNs: maybe.describe('what the tap takes a record, nanoseconds; null until measured'),
    overheadShare: maybe.describe("the tap's share of the record path's time; null until measured"),
    budget: z
      .object({ share: z.number(), reason: z.string().openapi({ example: 'WITHIN_BUDGET' }) })
      .nullable()
      .describe('share that the tap may take, where rates are adapted, and why they are what they are'),
    recordsError: maybe.describe("standard error of a tick's records over the records; 0: counted"),
    bytesError: maybe,
    distinctKeysError: maybe,
    sizes: z
      .array(
        z
          .object({ quantile: z.number(), sizeBytes: z.number(), low: z.number(), high: z.number() })
          .readonly(),
      )
      .readonly()
      .describe('quantiles of record sizes with their 95 % intervals, from the sample'),
    hotKeys: z
      .array(
        z
          .object({ partition: z.number().int(), key: z.string(), share: z.number(), low: z.number() })
          .readonly(),
      )
      .readonly()
      .describe('keys that hold a tenth of their partition or more, with a lower bound that holds in 95 %'),
    shadows: z.array(z.object({ name: z.string(), ...sampler }).readonly()).readonly(),
  })
  .openapi('Sampling');

const stream = z.object({
  name: z.string(),
  partitions: z.array(partitionView).readonly(),
  pools: z.array(z.string()).readonly(),
  sampling: z.array(sampling).readonly(),
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

export const alertsSchema = z
  .object({
    alerts: z
      .array(
        z
          .object({
            name: z.string().openapi({ example: 'ForeshadowPoolSaturated' }),
            severity: z.enum(['info', 'warning', 'critical']),
            subject: z.string().describe('partition, pool or edge that it is about'),
            labels: z.record(z.string(), z.string()),
            summary: z.string(),
            description: z.string().describe('with the figures of now'),
            startsAtMs: wallClock,
          })
          .openapi('Alert'),
      )
      .readonly(),
  })
  .openapi('Alerts');

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

const forecaster = z
  .object({
    nodeId: z.string().nullable().describe("edge that runs it; null: the actuator's own"),
    atMs: wallClock,
    horizons: z.array(horizonScore).readonly(),
    experts: expertWeights,
    seasons: z
      .array(z.object({ stepMs: z.number(), lengths: z.array(z.number()).readonly() }))
      .readonly()
      .describe('seasons found, in steps of each resolution'),
    models: z
      .array(
        z.object({
          algorithm: z.string().openapi({ example: 'ets' }),
          form: z.string().openapi({ example: 'ETS(A,Ad,A)[24]' }),
          stepMs: z.number(),
          parameters: z.record(z.string(), z.number()),
          trainedOn: z.object({ fromMs: wallClock, toMs: wallClock, count: z.number().int() }),
          score: maybe.describe('error over that of last value since it was fitted'),
          version: z.string(),
        }),
      )
      .readonly(),
    features: z
      .array(
        z.object({
          stepMs: z.number(),
          name: z.string().openapi({ example: 'day of week' }),
          isIn: z
            .boolean()
            .describe('whether forecasts use it; else it explains more of the past than chance would'),
          saved: maybe.describe('share of the one-step error that it saves, or would'),
          score: z.number().describe('what speaks for it: it enters above 2.2 and leaves below -1.5'),
        }),
      )
      .readonly()
      .describe('features of calendar, announced events and upstream streams that are used or considered'),
    drift: z.array(z.object({ atMs: wallClock, kind: z.string() })).readonly(),
  })
  .openapi('Forecaster');

export const scorecardViewSchema = z
  .object({
    partition: z.string(),
    horizons: z.array(horizonScore).readonly().describe('forecasts of the whole partition against what came'),
    experts: expertWeights.describe('weights of the experts in them, one for each horizon'),
    forecasters: z.array(forecaster).readonly(),
  })
  .openapi('ScorecardView');

export const weightsSchema = z
  .object({
    partition: z.string(),
    horizonMs: z.number(),
    horizonsMs: z.array(z.number()).readonly(),
    atMs: z.array(wallClock).readonly(),
    experts: expertWeights,
    marks: z
      .array(z.object({ atMs: wallClock, kind: z.enum(['drift', 'refit', 'lead']), message: z.string() }))
      .readonly(),
  })
  .openapi('Weights');

const announcedEvent = z
  .object({
    id: z.string(),
    kind: z.string(),
    fromMs: wallClock,
    toMs: wallClock,
    magnitude: z.number(),
  })
  .openapi('AnnouncedEvent');

export const announcedEventsSchema = z
  .object({ stream: z.string(), events: z.array(announcedEvent).readonly() })
  .openapi('AnnouncedEvents');

const time = z
  .union([z.string(), z.number()])
  .describe('ISO 8601 with a zone, or milliseconds since the Unix epoch');
const oneEvent = z
  .object({
    kind: z
      .string()
      .describe('events of one kind are expected to act alike; letters, digits, . _ -, at most 64'),
    from: time.openapi({ example: '2026-11-27T08:00:00Z' }),
    to: time.openapi({ example: '2026-11-27T20:00:00Z' }),
    magnitude: z.number().optional().describe('size relative to others of its kind, (0, 1000], 1 by default'),
  })
  .openapi('EventInput');

export const eventInputSchema = z.union([oneEvent, z.array(oneEvent).min(1).max(256)]);

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string(),
    detail: z.string(),
    errors: z
      .array(
        z.object({
          where: z.string().describe('JSON pointer into the body'),
          what: z.string(),
          allowed: z.string(),
          got: z.unknown(),
        }),
      )
      .readonly()
      .optional(),
  })
  .openapi('Problem');

export const horizonQuery = z.object({
  horizonMs: z.coerce.number().int().min(1).optional().describe('one of the configured horizons'),
});

export const partitionParams = z.object({
  stream: z.string().openapi({ param: { name: 'stream', in: 'path' }, example: 'orders' }),
  index: z.coerce
    .number()
    .int()
    .min(0)
    .openapi({ param: { name: 'index', in: 'path' }, example: 3 }),
});
