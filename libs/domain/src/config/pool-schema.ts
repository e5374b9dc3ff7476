import { z } from 'zod';
import { STREAM_NAME_PATTERN } from '../partition.ts';
import { bytes, durationMs } from './scalars.ts';

export const resources = z.strictObject({
  cpuCores: z.number().positive().max(1024),
  memoryBytes: bytes,
  networkBytesPerSec: bytes,
  diskBytesPerSec: bytes,
});

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
  alignment: z
    .enum(['free', 'balanced', 'divisor'])
    .default('free')
    .describe(
      'which counts of workers are of use: `free`, any; `balanced`, none by which the worker with most partitions has as many as ' +
        'with one less (5 on 8 partitions are as slow as 4); `divisor`, only those that share the partitions out evenly',
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
  mode: z
    .enum(['ordered', 'perPartition'])
    .default('ordered')
    .describe(
      '`ordered`: workers share the partitions, each with one owner at a time; `perPartition`: a pool of its own for each partition, ' +
        'named <name>-<partition>, whose one worker has the size that this partition needs',
    ),
  partition: z
    .number()
    .int()
    .min(0)
    .optional()
    .describe('the only partition that it serves (default: all of the stream)'),
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
  weight: z
    .number()
    .gt(0)
    .max(1000)
    .default(1)
    .describe(
      'share of the budget that it is due when that is not enough for all: twice the weight, twice the share',
    ),
  worker: workerSchema.prefault({}),
  hints: hintsSchema.prefault({}),
  policy: policySchema.prefault({}),
});
