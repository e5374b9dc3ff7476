import { z } from 'zod';
import { alertsSchema } from './alerts-schema.ts';
import { poolSchema, resources } from './pool-schema.ts';
import { bytes, durationMs, port } from './scalars.ts';
import { storageSchema } from './storage-schema.ts';
import { streamSchema } from './stream-schema.ts';

function isLinkUrl(url: string): boolean {
  return /^\s*wss?:\/\/[^/]/i.test(url) && URL.canParse(url);
}

export const edgeSchema = z.strictObject({
  nodeId: z.string().min(1).max(64).default('edge-1'),
  host: z.string().default('127.0.0.1'),
  port: port.default(7071),
  actuatorUrl: z
    .string()
    .refine((urls) => urls.split(',').every(isLinkUrl), 'ws://host… or wss://host…, several with commas')
    .default('ws://127.0.0.1:7070/v1/link')
    .describe('link of the actuator, ws:// or wss://; of several replicas with commas: tried in turn'),
  maxBatchBytes: bytes.default(8 * 1024 * 1024).describe('largest NDJSON body; above it 413'),
  maxRecordBytes: bytes.default(1024 * 1024),
});

export const lstmSchema = z
  .strictObject({
    enabled: z.boolean().default(true).describe('whether networks are trained and sent to the edges'),
    everyMinutes: z
      .number()
      .positive()
      .max(10_080)
      .default(30)
      .describe('how often the actuator trains a network per stream; first after 10 minutes of data'),
  })
  .describe(
    'neural network among the experts, trained by the actuator; without @foreshadow/trainer there is none',
  );

export const forecastSchema = z.strictObject({
  tickMs: durationMs.default(1000).describe('length of one observation'),
  horizonsMs: z
    .array(durationMs)
    .min(1)
    .max(8)
    .default([5000, 60_000, 300_000])
    .describe('horizons that are shown and scored, ascending'),
  forecaster: z
    .enum(['bank', 'last-value'])
    .default('bank')
    .describe('`last-value` forecasts nothing; for comparison'),
  combination: z
    .enum(['mlpol', 'boa', 'fixed-share'])
    .default('mlpol')
    .describe(
      "rule by which the experts' weights are learned: MLpol, Bernstein online aggregation, fixed share",
    ),
  lstm: lstmSchema.prefault({}),
  zone: z
    .string()
    .refine(isTimeZone, 'a time zone of the IANA database, as Europe/Berlin')
    .default('UTC')
    .describe('time zone of days and weeks'),
  upstream: z
    .record(z.string(), z.array(z.string()).max(2))
    .default({})
    .describe('per stream, those that run ahead of it, at most 2; edges that carry both learn from them'),
});

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

export const actuatorSchema = z.strictObject({
  host: z.string().default('127.0.0.1'),
  port: port.default(7070),
  planIntervalMs: durationMs.default(5000),
  mode: z
    .enum(['advise', 'act'])
    .default('advise')
    .describe('`advise` plans and says so, and touches nothing'),
  advertisedUrl: z
    .url({ protocol: /^wss?$/ })
    .optional()
    .describe(
      'link address that edges are sent to when this replica leads; by default that of host and port',
    ),
  budget: resources
    .partial()
    .default({})
    .describe(
      'what the workers of all pools together may take; shared fairly by weight when it is not enough',
    ),
  leaseMs: z
    .number()
    .int()
    .min(500)
    .max(60_000)
    .default(3000)
    .describe('of several replicas on one storage one leads; if it dies, another does after this time'),
});

export const localSchema = z.strictObject({
  startDelayMs: z
    .number()
    .int()
    .min(0)
    .max(600_000)
    .default(0)
    .describe('time before a new worker takes work'),
  drainTimeoutMs: durationMs.default(10_000),
  frozenAfterMs: z
    .number()
    .int()
    .min(3000)
    .max(86_400_000)
    .default(10_000)
    .describe(
      'a worker that runs and says nothing for so long is killed and replaced; it reports each second',
    ),
});

export const configSchema = z.strictObject({
  streams: z.array(streamSchema).max(1000).default([]),
  pools: z.array(poolSchema).max(1000).default([]),
  edge: edgeSchema.prefault({}),
  forecast: forecastSchema.prefault({}),
  actuator: actuatorSchema.prefault({}),
  storage: storageSchema.prefault({}),
  local: localSchema.prefault({}),
  alerts: alertsSchema.prefault({}),
});

export type Config = z.output<typeof configSchema>;
export type ConfigInput = z.input<typeof configSchema>;
export type StreamConfig = Config['streams'][number];
export type PoolConfig = Config['pools'][number];
export type PolicyConfig = PoolConfig['policy'];
export type StorageConfig = Config['storage'];
export type SamplerConfig = StreamConfig['sampler'];
export type ShadowConfig = StreamConfig['shadows'][number];
