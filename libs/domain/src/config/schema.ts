import { z } from 'zod';
import { STREAM_NAME_PATTERN } from '../partition.ts';

const bytes = z.number().int().positive();
const durationMs = z.number().int().min(10).max(86_400_000);
const port = z.number().int().min(0).max(65_535);

const resources = z.strictObject({
  cpuCores: z.number().positive().max(1024),
  memoryBytes: bytes,
  networkBytesPerSec: bytes,
  diskBytesPerSec: bytes,
});

const BLOCK_KINDS: readonly string[] = ['systematic', 'stratified'];
const FIXED_SIZE_KINDS: readonly string[] = ['reservoir', 'priority'];

export const samplerSchema = z
  .strictObject({
    kind: z
      .enum(['systematic', 'stratified', 'bernoulli', 'keyed', 'reservoir', 'priority'])
      .default('bernoulli')
      .describe(
        'every n-th record; one at random in each block of n; each with probability `rate`; whole keys; a fixed number ' +
          'a partition and tick; such a number, large records likelier',
      ),
    rate: z
      .number()
      .gt(0)
      .max(1)
      .optional()
      .describe(
        'share of records sampled, (0, 1]; default 0.01. For reservoir and priority a share of the tick before, within ' +
          '`capacity`; default 1: always `capacity`',
      ),
    block: z
      .number()
      .int()
      .min(1)
      .max(100_000_000)
      .optional()
      .describe('instead of a rate: one in so many records; systematic and stratified'),
    capacity: z
      .number()
      .int()
      .min(2)
      .max(65_536)
      .optional()
      .describe('sampled records held a partition and tick; default 64'),
    by: z
      .enum(['size', 'class'])
      .optional()
      .describe('what makes a record likely under priority: its size, or the cost of its class'),
    seed: z.number().int().min(0).max(0xffff_ffff).default(1),
  })
  .check(({ value, issues }) => {
    const refuse = (key: 'block' | 'by', message: string): void => {
      issues.push({ code: 'custom', message, path: [key], input: value });
    };
    if (value.block !== undefined && !BLOCK_KINDS.includes(value.kind)) {
      refuse('block', `only with kind ${BLOCK_KINDS.join(' or ')}, this one is ${value.kind}`);
    } else if (value.block !== undefined && value.rate !== undefined) {
      refuse('block', `either block or rate, not both (rate is ${value.rate})`);
    }
    if (value.by !== undefined && value.kind !== 'priority') {
      refuse('by', `only with kind priority, this one is ${value.kind}`);
    }
  })
  .transform(({ block, rate, ...sampler }) => ({
    ...sampler,
    rate: rate ?? (block === undefined ? (FIXED_SIZE_KINDS.includes(sampler.kind) ? 1 : 0.01) : 1 / block),
  }))
  .describe('the shadow of each partition');

export const shadowSchema = z.strictObject({
  name: z
    .string()
    .regex(STREAM_NAME_PATTERN, 'letters, digits, . _ - and at most 100 characters')
    .describe('stream of the log that the sampled records go to'),
  sampler: samplerSchema.prefault({}),
});

export const probeSchema = z
  .strictObject({
    module: z
      .string()
      .min(1)
      .describe(
        'JavaScript module whose default export is (record) => work units, or nothing: its CPU time counts; or a WASM ' +
          'module that exports memory, reserve(length) and probe(address, length)',
      ),
    rate: z.number().gt(0).max(1).default(0.02).describe('share of records that it is run on'),
    cpuShare: z.number().gt(0).max(1).default(0.05).describe('share of a core that it may take'),
    recordMs: durationMs.default(1000).describe('longest that one record may take before the probe is ended'),
    memoryMib: z.number().int().min(16).max(4096).default(128),
  })
  .describe('measures what records cost, in a thread of its own beside the edge');

export const streamSchema = z.strictObject({
  name: z.string().regex(STREAM_NAME_PATTERN, 'letters, digits, . _ - and at most 100 characters'),
  partitions: z.number().int().min(1).max(10_000),
  sampler: samplerSchema.prefault({}),
  shadows: z
    .array(shadowSchema)
    .max(8)
    .default([])
    .describe('sampled copies of this stream that others may read; its own workers never do'),
  probe: probeSchema.optional(),
});

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

export const policySchema = z.strictObject({
  quantile: z.number().gt(0.5).lt(1).default(0.9).describe('quantile of demand that capacity must meet'),
  targetUtilization: z
    .number()
    .gt(0.1)
    .max(1)
    .default(0.85)
    .describe('share of its allowance that a worker whose size can change should use'),
  tolerance: z
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .describe('relative change of capacity below which nothing changes'),
  stabilizationMs: durationMs
    .default(30_000)
    .describe('capacity falls only to the largest need of this window'),
  catchUpMs: durationMs.default(30_000).describe('time in which a backlog should be worked off'),
  targetLagMs: durationMs.default(10_000).describe('records that wait for longer are late'),
  latePrice: z
    .number()
    .gt(0)
    .max(1_000_000)
    .default(10)
    .describe(
      'worker-seconds that a worker-second of late work is worth; decides how many workers where their size cannot change',
    ),
  leadTimeMs: durationMs.default(30_000).describe('prior of the lead time until it is measured'),
});

const quantity = z.number().min(0);
const hinted = z
  .strictObject({
    cpuCores: quantity.describe('cores; for a rate: CPU seconds'),
    memoryBytes: quantity,
    networkBytesPerSec: quantity.describe('bytes/s; for a rate: bytes'),
    diskBytesPerSec: quantity.describe('bytes/s; for a rate: bytes'),
  })
  .partial();

export const hintsSchema = z
  .strictObject({
    base: hinted.describe('what one worker uses without load'),
    perRecord: hinted.describe('what one record costs'),
    perByte: hinted.describe("what one byte of a record's value costs"),
  })
  .partial()
  .describe('what is known of the cost of load before anything was measured; evidence overrules it');

export const workerSchema = z
  .strictObject({
    concurrency: z
      .number()
      .int()
      .min(1)
      .max(1000)
      .default(1)
      .describe('handler calls at a time; above 1 records of one key keep their order, and only these'),
    maxPrefetchRecords: z
      .number()
      .int()
      .min(1)
      .max(100_000)
      .default(512)
      .describe('records of a partition read ahead at most'),
    leaseTtlMs: z
      .number()
      .int()
      .min(500)
      .max(600_000)
      .default(3000)
      .describe('others take over the partitions of a dead worker this much later'),
    commitIntervalMs: durationMs.default(200).describe('more of it is handled again after a crash'),
    attempts: z
      .number()
      .int()
      .min(1)
      .max(1000)
      .default(5)
      .describe('calls of the handler for a record before it goes to the dead-letter stream'),
    retryBackoffMs: durationMs.default(200).describe('pause before the second call; doubles each time'),
    maxRetryBackoffMs: durationMs.default(5000),
    deadLetterStream: z
      .string()
      .regex(STREAM_NAME_PATTERN)
      .nullable()
      .optional()
      .describe('default: <stream>.dead-letters; null: records given up are only counted and logged'),
  })
  .describe('how workers of the pool handle records');

export const poolSchema = z.strictObject({
  name: z.string().regex(STREAM_NAME_PATTERN),
  stream: z.string(),
  group: z.string().regex(STREAM_NAME_PATTERN).default('workers'),
  mode: z.enum(['ordered']).default('ordered'),
  module: z
    .string()
    .optional()
    .describe('module whose default export handles records; for `foreshadow worker`'),
  minWorkers: z.number().int().min(0).max(10_000).default(1),
  maxWorkers: z.number().int().min(1).max(10_000).default(8),
  minWorker: resources.prefault({
    cpuCores: 0.05,
    memoryBytes: 64 * 1024 * 1024,
    networkBytesPerSec: 64 * 1024,
    diskBytesPerSec: 64 * 1024,
  }),
  maxWorker: resources.prefault({
    cpuCores: 1,
    memoryBytes: 1024 * 1024 * 1024,
    networkBytesPerSec: 128 * 1024 * 1024,
    diskBytesPerSec: 128 * 1024 * 1024,
  }),
  worker: workerSchema.prefault({}),
  hints: hintsSchema.prefault({}),
  policy: policySchema.prefault({}),
});

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
  leaseMs: z
    .number()
    .int()
    .min(500)
    .max(60_000)
    .default(3000)
    .describe('of several replicas on one storage one leads; if it dies, another does after this time'),
});

export const redisTlsSchema = z
  .strictObject({
    caFile: z.string().min(1).describe('certificate authority that vouches for the server'),
    certFile: z.string().min(1).describe('certificate that this side shows, where the server asks for it'),
    keyFile: z.string().min(1).describe('key of `certFile`'),
  })
  .partial()
  .refine(({ certFile, keyFile }) => (certFile === undefined) === (keyFile === undefined), {
    path: ['keyFile'],
    message: 'certFile and keyFile together, or neither',
  })
  .describe('PEM files for rediss://; by default the authorities that Node knows vouch for the server');

export const redisSchema = z
  .strictObject({
    url: z
      .string()
      .regex(/^rediss?:\/\/./, 'redis://[user:password@]host[:port][/database], several hosts with commas'),
    prefix: z
      .string()
      .regex(/^[A-Za-z0-9._:-]{1,100}$/, 'letters, digits, . _ : - and at most 100 characters')
      .default('fs')
      .describe('start of every key'),
    waitMs: z
      .number()
      .int()
      .min(0)
      .max(600_000)
      .default(10_000)
      .describe('how long a call waits for a Redis that is away before it fails; 0: it fails at once'),
    minReplicas: z
      .number()
      .int()
      .min(0)
      .max(16)
      .default(0)
      .describe('replicas that must have a batch before it is acknowledged'),
    tls: redisTlsSchema.optional(),
  })
  .describe('a Redis (7 or newer, or Valkey) that keeps log, state and leases, instead of the folder');

export const storageSchema = z.strictObject({
  path: z.string().default('.foreshadow').describe('folder of the embedded log, state and leases'),
  redis: redisSchema.optional(),
  retainRecords: z.number().int().min(0).default(0).describe('records kept behind the slowest group'),
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
});

export type Config = z.output<typeof configSchema>;
export type ConfigInput = z.input<typeof configSchema>;
export type StreamConfig = Config['streams'][number];
export type PoolConfig = Config['pools'][number];
export type PolicyConfig = PoolConfig['policy'];
export type StorageConfig = Config['storage'];
export type SamplerConfig = StreamConfig['sampler'];
export type ShadowConfig = StreamConfig['shadows'][number];
